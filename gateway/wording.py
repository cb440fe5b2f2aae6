"""Words for moods, places on the plane, keys and inputs, in English and Korean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from gateway.domain import Affect
from gateway.perceived import Perceived
from vts.audio_features.v1 import audio_features_service_pb2 as audio_pb
from vts.captioner.v1 import captioner_service_pb2 as captioner_pb
from vts.evidence.v1 import evidence_pb2
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.korean import with_particle
from vts.moods import phrases

TALK = "talk"
"""The label of the wish for music without words."""

_QUOTED_CHARACTERS = 40
_NAMING_CHARACTERS = 14
_SURE_TEMPO = 0.5
_SURE_KEY = 0.5
_NAMING_TAG = 0.5
_MIDDLE = 0.15
_SECOND = 0.6
_CHANGES = {"활기찬": "활기차며", "차분한": "차분하며", "밝은": "밝으며", "어두운": "어두우며"}
_FLATS = {"A#": "Bb", "D#": "Eb"}
_MAJOR_FLATS = {**_FLATS, "G#": "Ab", "C#": "Db"}
"""Keys as musicians write them: nobody plays in A sharp."""
_PEOPLE = {"man", "woman", "boy", "girl", "child", "baby", "person", "people"} | {
    "group",
    "crowd",
    "player",
    "rider",
}
"""Words that tell one photo of somebody from another too badly to name it by."""
_NOUNS = {
    pb.INPUT_KIND_PHOTO: ("photo", "사진"),
    pb.INPUT_KIND_VIDEO: ("video", "영상"),
    pb.INPUT_KIND_AUDIO: ("sound", "소리"),
    pb.INPUT_KIND_TEXT: ("text", "글"),
    pb.INPUT_KIND_SITUATION: ("situation", "상황"),
    pb.INPUT_KIND_TRACK: ("song", "노래"),
    pb.INPUT_KIND_GROUP: ("group", "모음"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """The same thing in both languages; its kind says which words go with it.

    A `moment` is a situation, a `change` what was asked for, such as "calmer", `talk` what music
    should leave room for; all else a `thing`.
    `moods` are those that an input has clearly; None where that is not known.
    """

    en: str
    ko: str
    kind: Literal["thing", "moment", "change", "talk"] = "thing"
    moods: tuple[str, ...] | None = None


def noun(kind: pb.InputKind) -> Words:
    """What an input of a kind is called."""
    return Words(*_NOUNS.get(kind, ("input", "입력")))


def mood_words(ids: Sequence[str]) -> Words:
    """Moods as adjectives before a noun: "calm and dreamy", "차분하고 몽환적인"."""
    return Words(phrases.english(ids), phrases.korean(ids))


def place_words(affect: Affect) -> tuple[str, str, str]:
    """A place on the plane: in English, in Korean before a noun, and as a clause in Korean."""
    if max(abs(affect.valence), abs(affect.arousal)) < _MIDDLE:
        return "even-tempered", "담담한", "담담하며"
    if affect.valence >= 0:
        if affect.arousal >= 0:
            return "bright and lively", "밝고 활기찬", "밝고 활기차며"
        return "warm and gentle", "따뜻하고 잔잔한", "따뜻하고 잔잔하며"
    if affect.arousal >= 0:
        return "dark and restless", "어둡고 긴장감 있는", "어둡고 긴장감 있으며"
    return "wistful", "쓸쓸한", "쓸쓸하며"


def change_words(shift: Affect) -> Words:
    """Where a shift leads: "calmer and brighter", "더 차분하고 밝은"."""
    english, korean = [], []
    worth_saying = max(_MIDDLE, _SECOND * max(abs(shift.valence), abs(shift.arousal)))
    if abs(shift.arousal) >= worth_saying:
        english.append("livelier" if shift.arousal > 0 else "calmer")
        korean.append(("활기찬", "활기차고") if shift.arousal > 0 else ("차분한", "차분하고"))
    if abs(shift.valence) >= worth_saying or not english:
        english.append("brighter" if shift.valence > 0 else "darker")
        korean.append(("밝은", "밝고") if shift.valence > 0 else ("어두운", "어둡고"))
    parts = [each[1] for each in korean[:-1]] + [korean[-1][0]]
    return Words(" and ".join(english), "더 " + " ".join(parts), "change")


def change_clause(change: Words) -> str:
    """A change as a Korean clause that another follows: "더 차분하고 밝으며"."""
    before, _, last = change.ko.rpartition(" ")
    return f"{before} {_CHANGES[last]}"


def key_words(tonic: str, mode: str) -> Words:
    """A key such as "Bb minor", "Bb단조"; empty if it is not known."""
    if not tonic or mode not in ("major", "minor"):
        return Words("", "")
    tonic = (_MAJOR_FLATS if mode == "major" else _FLATS).get(tonic, tonic)
    tonic = tonic.replace("b", "♭").replace("#", "♯")
    return Words(f"{tonic} {mode}", tonic + ("장조" if mode == "major" else "단조"))


def spelled(tempo: str, key: Words) -> Words:
    """Tempo and key together: "92 BPM in A minor", "92 BPM, A단조"."""
    return Words(
        " in ".join(part for part in (tempo, key.en) if part),
        ", ".join(part for part in (tempo, key.ko) if part),
    )


def measures(sound: audio_pb.AnalyzeAudioResponse) -> Words:
    """Tempo and key where they are known well enough; else empty."""
    has_tempo = sound.tempo.bpm > 0 and sound.tempo.confidence >= _SURE_TEMPO
    tempo = f"{sound.tempo.bpm:.0f} BPM" if has_tempo else ""
    tonic = sound.key.tonic if sound.key.confidence >= _SURE_KEY else ""
    return spelled(tempo, key_words(tonic, sound.key.mode))


def quoted(text: str) -> Words:
    """A text in each language's quotes, cut where it is long."""
    line = " ".join(text.split())
    if len(line) > _QUOTED_CHARACTERS:
        line = line[: _QUOTED_CHARACTERS - 1].rstrip() + "…"
    return Words(f"“{line}”", f"‘{line}’")


def named(name: evidence_pb2.Bilingual) -> Words:
    """A name that came in both languages, in each language's quotes."""
    return Words(f"“{name.en}”", f"‘{name.ko}’")


def name_of(perceived: Perceived, label_kind: str = "") -> Words:
    """What an input is called in a sentence: "your beach photo", "해변 사진"."""
    found = perceived.evidence
    if label_kind == "video sound":
        return Words("the sound of your video", "영상 속 소리")
    if label_kind == TALK:
        return Words("the talk in your video", "영상 속 말소리", "talk")
    if found.kind == pb.INPUT_KIND_TEXT:
        return _name_of_text(perceived)
    if found.kind == pb.INPUT_KIND_TRACK:
        return quoted(found.track.title)
    if found.kind == pb.INPUT_KIND_GROUP:
        return named(found.group.name)
    if found.kind == pb.INPUT_KIND_SITUATION:
        return _name_of_situation(perceived)
    if found.kind == pb.INPUT_KIND_AUDIO:
        return Words("your clip", "들려주신 소리")
    what = noun(found.kind)
    if tag := _telling_tag(found.description):
        return Words(f"your {tag.name} {what.en}", f"{tag.korean_name} {what.ko}")
    return Words(f"your {what.en}", f"이 {what.ko}")


def joined_names(names: Sequence[Words]) -> Words:
    """Up to two names in one phrase, and a hint of the others."""
    if len(names) == 1:
        return names[0]
    more = (" and more", " 등") if len(names) > 2 else ("", "")
    link = ", " if more[0] else " and "
    english = f"{names[0].en}{link}{names[1].en}{more[0]}"
    return Words(english, f"{with_particle(names[0].ko, '과/와')} {names[1].ko}{more[1]}")


def _name_of_text(perceived: Perceived) -> Words:
    shift = perceived.evidence.reading.affect
    if not perceived.evidence.reading.comparative:
        is_short = len(perceived.given.text) <= _NAMING_CHARACTERS
        return quoted(perceived.given.text) if is_short else Words("your words", "적어 주신 글")
    return change_words(Affect(shift.valence, shift.arousal, shift.confidence))


def _name_of_situation(perceived: Perceived) -> Words:
    phrases = [phrase.text for phrase in perceived.evidence.phrases[:2]]
    if not phrases:
        return Words("this moment", "지금 이 순간", "moment")
    english = ", ".join(phrase.en for phrase in phrases)
    korean = ", ".join(phrase.ko for phrase in phrases)
    return Words(quoted(english).en, quoted(korean).ko, "moment")


def _telling_tag(description: captioner_pb.Description) -> captioner_pb.Tag | None:
    """The surest thing or place in a picture that its caption tells too, or else any."""
    telling = (captioner_pb.TAG_KIND_SCENE, captioner_pb.TAG_KIND_OBJECT)
    sure = [
        tag
        for tag in description.tags
        if tag.kind in telling and tag.score >= _NAMING_TAG and tag.name and tag.korean_name
        if tag.name not in _PEOPLE
    ]
    caption = description.caption.en.lower()
    return max(sure, key=lambda tag: (tag.name in caption, tag.score), default=None)
