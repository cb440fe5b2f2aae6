"""Between messages and the gateway's own terms: moods, affects, keywords, notes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gateway.domain import Affect, Moods
from vts.captioner.v1 import captioner_service_pb2 as captioner_pb
from vts.evidence.v1 import evidence_pb2 as pb
from vts.moods import MOODS

MAX_KEYWORDS = 32
"""How many words one piece of evidence may search by."""

INSTRUMENTAL = (("instrumental", "en"), ("연주곡", "ko"))
"""What songs without words are called; the recommender knows them by their language too."""

_WORD_CHARACTERS = 64
_SURE_TAG = 0.3
_TAGS_SEARCHED = 12
_TAGS_READ = 8


def moods_from(scores: Iterable[pb.MoodScore]) -> Moods:
    """The mood vector of a message; empty if it holds none."""
    known = {each.mood: each.score for each in scores}
    return tuple(known.get(mood, 0.0) for mood in MOODS) if known else ()


def moods_to(scores: Moods) -> list[pb.MoodScore]:
    """The messages of a mood vector, in the fixed order."""
    return [
        pb.MoodScore(mood=mood, score=score) for mood, score in zip(MOODS, scores, strict=False)
    ]


def affect_from(message: pb.Affect) -> Affect | None:
    """The point of a message; None if its confidence is 0, as it is where it was never set."""
    if message.confidence <= 0:
        return None
    return Affect(message.valence, message.arousal, message.confidence)


def affect_to(affect: Affect | None) -> pb.Affect | None:
    """The message of a point."""
    if affect is None:
        return None
    return pb.Affect(valence=affect.valence, arousal=affect.arousal, confidence=affect.confidence)


def keywords_of_tags(tags: Sequence[captioner_pb.Tag]) -> list[pb.Keyword]:
    """The words, in both languages, by which a picture's songs are searched; surest first."""
    words = []
    for tag in [tag for tag in tags if tag.score >= _SURE_TAG][:_TAGS_SEARCHED]:
        for text, language in ((tag.name, "en"), (tag.korean_name, "ko")):
            if text:
                words.append(pb.Keyword(text=text, weight=min(1.0, tag.score), language=language))
    return searchable(words)


def searchable(words: Iterable[pb.Keyword]) -> list[pb.Keyword]:
    """The words that can be looked for among tags: no whole sentences, and not too many."""
    return [word for word in words if 0 < len(word.text) <= _WORD_CHARACTERS][:MAX_KEYWORDS]


def instrumental() -> list[pb.Keyword]:
    """The words, in both languages, by which songs without words are found."""
    return [pb.Keyword(text=text, weight=1.0, language=language) for text, language in INSTRUMENTAL]


def weightiest(words: Iterable[pb.Keyword], most: int = MAX_KEYWORDS) -> list[pb.Keyword]:
    """The words that can be looked for, each once, weightiest first; those before win ties."""
    best: dict[tuple[str, str], pb.Keyword] = {}
    for word in words:
        key = (word.text.casefold(), word.language)
        if key not in best or word.weight > best[key].weight:
            best[key] = word
    return searchable(sorted(best.values(), key=lambda word: -word.weight))[:most]


def words_of(description: captioner_pb.Description) -> str:
    """A picture in English words, for reading their mood: its caption, then what else is seen."""
    return with_tags(description.caption.en, description.tags)


def with_tags(caption: str, tags: Sequence[captioner_pb.Tag]) -> str:
    """A caption, then what is surely seen and not in it; a weak caption says less than tags do."""
    caption = caption.rstrip(".")
    sure = [tag.name for tag in tags if tag.score >= _SURE_TAG][:_TAGS_READ]
    unsaid = [tag for tag in sure if tag.lower() not in caption.lower()]
    return ", ".join(part for part in (caption, *unsaid) if part)[:2000]


def note(code: str, english: str, korean: str, subject: str = "") -> pb.Note:
    """A note in both languages."""
    return pb.Note(code=code, message=pb.Bilingual(en=english, ko=korean), subject=subject)


def without_repeats(notes: Iterable[pb.Note]) -> list[pb.Note]:
    """The notes, each code once for each subject."""
    return list({(each.code, each.subject): each for each in reversed(list(notes))}.values())[::-1]
