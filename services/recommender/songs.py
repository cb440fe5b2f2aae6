"""Songs as messages: checked on the way in, and given out again."""

import re
from collections.abc import Mapping, Sequence

import numpy as np

from services.recommender import checks
from services.recommender.checks import FieldError
from services.recommender.tracks import (
    Affect,
    Array,
    Link,
    StoredTrack,
    Track,
    Vectors,
    Windows,
)
from services.recommender.words import folded
from vts.evidence.v1 import evidence_pb2
from vts.identities import track_id
from vts.moods import MOOD_DIMENSIONS, MOODS, TEXT_DIMENSIONS, WINDOW_DIMENSIONS
from vts.recommender.v1 import recommender_service_pb2 as pb
from vts.recommender.v1 import track_pb2

KEY = re.compile(r"[A-G][#b]? (major|minor)")
LINK_KINDS = ("listen", "search", "page")
NO_LICENCE = "LicenseRef-None"
LONGEST_SONG_SECONDS = 86_400
FASTEST_TEMPO_BPM = 1000
MOST_WINDOWS = 1440
LONGEST_SOUND_NAME = 128


def song_from(request: pb.UpsertTracksRequest, audio_dimensions: int) -> StoredTrack:
    """The song that a request holds; raises `FieldError`."""
    track = track_from(request.track)
    vectors = request.vectors
    mood = checks.vector("vectors.mood", vectors.mood, MOOD_DIMENSIONS)
    if mood is not None and (mood.min() < 0 or mood.max() > 1):
        raise FieldError("vectors.mood", "must hold numbers from 0 to 1")
    if mood is None and any(track.moods):
        mood = np.array(track.moods, np.float32)
    return StoredTrack(
        track,
        Vectors(
            text=checks.unit_vector("vectors.text", vectors.text, TEXT_DIMENSIONS),
            mood=mood,
            audio=checks.unit_vector("vectors.audio", vectors.audio, audio_dimensions),
        ),
        windows_from(vectors.windows),
    )


def windows_from(windows: Sequence[track_pb2.WindowVector]) -> Windows:
    """The stretches of a song, with vectors brought to length 1; raises `FieldError`."""
    checks.few("vectors.windows", windows, most=MOST_WINDOWS)
    if not windows:
        return Windows.none()
    read = [_window(f"vectors.windows[{at}]", window) for at, window in enumerate(windows)]
    spans, values = zip(*read, strict=True)
    return Windows(np.array(spans, np.float32), np.stack(values))


def _window(field: str, window: track_pb2.WindowVector) -> tuple[tuple[float, float], Array]:
    start = checks.number(f"{field}.start_seconds", window.start_seconds, 0, LONGEST_SONG_SECONDS)
    end = checks.number(f"{field}.end_seconds", window.end_seconds, 0, LONGEST_SONG_SECONDS)
    if end <= start:
        raise FieldError(f"{field}.end_seconds", f"must be after its start, {start:g}, is {end:g}")
    values = checks.unit_vector(f"{field}.values", window.values, WINDOW_DIMENSIONS)
    if values is None:
        raise FieldError(f"{field}.values", f"must have {WINDOW_DIMENSIONS} numbers, has none")
    return (start, end), values / np.linalg.norm(values)


def track_from(track: track_pb2.Track) -> Track:
    """The song as it is shown; raises `FieldError` with a path below `track`."""
    source = checks.source("track.source", track.source)
    source_id = checks.text("track.source_id", track.source_id, longest=256, shortest=1)
    expected = str(track_id(source, source_id))
    if track.id and track.id.lower() != expected:
        raise FieldError("track.id", f"must be empty or {expected}, made of source and source id")
    checks.few("track.artists", track.artists, most=16, least=1)
    moods = checks.mood_scores("track.moods", ((m.mood, m.score) for m in track.moods))
    return Track(
        source=source,
        source_id=source_id,
        title=checks.text("track.title", track.title, longest=512, shortest=1),
        title_alternatives=_names("title_alternatives", track.title_alternatives, 8),
        artists=_names("artists", track.artists, 16),
        artist_alternatives=_names("artist_alternatives", track.artist_alternatives, 16),
        album=checks.text("track.album", track.album, longest=512),
        year=int(checks.number("track.year", track.year, 1000, 2100)) if track.year else None,
        genres=tuple(map(folded, _words("genres", track.genres, 8))),
        tags_en=_words("tags_en", track.tags_en, 32),
        tags_ko=_words("tags_ko", track.tags_ko, 32),
        language=checks.language("track.language", track.language) if track.language else "",
        duration_seconds=_measured("duration_seconds", track, LONGEST_SONG_SECONDS),
        tempo_bpm=_measured("tempo_bpm", track, FASTEST_TEMPO_BPM),
        key=checks.form("track.key", track.key, KEY, "such as `C# minor`") if track.key else "",
        energy=_energy(track),
        affect=affect_from("track.affect", track.affect) if track.HasField("affect") else None,
        moods=() if moods is None else tuple(moods.tolist()),
        licence=checks.licence("track.licence", track.licence or NO_LICENCE),
        links=_links(track),
        has_sound=track.has_sound,
        sound_id=checks.text("track.sound_id", track.sound_id, longest=LONGEST_SOUND_NAME),
        sound_digest=checks.text(
            "track.sound_digest", track.sound_digest, longest=LONGEST_SOUND_NAME
        ),
        model_versions=_versions(track.model_versions),
    )


def digests_from(values: Sequence[str]) -> tuple[str, ...]:
    """Digests of sounds, each once; raises `FieldError`."""
    read = checks.texts("sound_digests", values, most=1000, longest=LONGEST_SOUND_NAME)
    return tuple(dict.fromkeys(read))


def _names(name: str, values: Sequence[str], most: int) -> tuple[str, ...]:
    return checks.texts(f"track.{name}", values, most=most, longest=512)


def _words(name: str, values: Sequence[str], most: int) -> tuple[str, ...]:
    return checks.texts(f"track.{name}", values, most=most, longest=64)


def _measured(name: str, track: track_pb2.Track, most: float) -> float | None:
    """A measure that is 0 where it is not known."""
    return checks.number(f"track.{name}", getattr(track, name), 0, most) or None


def _energy(track: track_pb2.Track) -> float | None:
    return checks.number("track.energy", track.energy, 0, 1) if track.HasField("energy") else None


def affect_from(field: str, affect: evidence_pb2.Affect) -> Affect:
    """A point on the plane; raises `FieldError`."""
    return Affect(
        checks.number(f"{field}.valence", affect.valence, -1, 1),
        checks.number(f"{field}.arousal", affect.arousal, -1, 1),
        checks.number(f"{field}.confidence", affect.confidence, 0, 1),
    )


def _links(track: track_pb2.Track) -> tuple[Link, ...]:
    checks.few("track.links", track.links, most=16)
    return tuple(_link(f"track.links[{at}]", link) for at, link in enumerate(track.links))


def _link(field: str, link: track_pb2.Link) -> Link:
    if link.kind not in LINK_KINDS:
        raise FieldError(f"{field}.kind", f"must be one of {', '.join(LINK_KINDS)}")
    if not link.url.startswith("https://"):
        raise FieldError(f"{field}.url", "must be an https address")
    return Link(
        link.kind,
        checks.text(f"{field}.label", link.label, longest=64),
        checks.text(f"{field}.url", link.url, longest=1024),
    )


def _versions(versions: Mapping[str, str]) -> dict[str, str]:
    field = "track.model_versions"
    checks.few(field, list(versions), most=8)
    return {
        checks.text(field, name, longest=64, shortest=1): checks.text(field, version, longest=128)
        for name, version in versions.items()
    }


def track_to_pb(track: Track) -> track_pb2.Track:
    """The song as a message."""
    message = track_pb2.Track(
        id=str(track.id),
        source=track.source,
        source_id=track.source_id,
        title=track.title,
        title_alternatives=track.title_alternatives,
        artists=track.artists,
        artist_alternatives=track.artist_alternatives,
        album=track.album,
        year=track.year or 0,
        genres=track.genres,
        tags_en=track.tags_en,
        tags_ko=track.tags_ko,
        language=track.language,
        duration_seconds=track.duration_seconds or 0,
        tempo_bpm=track.tempo_bpm or 0,
        key=track.key,
        energy=track.energy,
        moods=moods_to_pb(track.moods),
        licence=track.licence,
        links=[track_pb2.Link(kind=e.kind, label=e.label, url=e.url) for e in track.links],
        has_sound=track.has_sound,
        sound_id=track.sound_id,
        sound_digest=track.sound_digest,
        model_versions=track.model_versions,
    )
    if felt := track.affect:
        place = {"valence": felt.valence, "arousal": felt.arousal, "confidence": felt.confidence}
        message.affect.CopyFrom(evidence_pb2.Affect(**place))
    return message


def moods_to_pb(scores: tuple[float, ...]) -> list[evidence_pb2.MoodScore]:
    """The moods that are not 0, in their fixed order."""
    named = zip(MOODS, scores, strict=False)
    return [evidence_pb2.MoodScore(mood=mood, score=score) for mood, score in named if score]


def vectors_to_pb(vectors: Vectors) -> track_pb2.TrackVectors:
    """The vectors as they are stored; those a song has not are empty."""
    return track_pb2.TrackVectors(
        text=_numbers(vectors.text), mood=_numbers(vectors.mood), audio=_numbers(vectors.audio)
    )


def _numbers(vector: Array | None) -> list[float]:
    return [] if vector is None else vector.tolist()
