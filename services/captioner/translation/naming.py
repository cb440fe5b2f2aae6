"""Nouns in Korean: what counts them, what they wear, what colour they are."""

from collections import Counter
from dataclasses import replace

from services.captioner import korean
from services.captioner.translation.glossary import Entry
from services.captioner.translation.phrases import Noun, Nouns

_COUNTERS = {"person": "명", "child": "명", "animal": "마리", "ride": "대", "boat": "대"}
_NUMBERS = ("", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열")
_PEOPLE = ("person", "people")
PICTURES = ("picture", "photo", "photograph")
"""What shows what it is of."""

_MEASURES = {"cup": "잔", "glass": "잔", "mug": "잔", "bottle": "병", "bowl": "그릇", "can": "캔"}
_RACES = {"black": "흑인", "white": "백인"}
_SEXES = ("남자", "여자")
_VAGUE = ("여러", "몇")


class Untranslatable(Exception):  # noqa: N818 - the domain's word, said as one reads it
    """A word or a turn that cannot be put into Korean with confidence."""


def named(nouns: Nouns) -> str:
    """Nouns joined: `남자와 개`, `소년 두 명, 소녀와 개`."""
    return joined([name(noun) for noun in _merged(nouns)])


def object_named(nouns: Nouns) -> str:
    """Nouns that something is done to; `snow` is then snow and no field of it."""
    return joined(
        [name(noun, noun.entry.features.get("thing", noun.entry.korean)) for noun in _merged(nouns)]
    )


def _merged(nouns: Nouns) -> list[Noun]:
    """The nouns, where people or animals that are called alike are counted: `a man and a man`."""
    times = Counter(nouns.nouns)
    return [
        replace(noun, number=count) if count > 1 and _is_single(noun) else noun
        for noun, count in times.items()
    ]


def _is_single(noun: Noun) -> bool:
    alive = noun.entry.is_person or noun.entry.kind == "animal"
    return alive and not (noun.many or noun.number or noun.several)


def name(noun: Noun, head: str = "") -> str:
    """One noun with all that belongs to it; `head` stands in for the noun itself."""
    head = head or noun.entry.korean
    sex = next((one.korean for one in noun.before if one.korean in _SEXES), "")
    if sex:
        head = f"{head.removesuffix('사람')}{sex}" if head.endswith("는 사람") else f"{sex} {head}"
    if noun.entry.kind == "color":
        return f"{noun.told}{_colored(noun, (*noun.colors, noun.entry))}옷"
    if noun.of is not None:
        return _of(noun, noun.of, head)
    counted = noun.number > 1 or noun.several in _VAGUE
    if noun.entry.is_person or noun.entry.kind == "animal":
        head = head.removesuffix("들")
        if noun.many and not counted:
            head += "들"
    owner = f"{named(noun.owner)}의 " if noun.owner else ""
    many = f"{noun.several} " if noun.several and not counted else ""
    one = "한 " if noun.number == 1 else ""
    words = f"{owner}{noun.told}{many}{one}{_described(noun)}{head}"
    if not counted:
        return words
    return _counted(noun, words)


def _counted(noun: Noun, words: str) -> str:
    if noun.number >= len(_NUMBERS):  # a network that repeats itself counts nothing
        raise Untranslatable(noun.entry.word)
    number = _NUMBERS[noun.number] if noun.number else noun.several
    if noun.entry.word in _PEOPLE and not noun.number:
        return f"{words.removesuffix('사람')}{number} 사람"
    counter = noun.entry.features.get("count", _COUNTERS.get(noun.entry.kind, "개"))
    if noun.entry.kind == "place" or counter == "-":
        return words if number == "몇" else f"{number} {words}"
    return f"{words} {number} {counter}"


def _described(noun: Noun) -> str:
    said = dict.fromkeys(adjective(entry, noun.entry) for entry in noun.adjectives)
    before = [entry.korean for entry in noun.before if entry.korean not in _SEXES]
    text = "".join(f"{word} " for word in said if word)
    return text + _colored(noun, noun.colors) + "".join(f"{word} " for word in before)


def adjective(entry: Entry, noun: Entry) -> str:
    """An adjective as it is said of a kind of noun: a young dog is not young as a man is."""
    kinds = (noun.kind, "person") if noun.kind == "child" else (noun.kind,)
    return next((entry.features[k] for k in kinds if k in entry.features), entry.korean)


def _colored(noun: Noun, colors: tuple[Entry, ...]) -> str:
    colors = tuple(dict.fromkeys(colors))
    if not colors:
        return ""
    if len(colors) == 1 and noun.entry.is_person and colors[0].word in _RACES:
        return f"{_RACES[colors[0].word]} "
    if len(colors) == 1:
        return f"{colors[0].korean} "
    if noun.entry.word in PICTURES:
        return "흑백 "
    *first, last = [color.features["noun"] for color in colors]
    mixed = korean.together(", ".join(first), last)
    return f"{korean.subject(mixed)} 섞인 "


def _of(noun: Noun, of: Nouns, head: str) -> str:
    """`커피 한 잔`, `나뭇잎 더미`, `과일이 담긴 그릇`, `개의 얼굴`."""
    word, kind = noun.entry.word, of.last.entry.kind
    whole = object_named(of)
    looks = noun.told + _described(noun)
    if word in _MEASURES and kind == "food" and not looks:
        return f"{whole} {_NUMBERS[noun.number or 1]} {_MEASURES[word]}"
    if noun.entry.kind == "part":
        return f"{whole} {looks}{head}"
    if "holds" in noun.entry.features:
        return f"{korean.subject(whole)} 담긴 {looks}{head}"
    return f"{whole}의 {looks}{head}"


def worn(nouns: Nouns) -> list[tuple[str, str]]:
    """What is worn, with the Korean verb of wearing it; things worn alike are together."""
    groups: list[tuple[list[str], str]] = []
    for noun in nouns.nouns:
        verb = _verb_of_wearing(noun)
        if any(name(noun) in words for words, _ in groups):
            continue
        if groups and groups[-1][1] == verb:
            groups[-1][0].append(name(noun))
        else:
            groups.append(([name(noun)], verb))
    return [(joined(words), verb) for words, verb in groups]


def _verb_of_wearing(noun: Noun) -> str:
    match noun.entry.kind:
        case "wear" | "color":
            return noun.entry.features.get("by", "입다")
        case "body" if noun.entry.korean.endswith(("수염", "머리")):
            return "기르다" if noun.entry.korean.endswith("수염") else "하다"
        case "thing":
            return "들다"
        case _:
            raise Untranslatable(noun.entry.word)


def joined(words: list[str]) -> str:
    """Words joined by "and", each said once: a network may repeat itself."""
    *first, last = dict.fromkeys(words)
    return korean.together(", ".join(first), last) if first else last


def wearing(nouns: Nouns) -> str:
    """How one is dressed, as a verb in its dictionary form: `모자를 쓰고 셔츠를 입다`."""
    *first, (last, verb) = worn(nouns)
    said = [f"{korean.marked(words, '를')} {korean.and_doing(by)}" for words, by in first]
    return " ".join([*said, f"{korean.marked(last, '를')} {verb}"])
