"""One sentence on what each input was understood as, and the playlist's title."""

from __future__ import annotations

from collections.abc import Sequence

from gateway import evidence
from gateway.clips import found_in
from gateway.domain import Moods
from gateway.perceived import Perceived
from gateway.wording import (
    Words,
    change_words,
    joined_names,
    measures,
    mood_words,
    name_of,
    named,
    noun,
    quoted,
)
from vts.evidence.v1 import evidence_pb2
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.korean import with_particle
from vts.moods.phrases import strongest


def summary(found: Perceived) -> evidence_pb2.Bilingual:
    """What was understood, such as "A dog runs on grass. It feels joyful."."""
    if not found.voices and not found.seed_id:
        words = _nothing_told(found)
    elif found.evidence.kind in (pb.INPUT_KIND_PHOTO, pb.INPUT_KIND_VIDEO):
        words = _picture(found)
    elif found.evidence.kind == pb.INPUT_KIND_AUDIO:
        words = _sound(found)
    elif found.evidence.kind == pb.INPUT_KIND_TEXT:
        words = _text(found)
    elif found.evidence.kind == pb.INPUT_KIND_SITUATION:
        words = _situation(found)
    elif found.evidence.kind == pb.INPUT_KIND_GROUP:
        words = _group(found)
    else:
        words = _track(found)
    return evidence_pb2.Bilingual(en=words.en, ko=words.ko)


def title(moods: Moods, inputs: Sequence[Perceived]) -> evidence_pb2.Bilingual:
    """A name for a playlist, such as "Calm and dreamy music for your beach photo"."""
    telling = [each for each in inputs if each.voices or each.seed_id]
    named = [each for each in telling if not _asks_for_change(each)]
    changes = [name_of(each) for each in telling if _asks_for_change(each)]
    felt = changes[-1] if changes else mood_words(strongest(moods))
    music = Words(f"{felt.en} music".strip(), f"{felt.ko} 음악".strip())
    words = _headed(music, named) if len(named) == 1 and felt.en else None
    words = words or _for_all(music, named)
    return evidence_pb2.Bilingual(en=words.en[0].upper() + words.en[1:], ko=words.ko)


def _headed(music: Words, named: Sequence[Perceived]) -> Words | None:
    """A title that begins with what the listener wrote or is doing, if there is such a thing."""
    found = named[0]
    if found.evidence.kind == pb.INPUT_KIND_TEXT:
        text = quoted(found.given.text).en[1:-1].rstrip(".!?:,")
        return Words(f"{text}: {music.en}", f"{text}: {music.ko}") if text else None
    if found.evidence.kind == pb.INPUT_KIND_GROUP:
        return Words(found.evidence.group.name.en, found.evidence.group.name.ko)
    if found.evidence.kind == pb.INPUT_KIND_SITUATION and found.evidence.phrases:
        phrases = [phrase.text for phrase in found.evidence.phrases[:2]]
        english = ", ".join(phrase.en for phrase in phrases)
        korean = ", ".join(phrase.ko for phrase in phrases)
        return Words(f"{english}: {music.en}", f"{korean}에 어울리는 {music.ko}")
    return None


def _for_all(music: Words, named: Sequence[Perceived]) -> Words:
    if not named:
        return music
    names = joined_names([name_of(each) for each in named])
    if all(each.seed_id for each in named):
        like = with_particle(names.ko, "과/와")
        return Words(f"{music.en} like {names.en}", f"{like} 비슷한 {music.ko}")
    return Words(f"{music.en} for {names.en}", f"{names.ko}에 어울리는 {music.ko}")


def _nothing_told(found: Perceived) -> Words:
    what = noun(found.evidence.kind)
    if found.unanswered:
        return Words(
            f"This {what.en} could not be read just now.",
            f"지금은 이 {with_particle(what.ko, '을/를')} 읽을 수 없습니다.",
        )
    return Words(
        f"Nothing could be told from this {what.en}.",
        f"이 {what.ko}에서 알아낸 것이 없습니다.",
    )


def _picture(found: Perceived) -> Words:
    caption, scenes = found.evidence.description.caption, len(found.evidence.scenes)
    english, korean = [], []
    if scenes > 1:
        english.append(f"A video in {scenes} scenes.")
        korean.append(f"장면 {scenes}개로 이루어진 영상입니다.")
    if caption.en:
        english.append(_ended(caption.en))
        korean.append(_ended(caption.ko or caption.en))
    felt = _felt(found)
    return Words(" ".join([*english, felt.en]).strip(), " ".join([*korean, felt.ko]).strip())


def _sound(found: Perceived) -> Words:
    sound = found.evidence.sound
    felt = _felt(found)
    if found.evidence.matches:
        song = found_in(found.evidence.matches[0])
        return Words(f"{song.en} {felt.en}".strip(), f"{song.ko}. {felt.ko}".strip())
    known = measures(sound)
    seconds = f"{sound.duration_seconds:.0f}"
    placed = " at " if known.en[:1].isdigit() else " in "
    details = (f"{placed}{known.en}", f"({known.ko})") if known.en else ("", "")
    return Words(
        f"{seconds} seconds of sound{details[0]}. {felt.en}".strip(),
        f"{seconds}초짜리 소리{details[1]}입니다. {felt.ko}".strip(),
    )


def _text(found: Perceived) -> Words:
    name = quoted(found.given.text)
    shift = evidence.affect_from(found.evidence.reading.affect)
    if _asks_for_change(found) and shift:
        change = change_words(shift)
        return Words(
            f"{name.en} asks for {change.en} music.",
            f"{name.ko}에 맞춰 {change.ko} 음악을 찾습니다.",
        )
    felt = mood_words(_strongest(found))
    if not felt.en:
        return Words(
            f"{name.en} says little about mood.",
            f"{name.ko}에서는 뚜렷한 분위기가 느껴지지 않습니다.",
        )
    return Words(f"{name.en} feels {felt.en}.", f"{name.ko}에서 {felt.ko} 느낌이 납니다.")


def _situation(found: Perceived) -> Words:
    phrases = [phrase.text for phrase in found.evidence.phrases[:3]]
    english = ", ".join(phrase.en for phrase in phrases) or "your situation"
    korean = ", ".join(phrase.ko for phrase in phrases) or "지금 상황"
    felt = mood_words(_strongest(found))
    fits = f"{felt.en} music fits" if felt.en else "no mood stands out"
    goes = f"{felt.ko} 음악이 어울립니다" if felt.ko else "뚜렷한 분위기는 없습니다"
    return Words(f"{english[0].upper()}{english[1:]}: {fits}.", f"{korean}: {goes}.")


def _track(found: Perceived) -> Words:
    track = found.evidence.track
    name, artists = quoted(track.title), ", ".join(track.artists)
    felt = _felt(found)
    return Words(
        f"{name.en} by {artists}. {felt.en}".strip(),
        f"{artists}의 {name.ko}입니다. {felt.ko}".strip(),
    )


def _group(found: Perceived) -> Words:
    group = found.evidence.group
    name, count = named(group.name), group.tracks
    felt = _felt(found)
    songs = "1 song" if count == 1 else f"{count} songs"
    return Words(
        f"{name.en}: {songs} that sound alike. {felt.en}".strip(),
        f"소리가 닮은 {count}곡을 모은 {name.ko}입니다. {felt.ko}".strip(),
    )


def _felt(found: Perceived) -> Words:
    felt = mood_words(_strongest(found))
    if not felt.en:
        return Words("", "")
    return Words(f"It feels {felt.en}.", f"{felt.ko} 느낌입니다.")


def _strongest(found: Perceived) -> tuple[str, ...]:
    return strongest(evidence.moods_from(found.evidence.moods))


def _asks_for_change(found: Perceived) -> bool:
    return found.evidence.reading.comparative


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?", "…")) else f"{sentence}."
