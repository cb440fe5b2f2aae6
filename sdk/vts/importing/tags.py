"""What a sound file says of itself: title, artists, album, year, genres, moods, language.

Read by mutagen, which is optional (`pip install vts[tags]`); without it, and where a file has no
tags, file names tell. Tags are claims: what cannot be true is left out, nothing is refused for it.
"""

from __future__ import annotations

import importlib.util
import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from vts.importing.spelling import clean, name_of
from vts.moods.words import is_mood

VERSION = 2
"""Raised when files should be read again although they did not change."""

_LONGEST_NAME, _LONGEST_WORD = 512, 64
_MOST_ARTISTS, _MOST_GENRES, _MOST_MOODS = 16, 8, 8
_YEARS = range(1000, 2101)
_KEYS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "title": (("TIT2",), ("\xa9nam",), ("title",)),
    "artists": (("TPE1", "TPE2"), ("\xa9ART", "aART"), ("artist", "albumartist", "author")),
    "album": (("TALB",), ("\xa9alb",), ("album", "wm/albumtitle")),
    "year": (
        ("TDOR", "TORY", "TDRC", "TYER"),
        ("\xa9day",),
        ("originaldate", "date", "year", "wm/year"),
    ),
    "genres": (("TCON",), ("\xa9gen",), ("genre", "wm/genre")),
    "moods": (("TMOO",), ("----:com.apple.iTunes:MOOD",), ("mood", "wm/mood")),
    "language": (("TLAN",), (), ("language", "wm/language")),
}
"""Names of each field in ID3, in MP4, and elsewhere; the first that is filled counts."""

_NAMELESS_GENRES = frozenset({"", "other", "unknown", "none", "misc", "genre", "undefined"})
_LANGUAGES = {
    **{"kor": "ko", "eng": "en", "jpn": "ja", "zho": "zh", "chi": "zh", "spa": "es", "fra": "fr"},
    **{"fre": "fr", "deu": "de", "ger": "de", "ita": "it", "por": "pt", "rus": "ru", "nld": "nl"},
    **{"dut": "nl", "swe": "sv", "nor": "no", "dan": "da", "fin": "fi", "pol": "pl", "tur": "tr"},
    **{"ara": "ar", "hin": "hi", "tha": "th", "vie": "vi", "ind": "id", "ukr": "uk", "ces": "cs"},
    **{"zxx": "zxx", "korean": "ko", "english": "en", "japanese": "ja"},
}
_GUESTS = re.compile(r"\s+[(\[]?(?:feat|ft|featuring)\b\.?\s+", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:;|\x00|\s/\s|、|／)\s*")
_BETWEEN_GENRES = re.compile(r"\s*[;,/\x00|]\s*")
_NUMBER_IN_FRONT = re.compile(r"\d{1,3}(?:\.|\s?-)\s+(?=\S)")
_DAMAGED = (ValueError, KeyError, IndexError, TypeError, AttributeError, EOFError, OverflowError)
"""What mutagen raises for some damaged files beside its own errors."""


def are_read() -> bool:
    """Whether mutagen is there."""
    return importlib.util.find_spec("mutagen") is not None


def fields_of(path: Path) -> dict[str, Any]:
    """Title, artists and, where known, album, year, genres and language of a sound file."""
    fields = _named(path)
    told = _told(path) if are_read() else {}
    fields.update({name: value for name, value in told.items() if value})
    return fields


def _named(path: Path) -> dict[str, Any]:
    """What the file's name says: `Artist - Title`, perhaps with a track number in front."""
    stem = Path(name_of(path)).stem
    stem = _NUMBER_IN_FRONT.sub("", clean(stem, _LONGEST_NAME), count=1)
    artist, dash, title = stem.partition(" - ")
    folder = clean(name_of(path.parent), _LONGEST_NAME)
    if dash and artist.strip() and title.strip():
        return {"title": title.strip(), "artists": [artist.strip()]}
    return {"title": stem or "unknown", "artists": [folder or "unknown"]}


def _told(path: Path) -> dict[str, Any]:
    """What the tags say; empty where there are none, or they cannot be read."""
    import mutagen

    try:
        file = mutagen.File(path)
        values = (
            {name: list(_values(file.tags, keys)) for name, keys in _KEYS.items()} if file else {}
        )
    except (mutagen.MutagenError, struct.error, MemoryError, RecursionError, *_DAMAGED):
        return {}
    if not values:
        return {}
    return {
        "title": next(filter(None, (clean(each, _LONGEST_NAME) for each in values["title"])), ""),
        "artists": artists(values["artists"]),
        "album": next(filter(None, (clean(each, _LONGEST_NAME) for each in values["album"])), ""),
        "year": _year(values["year"]),
        "genres": genres(values["genres"]),
        **mood_tags(values["moods"]),
        "language": _language(values["language"]),
    }


def _values(tags: Any, keys: tuple[tuple[str, ...], ...]) -> Iterator[str]:
    """The texts of the first of a field's names that is filled."""
    from mutagen.id3 import ID3Tags
    from mutagen.mp4 import MP4Tags

    if tags is None:
        return
    kind = 0 if isinstance(tags, ID3Tags) else 1 if isinstance(tags, MP4Tags) else 2
    for key in keys[kind]:
        found = tags.get(key)
        if found is None:
            continue
        if key == "TCON":
            found = found.genres  # numbers of ID3v1 become names
        found = getattr(found, "text", found)
        texts = [found] if isinstance(found, str) else [_text(each) for each in found]
        if any(text.strip() for text in texts):
            yield from texts
            return


def _text(value: Any) -> str:
    """A value as text; MP4's free fields hold bytes."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def artists(values: Iterable[str]) -> list[str]:
    """Who plays, one name each: split at `;`, ` / ` and `feat.`, but never at `&` or a comma."""
    parts = (
        clean(part, _LONGEST_NAME)
        for value in values
        for several in _BETWEEN.split(value)
        for part in _split_guests(several)
    )
    return list(dict.fromkeys(filter(None, parts)))[:_MOST_ARTISTS]


def genres(values: Iterable[str]) -> list[str]:
    """Genres in lower case, each once, without those that say nothing."""
    parts = (
        clean(part, _LONGEST_WORD).lower()
        for value in values
        for part in _BETWEEN_GENRES.split(value)
    )
    kept = (part for part in parts if part not in _NAMELESS_GENRES and not part.isdigit())
    return list(dict.fromkeys(kept))[:_MOST_GENRES]


def mood_tags(values: Iterable[str]) -> dict[str, list[str]]:
    """The mood words that any vocabulary knows, as tags by their language, each once.

    Programs also write words such as "Not acoustic" here, which name no mood.
    """
    parts = (
        clean(part, _LONGEST_WORD).lower()
        for value in values
        for part in _BETWEEN_GENRES.split(value)
    )
    known = list(dict.fromkeys(part for part in parts if is_mood(part)))[:_MOST_MOODS]
    return {
        "tags_en": [word for word in known if word.isascii()],
        "tags_ko": [word for word in known if not word.isascii()],
    }


def _split_guests(names: str) -> list[str]:
    """`A (feat. B)` becomes A and B."""
    first, *guests = _GUESTS.split(names)
    opened = any(mark in names for mark in ("(f", "[f", "(F", "[F"))
    return [first, *(guest.rstrip(")] ") if opened else guest for guest in guests)]


def _year(values: Iterable[str]) -> int:
    for value in values:
        match = re.search(r"(?<!\d)\d{4}(?!\d)", value)
        if match and int(match[0]) in _YEARS:
            return int(match[0])
    return 0


def _language(values: Iterable[str]) -> str:
    for value in values:
        word = clean(value, _LONGEST_WORD).lower()
        if word in _LANGUAGES:
            return _LANGUAGES[word]
        if word in _LANGUAGES.values():
            return word
    return ""
