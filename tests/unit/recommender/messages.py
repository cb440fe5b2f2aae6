"""Songs as messages, made up for tests."""

from tests.unit.recommender.songs import unit
from vts.evidence.v1 import evidence_pb2 as ev
from vts.recommender.v1 import recommender_service_pb2 as pb
from vts.recommender.v1 import track_pb2


def message(number: int, **fields: object) -> pb.UpsertTracksRequest:
    """A valid song whose fields follow from a number, except those given."""
    values: dict[str, object] = {
        "source": "made-up",
        "source_id": str(number),
        "title": f"Song {number}",
        "artists": [f"Artist {number}"],
        "language": "ko" if number % 2 else "en",
        "year": 2000 + number % 10,
        "genres": ["Ballad"],
        "tags_en": ["rain"],
        "licence": "CC0-1.0",
        "affect": ev.Affect(valence=0.5, arousal=-0.5, confidence=0.5),
        "moods": [ev.MoodScore(mood="calm", score=0.5)],
    }
    track = track_pb2.Track(**(values | fields))  # type: ignore[arg-type]
    vectors = track_pb2.TrackVectors(text=unit(384, number).tolist())
    return pb.UpsertTracksRequest(track=track, vectors=vectors)
