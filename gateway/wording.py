"""Words for moods, places on the plane, keys and inputs, in English and Korean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.domain import Affect
from gateway.korean import with_particle
from gateway.perceived import Perceived
from vts.audio_features.v1 import audio_features_service_pb2 as audio_pb
from vts.captioner.v1 import captioner_service_pb2 as captioner_pb
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.moods import moods

_QUOTED_CHARACTERS = 40
_SURE_TEMPO = 0.5
_SURE_KEY = 0.5
_NAMING_TAG = 0.5
_MIDDLE = 0.15
_SECOND = 0.6
_CONNECTIVES = {
    "amusing": ("재미있고", "재미있으며"),
    "annoying": ("짜증나고", "짜증나며"),
    "tense": ("불안하고", "불안하며"),
    "beautiful": ("아름답고", "아름다우며"),
    "calm": ("차분하고", "차분하며"),
    "dreamy": ("몽환적이고", "몽환적이며"),
    "energizing": ("신나고", "신나며"),
    "sensual": ("관능적이고", "관능적이며"),
    "defiant": ("반항적이고", "반항적이며"),
    "joyful": ("즐겁고", "즐거우며"),
    "sad": ("슬프고", "슬프며"),
    "scary": ("무섭고", "무서우며"),
    "triumphant": ("웅장하고", "웅장하며"),
}
_ADNOMINALS = {mood.id: mood.korean for mood in moods()}
_NOUNS = {
    pb.INPUT_KIND_PHOTO: ("photo", "사진"),
    pb.INPUT_KIND_VIDEO: ("video", "영상"),
    pb.INPUT_KIND_AUDIO: ("sound", "소리"),
    pb.INPUT_KIND_TEXT: ("text", "글"),
    pb.INPUT_KIND_SITUATION: ("situation", "상황"),
    pb.INPUT_KIND_TRACK: ("song", "노래"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """The same thing in both languages."""

    en: str
    ko: str


def noun(kind: pb.InputKind) -> Words:
    """What an input of a kind is called."""
    return Words(*_NOUNS.get(kind, ("input", "입력")))


def mood_words(ids: Sequence[str]) -> Words:
    """Moods as adjectives before a noun: "calm and dreamy", "차분하고 몽환적인"."""
    if not ids:
        return Words("", "")
    korean = [_CONNECTIVES[mood][0] for mood in ids[:-1]] + [_ADNOMINALS[ids[-1]]]
    return Words(" and ".join(ids), " ".join(korean))


def mood_clause(ids: Sequence[str]) -> str:
    """Moods as a Korean clause that another follows: "차분하고 몽환적이며"."""
    return " ".join([*(_CONNECTIVES[mood][0] for mood in ids[:-1]), _CONNECTIVES[ids[-1]][1]])


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
    return Words(" and ".join(english), "더 " + " ".join(parts))


def measures(sound: audio_pb.AnalyzeAudioResponse) -> Words:
    """Tempo and key where they are known well enough; else empty."""
    english, korean = [], []
    if sound.tempo.bpm > 0 and sound.tempo.confidence >= _SURE_TEMPO:
        english.append(f"{sound.tempo.bpm:.0f} BPM")
        korean.append(f"{sound.tempo.bpm:.0f} BPM")
    if sound.key.tonic and sound.key.confidence >= _SURE_KEY:
        english.append(f"{sound.key.tonic} {sound.key.mode}")
        korean.append(sound.key.tonic + ("장조" if sound.key.mode == "major" else "단조"))
    return Words(", ".join(english), ", ".join(korean))


def quoted(text: str) -> Words:
    """A text in each language's quotes, cut where it is long."""
    line = " ".join(text.split())
    if len(line) > _QUOTED_CHARACTERS:
        line = line[: _QUOTED_CHARACTERS - 1].rstrip() + "…"
    return Words(f"“{line}”", f"‘{line}’")


def name_of(perceived: Perceived, label_kind: str = "") -> Words:
    """What an input is called in a sentence: "your beach photo", "해변 사진"."""
    found = perceived.evidence
    if label_kind == "video sound":
        return Words("the sound of your video", "영상의 소리")
    if found.kind == pb.INPUT_KIND_TEXT:
        return _name_of_text(perceived)
    if found.kind == pb.INPUT_KIND_TRACK:
        return quoted(found.track.title)
    if found.kind == pb.INPUT_KIND_SITUATION:
        if not found.phrases:
            return Words("your situation", "지금 상황")
        first = found.phrases[0].text
        return Words(f"your situation ({first.en})", f"지금 상황({first.ko})")
    if found.kind == pb.INPUT_KIND_AUDIO:
        return Words("your sound", "들려주신 소리")
    what = noun(found.kind)
    if tag := _telling_tag(found.description):
        return Words(f"your {tag.name} {what.en}", f"{tag.korean_name} {what.ko}")
    return Words(f"your {what.en}", f"보내 주신 {what.ko}")


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
        return quoted(perceived.given.text)
    change = change_words(Affect(shift.valence, shift.arousal, shift.confidence))
    return Words(f"the {change.en} mood you asked for", f"원하신 {change.ko} 분위기")


def _telling_tag(description: captioner_pb.Description) -> captioner_pb.Tag | None:
    """The surest thing or place in a picture, as long as it is sure and has both names."""
    telling = (captioner_pb.TAG_KIND_SCENE, captioner_pb.TAG_KIND_OBJECT)
    sure = [
        tag
        for tag in description.tags
        if tag.kind in telling and tag.score >= _NAMING_TAG and tag.name and tag.korean_name
    ]
    return max(sure, key=lambda tag: tag.score, default=None)
