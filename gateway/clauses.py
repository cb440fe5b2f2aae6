"""Clauses: what each component may claim about a song, several ways, in English and Korean."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gateway import evidence
from gateway.endings import Clause, close, feel, fit, goes_on, similar, varied
from gateway.wording import (
    Words,
    change_clause,
    key_words,
    mood_words,
    place_words,
    quoted,
    spelled,
)
from vts.korean import with_particle
from vts.moods import MOODS
from vts.moods.phrases import korean_clause
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb

_TAGS = 2
_MOODS = 2


Builder = Callable[[recommender_pb.ScoredTrack, Words | None, int], Clause | None]
"""Makes a clause about a song and an input; None for an input that was just named."""


def _mood(song: recommender_pb.ScoredTrack, name: Words | None, rank: int) -> Clause | None:
    if name and name.kind == "change":
        return _as_asked(name, rank)
    ids = _shared(song)
    if not ids:
        return None
    words, before = mood_words(ids), korean_clause(ids)
    if name is None:
        return varied(
            rank,
            Clause(f"just as {words.en}", f"똑같이 {before}", f"똑같이 {words.ko} 곡입니다"),
            feel(f"with the same {words.en} feel", f"{words.ko} 분위기도 닮"),
            goes_on(f"{words.en} as well", f"{words.ko} 느낌도 이어지"),
        )
    suits = Clause(
        f"{words.en} to go with {name.en}",
        f"{name.ko}에 어울리게 {before}",
        f"{name.ko}에 어울리는 {words.ko} 곡입니다",
    )
    fits = with_particle(name.ko, "과/와")
    keeps = fit(f"{words.en} in keeping with {name.en}", f"{words.ko} 느낌이 {fits} 통하")
    if name.kind == "moment":
        return varied(rank, suits, keeps)
    like = Clause(
        f"{words.en} like {name.en}",
        f"{name.ko}처럼 {before}",
        f"{name.ko}처럼 {words.ko} 곡입니다",
    )
    shares = feel(f"in the same {words.en} mood as {name.en}", f"{words.ko} 분위기가 {fits} 닮")
    return varied(rank, like, keeps, shares, suits)


def _affect(song: recommender_pb.ScoredTrack, name: Words | None, rank: int) -> Clause | None:
    affect = evidence.affect_from(song.track.affect)
    if affect is None:
        return None
    if name and name.kind == "change":
        return _as_asked(name, rank)
    english, adnominal, clause = place_words(affect)
    if name is None:
        return varied(
            rank,
            feel(f"with a similarly {english} feel", f"{adnominal} 느낌도 닮"),
            goes_on(f"{english} as well", f"{adnominal} 분위기도 이어지"),
        )
    if name.kind == "moment":
        return Clause(
            f"{english} to go with {name.en}",
            f"{name.ko}에 어울리게 {clause}",
            f"{name.ko}에 어울리는 {adnominal} 곡입니다",
        )
    return Clause(
        f"{english} like {name.en}",
        f"{name.ko}만큼 {clause}",
        f"{name.ko}만큼 {adnominal} 곡입니다",
    )


def _text(_: recommender_pb.ScoredTrack, name: Words | None, rank: int) -> Clause:
    if name is None:
        return varied(
            rank,
            Clause("close to it in theme", "주제도 맞닿아 있고", "주제도 맞닿아 있습니다"),
            Clause("on a similar theme", "결도 비슷하고", "결도 비슷합니다"),
            close("in much the same spirit", "소재도 가깝"),
        )
    like = with_particle(name.ko, "과/와")
    return varied(
        rank,
        fit(f"close in theme to {name.en}", f"{like} 주제가 통하"),
        similar(f"in the spirit of {name.en}", f"{like} 결이 비슷하"),
        close(f"on the theme of {name.en}", f"{like} 소재가 가깝"),
        feel(f"akin to {name.en} in theme", f"{like} 주제가 닮"),
        Clause(
            f"echoing the theme of {name.en}",
            f"{with_particle(name.ko, '을/를')} 떠올리게 하고",
            f"{with_particle(name.ko, '을/를')} 떠올리게 합니다",
        ),
    )


def _audio(song: recommender_pb.ScoredTrack, name: Words | None, rank: int) -> Clause:
    known = _measured(song)
    english, korean = (f" ({known.en})", f"{known.ko}의 곡으로, ") if known.en else ("", "")
    if name is None:
        return feel(f"alike in sound{english}", f"{korean}음색도 닮")
    heard = name.en.removeprefix("the sound of ")  # which the clause says itself
    like = f"{korean}{with_particle(name.ko, '과/와')} 음색이"
    return varied(
        rank,
        feel(f"similar in sound to {heard}{english}", f"{like} 닮"),
        close(f"close in sound to {heard}{english}", f"{like} 가깝"),
        similar(f"not far from {heard} in sound{english}", f"{like} 비슷하"),
    )


def _tags(song: recommender_pb.ScoredTrack, name: Words | None, rank: int) -> Clause | None:
    if name and name.kind == "talk":
        return _without_words(rank)
    english = _tagged(song, "en")
    korean = _tagged(song, "ko")
    if not (english or korean):
        return None
    en = " and ".join(quoted(tag).en for tag in english or korean)
    ko = ", ".join(quoted(tag).ko for tag in korean or english)
    return varied(
        rank,
        Clause(f"tagged {en}", f"{ko} 태그가 붙어 있고", f"{ko} 태그가 붙어 있습니다"),
        Clause(f"tagged {en}", f"{ko} 태그가 달려 있고", f"{ko} 태그가 달려 있습니다"),
        Clause(f"tagged {en}", f"{ko} 태그가 겹치고", f"{ko} 태그가 겹칩니다"),
    )


def _seeds(song: recommender_pb.ScoredTrack, name: Words | None, rank: int) -> Clause | None:
    """Likeness to a song as a whole; the moods that both have tell in what."""
    if name is None:
        return None
    ids = _shared(song)
    like = with_particle(name.ko, "과/와")
    if not ids:
        return similar(f"much like {name.en}", f"{like} 비슷하")
    words, before = mood_words(ids), korean_clause(ids)
    close = with_particle(name.ko, "을/를")
    return varied(
        rank,
        Clause(
            f"much like {name.en}: {words.en}",
            f"{like} 비슷하게 {before}",
            f"{like} 비슷하게 {words.ko} 곡입니다",
        ),
        Clause(
            f"{words.en}, much like {name.en}",
            f"{name.ko}처럼 {before}",
            f"{name.ko}처럼 {words.ko} 곡입니다",
        ),
        Clause(
            f"close to {name.en}, and as {words.en}",
            f"{close} 닮아 {before}",
            f"{close} 닮은 {words.ko} 곡입니다",
        ),
    )


def _clip(_: recommender_pb.ScoredTrack, name: Words | None, rank: int) -> Clause:
    """A passage that goes like the very clip; where it is, the song's item tells."""
    if name is None:
        return Clause(
            "with a passage that goes like it",
            "흐름이 닮은 대목도 있고",
            "흐름이 닮은 대목도 있습니다",
        )
    like = with_particle(name.ko, "과/와")
    return varied(
        rank,
        Clause(
            f"with a passage that goes like {name.en}",
            f"{like} 흐름이 닮은 대목이 있고",
            f"{like} 흐름이 닮은 대목이 있습니다",
        ),
        Clause(
            f"with a passage close to {name.en}",
            f"{like} 가까운 대목이 있고",
            f"{like} 가까운 대목이 있습니다",
        ),
    )


BUILDERS: Mapping[str, Builder] = {
    "mood": _mood,
    "affect": _affect,
    "text": _text,
    "audio": _audio,
    "tags": _tags,
    "seeds": _seeds,
    "clip": _clip,
}
"""Who speaks for each component."""


def _as_asked(change: Words, rank: int) -> Clause:
    """What answers a change that was asked for, such as "calmer and brighter as you asked"."""
    return varied(
        rank,
        Clause(
            f"{change.en} as you asked",
            f"원하신 대로 {change_clause(change)}",
            f"원하신 대로 {change.ko} 곡입니다",
        ),
        Clause(
            f"{change.en}, the way you asked",
            f"원하신 쪽으로 {change_clause(change)}",
            f"원하신 쪽으로 {change.ko} 곡입니다",
        ),
        Clause(
            f"{change.en}, just as you wanted",
            f"바라신 만큼 {change_clause(change)}",
            f"바라신 만큼 {change.ko} 곡입니다",
        ),
    )


def _without_words(rank: int) -> Clause:
    """What leaves room for talk; short, for it is said of most songs of its playlist."""
    return varied(
        rank,
        Clause(
            "without words, to leave room for the talk",
            "가사가 없어 말소리를 가리지 않고",
            "가사가 없어 말소리를 가리지 않습니다",
        ),
        Clause(
            "instrumental, so that the talk is heard",
            "연주곡이라 말소리가 잘 들리고",
            "연주곡이라 말소리가 잘 들립니다",
        ),
    )


def _shared(song: recommender_pb.ScoredTrack) -> list[str]:
    return [each.mood for each in song.shared_moods if each.mood in MOODS][:_MOODS]


def _tagged(song: recommender_pb.ScoredTrack, language: str) -> list[str]:
    """The matched tags in one language; those of the other are translated where possible.

    Of two tags one of which says the other again ("morning", "early morning"), the first stays.
    """
    own, other = song.track.tags_en, song.track.tags_ko
    if language == "ko":
        own, other = other, own
    # Lists of the same length name the same things in the same order.
    translations = dict(zip(other, own, strict=True)) if len(own) == len(other) else {}
    found: list[str] = []
    for tag in song.matched_tags:
        text = tag.text if tag.language == language else translations.get(tag.text)
        if text and not any(text in said or said in text for said in found):
            found.append(text)
    return found[:_TAGS]


def _measured(song: recommender_pb.ScoredTrack) -> Words:
    tempo = f"{song.track.tempo_bpm:.0f} BPM" if song.track.tempo_bpm > 0 else ""
    tonic, _, mode = song.track.key.partition(" ")
    key = key_words(tonic, mode)
    return spelled(tempo, key)
