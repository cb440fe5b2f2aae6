"""Reasons: one sentence per song, in English and Korean, that claims only what scored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gateway import evidence
from gateway.korean import with_particle
from gateway.wording import Words, mood_clause, mood_words, place_words, quoted
from vts.evidence.v1 import evidence_pb2
from vts.moods import MOODS
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb

LEAST_SHARE = 0.08
"""The share of a song's score from which a component is worth a mention."""

LEAST_SCORE = 0.55
"""The likeness from which it may be claimed at all: a song drawn at random would get 0.5."""

LIKES = "likes"
"""The label under which the recommender counts what the listener liked before."""

_CLAUSES = 3
_TAGS = 2
_MOODS = 2
_SOUND_KEY = ("major", "minor")


@dataclass(frozen=True, slots=True)
class Clause:
    """One claim: in English, and in Korean with another clause behind it or at the end."""

    en: str
    ko_before: str
    ko_last: str


Builder = Callable[[recommender_pb.ScoredTrack, Words | None, int], Clause | None]
"""Makes a clause about a song and an input; None for an input that was just named."""


def reason(
    song: recommender_pb.ScoredTrack, names: Mapping[str, Words], rank: int
) -> evidence_pb2.Bilingual:
    """Why a song is in the playlist.

    The sentence begins with what weighs most. `names` maps evidence labels to what the inputs are
    called; `rank` counts from 0 and varies the wording a little.
    """
    clauses: list[Clause] = []
    said: set[str] = set()
    kinds: set[str] = set()
    for part in _worth_saying(song.components):
        if part.component in kinds or _repeats(part, kinds, said):
            continue
        name = names.get(part.evidence) or _unnamed(part.evidence)
        subject = recommender_pb.ScoredTrack(track=song.track) if _told_moods(part, kinds) else song
        clause = _BUILDERS[part.component](subject, None if part.evidence in said else name, rank)
        if clause and len(clauses) < _CLAUSES:
            clauses.append(clause)
            kinds.add(part.component)
            said.add(part.evidence)
    return _sentence(clauses)


def _unnamed(label: str) -> Words:
    return Words("what you liked before", "전에 좋아하신 곡") if label == LIKES else quoted(label)


def _worth_saying(
    components: Sequence[recommender_pb.ComponentScore],
) -> list[recommender_pb.ComponentScore]:
    worthy = [
        part
        for part in components
        if part.share >= LEAST_SHARE and part.score >= LEAST_SCORE and part.component in _BUILDERS
    ]
    return sorted(worthy, key=lambda part: -part.share)


def _repeats(part: recommender_pb.ComponentScore, kinds: set[str], said: set[str]) -> bool:
    """Whether a component would only say again what was said.

    A place on the plane says what the moods of the same input said, and likeness to a song tells
    the moods too.
    """
    if part.component == "mood" and "seeds" in kinds:
        return True
    twins = {"affect": "mood", "mood": "affect"}
    return part.evidence in said and twins.get(part.component) in kinds


def _told_moods(part: recommender_pb.ComponentScore, kinds: set[str]) -> bool:
    """Whether likeness to a song can do without the moods, since they were told."""
    return part.component == "seeds" and "mood" in kinds


def _sentence(clauses: Sequence[Clause]) -> evidence_pb2.Bilingual:
    if not clauses:
        return evidence_pb2.Bilingual(
            en="Among the closest that the catalogue has.",
            ko="목록에서 그나마 가까운 곡입니다.",
        )
    english = "; ".join(clause.en for clause in clauses)
    korean = [clause.ko_before for clause in clauses[:-1]] + [clauses[-1].ko_last]
    return evidence_pb2.Bilingual(
        en=f"{english[0].upper()}{english[1:]}.", ko=f"{', '.join(korean)}."
    )


def _mood(song: recommender_pb.ScoredTrack, name: Words | None, rank: int) -> Clause | None:
    ids = _shared(song)
    if not ids:
        return None
    words = mood_words(ids)
    if name is None:
        return Clause(
            f"just as {words.en}", f"똑같이 {mood_clause(ids)}", f"똑같이 {words.ko} 곡입니다"
        )
    if rank % 2:
        english = f"{words.en}, in keeping with {name.en}"
        korean = f"{with_particle(name.ko, '과/와')} 어울리게"
    else:
        english, korean = f"{words.en} like {name.en}", f"{name.ko}처럼"
    return Clause(english, f"{korean} {mood_clause(ids)}", f"{korean} {words.ko} 곡입니다")


def _affect(song: recommender_pb.ScoredTrack, name: Words | None, _: int) -> Clause | None:
    affect = evidence.affect_from(song.track.affect)
    if affect is None:
        return None
    english, adnominal, clause = place_words(affect)
    if name is None:
        return Clause(
            f"equally {english}", f"마찬가지로 {clause}", f"마찬가지로 {adnominal} 곡입니다"
        )
    return Clause(
        f"as {english} as {name.en}",
        f"{name.ko}만큼 {clause}",
        f"{name.ko}만큼 {adnominal} 곡입니다",
    )


def _text(_: recommender_pb.ScoredTrack, name: Words | None, rank: int) -> Clause | None:
    if name is None:
        return Clause("close to it in theme", "주제도 통하며", "주제도 통합니다")
    theme = f"{with_particle(name.ko, '과/와')} 주제가"
    english = f"in the spirit of {name.en}" if rank % 2 else f"close in theme to {name.en}"
    return Clause(english, f"{theme} 통하며", f"{theme} 통합니다")


def _audio(song: recommender_pb.ScoredTrack, name: Words | None, _: int) -> Clause | None:
    known = _measured(song)
    english, korean = (f" ({known.en})", f"({known.ko}) ") if known.en else ("", "")
    if name is None:
        return Clause(
            f"similar to it in sound{english}",
            f"{korean}소리도 닮았으며",
            f"{korean}소리도 닮았습니다",
        )
    like = f"{korean}{with_particle(name.ko, '과/와')} 음색이"
    return Clause(
        f"similar in sound to {name.en}{english}", f"{like} 닮았으며", f"{like} 닮았습니다"
    )


def _tags(song: recommender_pb.ScoredTrack, _name: Words | None, _: int) -> Clause | None:
    english = _tagged(song, "en")
    korean = _tagged(song, "ko")
    if not (english or korean):
        return None
    en = " and ".join(quoted(tag).en for tag in english or korean)
    ko = ", ".join(quoted(tag).ko for tag in korean or english)
    return Clause(f"tagged {en}", f"{ko} 태그가 어울리며", f"{ko} 태그가 어울립니다")


def _seeds(song: recommender_pb.ScoredTrack, name: Words | None, _: int) -> Clause | None:
    """Likeness to a song as a whole; the moods that both have tell in what."""
    if name is None:
        return None
    ids = _shared(song)
    like = with_particle(name.ko, "과/와")
    if not ids:
        return Clause(f"much like {name.en}", f"{like} 비슷하며", f"{like} 비슷합니다")
    words = mood_words(ids)
    return Clause(
        f"much like {name.en}: {words.en}",
        f"{like} 비슷하게 {mood_clause(ids)}",
        f"{like} 비슷하게 {words.ko} 곡입니다",
    )


_BUILDERS: Mapping[str, Builder] = {
    "mood": _mood,
    "affect": _affect,
    "text": _text,
    "audio": _audio,
    "tags": _tags,
    "seeds": _seeds,
}


def _shared(song: recommender_pb.ScoredTrack) -> list[str]:
    return [each.mood for each in song.shared_moods if each.mood in MOODS][:_MOODS]


def _tagged(song: recommender_pb.ScoredTrack, language: str) -> list[str]:
    """The matched tags in one language; those of the other are translated where possible."""
    own, other = song.track.tags_en, song.track.tags_ko
    if language == "ko":
        own, other = other, own
    # Lists of the same length name the same things in the same order.
    translations = dict(zip(other, own, strict=True)) if len(own) == len(other) else {}
    found = (
        tag.text if tag.language == language else translations.get(tag.text)
        for tag in song.matched_tags
    )
    return list(dict.fromkeys(text for text in found if text))[:_TAGS]


def _measured(song: recommender_pb.ScoredTrack) -> Words:
    tempo = f"{song.track.tempo_bpm:.0f} BPM" if song.track.tempo_bpm > 0 else ""
    tonic, _, mode = song.track.key.partition(" ")
    known = bool(tonic) and mode in _SOUND_KEY
    korean_key = f"{tonic}{'장조' if mode == 'major' else '단조'}" if known else ""
    english_key = song.track.key if known else ""
    return Words(
        ", ".join(part for part in (tempo, english_key) if part),
        ", ".join(part for part in (tempo, korean_key) if part),
    )
