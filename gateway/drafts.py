"""Songs as they come in: what they lack, what they are in words, and whether they are new."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import quote

from gateway import domain, evidence
from gateway.uploads import Upload
from vts.audio_features.v1 import audio_features_service_pb2 as audio_pb
from vts.evidence.v1 import evidence_pb2
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.identities import track_id
from vts.mood.v1 import mood_service_pb2 as mood_pb
from vts.moods.words import meaning_of
from vts.recommender.v1 import track_pb2

CONTENT = "content"
"""The key of `model_versions` under which a song's fingerprint is stored."""

AUDIO = "audio"
"""The key under which the analysis of a song's sound is named."""

RULES = "4"
"""Part of every fingerprint: raised when imports should be redone."""

NO_LICENCE = "LicenseRef-None"
"""The licence of a song whose draft names none."""

_NAMES = ("source", "source_id", "title", "artists")
_SILENT = "SILENT"
_STRONG_MOOD = 0.35
_SURE = 0.3
_MAX_CHARACTERS = 2000
_SEARCHED_CHARACTERS = 80  # 9 bytes each when Korean is percent-encoded; addresses have 1,024
_SEARCHES = {
    "YouTube": "https://www.youtube.com/results?search_query={}",
    "Melon": "https://www.melon.com/search/total/index.htm?q={}",
    "Spotify": "https://open.spotify.com/search/{}",
}


@dataclass(slots=True)
class Draft:
    """A song to import, with its sound if that followed; `problem` says why it is refused."""

    index: int
    message: pb.TrackDraft
    sound: Upload | None = None
    problem: str = ""
    analysis: audio_pb.AnalyzeAudioResponse | None = None
    text_model: str = ""
    duplicates: list[pb.Duplicate] = field(default_factory=list)
    twin: Draft | None = None
    """A song before it in the same batch that has the same sound."""
    is_left_out: bool = False
    vectors: track_pb2.TrackVectors = field(default_factory=track_pb2.TrackVectors)
    _digest: hashlib._Hash = field(default_factory=hashlib.sha256)

    @property
    def track(self) -> track_pb2.Track:
        """The song, completed step by step."""
        return self.message.track

    @property
    def id(self) -> str:
        """The song's id."""
        return str(track_id(self.track.source, self.track.source_id))

    def hear(self, data: bytes) -> None:
        """Counts a piece of sound into the fingerprint."""
        self._digest.update(data)

    def fingerprint(self) -> str:
        """What tells whether the same song with the same sound was imported before."""
        return fingerprint(self.message, self._digest.digest() if self.sound else b"")

    def close(self) -> None:
        """Forgets the sound."""
        if self.sound:
            self.sound.close()


def fingerprint(message: pb.TrackDraft, sound_sha256: bytes) -> str:
    """What tells whether a song was imported before; the digest is that of its sound's bytes."""
    told = hashlib.sha256(RULES.encode())
    told.update(message.keep_sound.to_bytes())
    told.update(message.track.SerializeToString(deterministic=True))
    told.update(sound_sha256)
    return told.hexdigest()[:32]


def checked(draft: Draft) -> None:
    """Notes the problem of a draft that has no name to be known by, or says what cannot be."""
    draft.problem = draft.problem or _problem(draft)
    if draft.message.sound_follows and not (draft.sound and draft.sound.size):
        draft.problem = draft.problem or "sound: was announced, but none followed"


def is_valid(draft: Draft) -> bool:
    """Whether a draft may be imported, as far as that can be told without its sound."""
    return not _problem(draft)


def _problem(draft: Draft) -> str:
    track = draft.track
    missing = (name for name in _NAMES if not getattr(track, name))
    if name := next(missing, ""):
        return f"track.{name}: is missing"
    if track.id and track.id != draft.id:
        return "track.id: is made from source and source_id; leave it empty"
    # Checked here because rules would turn a point that is none into moods, or overlook it.
    for name in ("valence", "arousal") if track.HasField("affect") else ():
        if not -1 <= getattr(track.affect, name) <= 1:
            return f"track.affect.{name}: must be from -1 to 1"
    return ""


def complete_from_sound(draft: Draft) -> None:
    """Fills in what the draft lacks and its sound told."""
    heard, track = draft.analysis, draft.track
    if heard is None:
        return
    track.duration_seconds = track.duration_seconds or heard.duration_seconds
    if not track.tempo_bpm and heard.tempo.confidence >= _SURE:
        track.tempo_bpm = heard.tempo.bpm
    if not track.key and heard.key.tonic and heard.key.confidence >= _SURE:
        track.key = f"{heard.key.tonic} {heard.key.mode}"
    if not track.moods:
        track.moods.extend(heard.moods)
        if not track.HasField("affect") and heard.moods:
            track.affect.CopyFrom(heard.affect)
    draft.vectors.audio.extend(heard.embedding)
    for window in heard.windows:
        if window.embedding:
            draft.vectors.windows.add(
                start_seconds=window.start_seconds,
                end_seconds=window.end_seconds,
                values=window.embedding,
            )
    track.sound_id = heard.analysis_id
    track.sound_digest = heard.sound_digest


def complete_from_tags(draft: Draft) -> None:
    """Fills in moods that tags name outright, where neither the draft nor its sound told any."""
    track = draft.track
    if not lacks_moods(draft):
        return
    if meaning := meaning_of([*track.tags_en, *track.tags_ko]):
        track.moods.extend(evidence.moods_to(meaning.moods))
        track.affect.valence, track.affect.arousal = meaning.valence, meaning.arousal
        track.affect.confidence = max(meaning.moods)


def complete_from_reading(draft: Draft, reading: mood_pb.Reading) -> None:
    """Fills in moods read from a song's tags and genres, and their vector."""
    draft.track.moods.extend(reading.moods)
    add_text_vector(draft, reading.text_embedding, reading.model)
    if not draft.track.HasField("affect"):
        draft.track.affect.CopyFrom(reading.affect)


def complete_from_rules(draft: Draft) -> None:
    """Fills in what follows from the rest: a point, a mood vector, links, a licence."""
    track = draft.track
    affect = evidence.affect_from(track.affect)
    if not track.moods and affect:
        track.moods.extend(evidence.moods_to(domain.moods_near(affect)))
    scores = evidence.moods_from(track.moods)
    if affect is None and (place := evidence.affect_to(domain.affect_of(scores))):
        track.affect.CopyFrom(place)
    if any(scores):
        draft.vectors.mood.extend(scores)
    track.licence = track.licence or NO_LICENCE
    if not track.links and not draft.message.keep_sound:
        track.links.extend(search_links(track))


def lacks_moods(draft: Draft) -> bool:
    """Whether a song's moods have to be read from its words."""
    return not draft.track.moods and evidence.affect_from(draft.track.affect) is None


def moodless(draft: Draft) -> str:
    """The problem of a song of which nothing tells the moods."""
    if draft.analysis and any(note.code == _SILENT for note in draft.analysis.notes):
        return "sound: is silent, and no tags, genres or moods tell what it feels like"
    return "track.moods: are missing, and no tags, genres or sound tell them"


def in_words(track: track_pb2.Track) -> str:
    """A song in English words, without its names: moods, genres, tags.

    Names stay out, or every song called "Rain" would be near every rainy photo.
    """
    scores = sorted(track.moods, key=lambda each: -each.score)
    moods = [each.mood for each in scores if each.score >= _STRONG_MOOD][:4]
    known = [part for part in (", ".join(moods), ", ".join(track.genres)) if part]
    music = [" ".join([*known, "music"])] if known else []
    return ", ".join([*music, *track.tags_en])[:_MAX_CHARACTERS]


def search_links(track: track_pb2.Track) -> list[track_pb2.Link]:
    """Where to look a song up, by its artist and title."""
    words = quote(" ".join([*track.artists[:2], track.title])[:_SEARCHED_CHARACTERS], safe="")
    return [
        track_pb2.Link(kind="search", label=label, url=address.format(words))
        for label, address in _SEARCHES.items()
    ]


def add_text_vector(draft: Draft, values: Iterable[float], model: evidence_pb2.Model) -> None:
    """Adds the embedding of a song's words, and which model made it."""
    draft.vectors.text.extend(values)
    draft.text_model = model_name(model)


def finish(draft: Draft, fingerprint: str) -> None:
    """Says in the song itself what it is known by and how it was made."""
    track = draft.track
    track.id = draft.id
    track.has_sound = draft.message.keep_sound and draft.sound is not None
    track.model_versions.clear()
    track.model_versions[CONTENT] = fingerprint
    if draft.text_model:
        track.model_versions["text"] = draft.text_model
    if draft.analysis and draft.vectors.audio:
        track.model_versions[AUDIO] = model_name(draft.analysis.model)


def model_name(model: evidence_pb2.Model) -> str:
    """A model as `model_versions` names it."""
    return f"{model.name} {model.version}".strip()
