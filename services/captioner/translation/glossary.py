"""The words that captions are translated by, read from `translations.tsv`."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

VERB_FORMS = ("base", "s", "ing", "ed")
NOUNS = frozenset(
    {
        "person",
        "child",
        "animal",
        "wear",
        "ride",
        "boat",
        "place",
        "thing",
        "body",
        "food",
        "game",
        "event",
        "part",
    }
)
"""The kinds of nouns; see the head of `translations.tsv`."""

_VOWELS = "aeiou"


@dataclass(frozen=True, slots=True)
class Entry:
    """A word or phrase, its kind, its Korean, and what is special about it."""

    word: str
    kind: str
    korean: str
    features: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def is_person(self) -> bool:
        """Whether it names people."""
        return self.kind in ("person", "child")


@dataclass(frozen=True, slots=True)
class Sense:
    """An entry in one of its forms: `one` or `many`, or a form of a verb."""

    entry: Entry
    form: str


@dataclass(frozen=True)
class Glossary:
    """All entries by every form they take, and the patterns of verbs by verb and slot."""

    senses: Mapping[str, tuple[Sense, ...]]
    patterns: Mapping[str, str]
    longest: int

    def verb(self, word: str) -> str:
        """The Korean of an English verb that has no object."""
        return next(s.entry.korean for s in self.senses[word] if s.entry.kind == "verb")

    def at(self, tokens: tuple[str, ...], start: int) -> list[tuple[Sense, int]]:
        """What may stand at a token, with where it ends; the longest first."""
        found = []
        for length in range(min(self.longest, len(tokens) - start), 0, -1):
            phrase = " ".join(tokens[start : start + length])
            found += [(sense, start + length) for sense in self.senses.get(phrase, ())]
        return found


@cache
def glossary() -> Glossary:
    """Reads the glossary, once."""
    text = resources.files(__package__).joinpath("translations.tsv").read_text(encoding="utf-8")
    return gathered(line for line in text.splitlines() if line and not line.startswith("#"))


def gathered(lines: Iterable[str]) -> Glossary:
    """Makes a glossary of lines of word, kind, Korean and features, parted by tabs."""
    senses: dict[str, list[Sense]] = defaultdict(list)
    patterns: dict[str, str] = {}
    for line in lines:
        word, kind, korean, special = (*line.split("\t"), "")[:4]
        if kind == "pattern":
            patterns[word] = korean
            continue
        features = dict(_feature(item) for item in special.split(";") if item)
        entry = Entry(word, kind, korean, features)
        for form, spelled in _forms(entry):
            senses[spelled].append(Sense(entry, form))
    for verb in {key.split(" +")[0] for key in patterns if " +" in key}:
        if not any(sense.entry.kind == "verb" for sense in senses.get(verb, ())):
            entry = Entry(verb, "verb", "")
            for form, spelled in _forms(entry):
                senses[spelled].append(Sense(entry, form))
    # "drums" is a word of its own before it is several of "drum".
    ordered = {
        spelled: tuple(sorted(found, key=lambda sense: sense.entry.word != spelled))
        for spelled, found in senses.items()
    }
    longest = max(spelled.count(" ") + 1 for spelled in senses)
    return Glossary(ordered, patterns, longest)


def _feature(item: str) -> tuple[str, str]:
    name, _, value = item.partition("=")
    return name, value


def _forms(entry: Entry) -> list[tuple[str, str]]:
    word = entry.word
    if entry.kind == "verb":
        before, first, rest = _inflected(entry)
        forms = [*zip(VERB_FORMS, verb_forms(first), strict=True)][:-1]
        forms += [("ed", past) for past in entry.features.get("ed", "").split(",") if past]
        return [(form, f"{before}{spelled}{rest}") for form, spelled in forms]
    if entry.kind in NOUNS and "many" in entry.features:
        return [("many", word)]
    if entry.kind in NOUNS:
        many = entry.features.get("plural") or plural(word)
        return [("one", word), ("many", many)] if many != word else [("one", word)]
    return [("", word)]


def _inflected(entry: Entry) -> tuple[str, str, str]:
    """The word of a verb that takes its endings, with what stands before and after it."""
    if "last" in entry.features:
        before, _, word = entry.word.rpartition(" ")
        return f"{before} ", word, ""
    word, space, rest = entry.word.partition(" ")
    return "", word, space + rest


def plural(word: str) -> str:
    """The regular plural of an English noun."""
    if word.endswith(("s", "sh", "ch", "x", "z")) or word in ("do", "go", "tomato", "potato"):
        return f"{word}es"
    if word.endswith("y") and word[-2] not in _VOWELS:
        return f"{word[:-1]}ies"
    return f"{word}s"


def verb_forms(word: str) -> tuple[str, str, str, str]:
    """The regular forms of an English verb: `jog`, `jogs`, `jogging`, `jogged`."""
    if word.endswith("ie"):
        return word, f"{word}s", f"{word[:-2]}ying", f"{word}d"
    if word.endswith("e") and not word.endswith("ee"):
        return word, f"{word}s", f"{word[:-1]}ing", f"{word}d"
    if word.endswith("y") and word[-2] not in _VOWELS:
        return word, plural(word), f"{word}ing", f"{word[:-1]}ied"
    double = word + word[-1] if _doubles(word) else word
    return word, plural(word), f"{double}ing", f"{double}ed"


def _doubles(word: str) -> bool:
    if word in ("begin", "unzip"):
        return True
    syllables = sum(
        letter in _VOWELS and (not index or word[index - 1] not in _VOWELS)
        for index, letter in enumerate(word)
    )
    return (
        syllables == 1
        and len(word) > 2
        and word[-1] not in _VOWELS + "wxy"
        and word[-2] in _VOWELS
        and word[-3] not in _VOWELS
    )
