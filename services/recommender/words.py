"""Words brought to a form in which they can be compared, whatever their script."""

import unicodedata
from functools import lru_cache

from services.recommender.tracks import Track

WITHOUT_WORDS = "zxx"
"""The language of songs that have no words (ISO 639-2)."""

INSTRUMENTAL = ("instrumental", "연주곡")
"""What people call such songs, whether or not they are tagged so."""

FIRST_LEAD, LAST_LEAD = "\u1100", "\u1112"


def folded(text: str) -> str:
    """Lower case, composed (NFKC), with single spaces: the form in which tags are compared."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def spelled(text: str) -> str:
    """Letters and digits without accents, Hangul taken apart into jamo, single spaces.

    Taken apart, a slip within a Hangul syllable is one letter wrong in three and not a whole
    syllable.
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = (
        letter if letter.isalnum() else " "
        for letter in decomposed
        if not unicodedata.category(letter).startswith("M")
    )
    return " ".join("".join(kept).split())


def leads(text: str) -> str:
    """The first consonants of the Hangul in a spelled text (`밤편지` → `ㅂㅍㅈ`)."""
    return "".join(letter for letter in text if FIRST_LEAD <= letter <= LAST_LEAD)


def only_leads(text: str) -> bool:
    """Whether a spelled text is nothing but first consonants, as people type to search quickly."""
    bare = text.replace(" ", "")
    return bool(bare) and leads(bare) == bare


def song_words(track: Track) -> frozenset[str]:
    """What a song can be found by: its tags and genres, and the words within them, folded.

    One without words is found by the names for such songs too.
    """
    known = INSTRUMENTAL if track.language.partition("-")[0] == WITHOUT_WORDS else ()
    return with_parts(track.tags + track.genres + known)


@lru_cache(maxsize=16384)
def with_parts(phrases: tuple[str, ...]) -> frozenset[str]:
    """Phrases and the words within them, folded."""
    whole = {folded(phrase) for phrase in phrases}
    return frozenset(whole | {word for phrase in whole for word in phrase.split()}) - {""}
