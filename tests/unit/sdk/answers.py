"""What a gateway might answer: songs, readings, groups, a video, a refusal."""

from google.protobuf import any_pb2
from google.rpc import code_pb2, error_details_pb2, status_pb2

from vts.audio_features.v1 import audio_features_service_pb2 as audio_pb
from vts.captioner.v1 import captioner_service_pb2 as captioner_pb
from vts.evidence.v1 import evidence_pb2
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.mood.v1 import mood_service_pb2 as mood_pb
from vts.moods.messages import taxonomy_message
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb
from vts.recommender.v1 import track_pb2


def song(title: str = "밤편지", artist: str = "아이유") -> track_pb2.Track:
    return track_pb2.Track(
        id="6b8f1f0e-2d3c-5a4b-9c8d-7e6f5a4b3c2d",
        title=title,
        artists=[artist],
        year=2017,
        links=[track_pb2.Link(kind="search", label="YouTube", url="https://example.org/q")],
    )


def playlist() -> pb.Playlist:
    both = evidence_pb2.Bilingual(en="Calm songs", ko="차분한 노래")
    reason = evidence_pb2.Bilingual(en="Calm like your words.", ko="글처럼 차분합니다.")
    return pb.Playlist(
        id="p1",
        title=both,
        items=[
            pb.PlaylistItem(track=song(), score=0.83, reason=reason),
            pb.PlaylistItem(
                track=song("Sketch [1]", "VTS"),
                score=0.5,
                reason=reason,
                sound_path="/v1/tracks/1/sound",
            ),
        ],
        evidence=[
            pb.InputEvidence(
                kind=pb.INPUT_KIND_TEXT,
                summary=both,
                moods=[evidence_pb2.MoodScore(mood="calm", score=0.7)],
            ),
            video(),
            clip(),
        ],
    )


def reading(request: pb.ReadMoodsRequest) -> mood_pb.Reading:
    """A calm reading, told in the vocabularies asked for."""
    return mood_pb.Reading(
        language="en",
        moods=[evidence_pb2.MoodScore(mood="calm", score=0.7)],
        affect=evidence_pb2.Affect(valence=0.4, arousal=-0.6, confidence=0.8),
        reason=evidence_pb2.Bilingual(en="“Quiet” sounds calm.", ko="‘조용’이 차분하게 들립니다."),
        taxonomies=[
            taxonomy_message(name, {"calmness": 0.8}, measured=False) for name in request.taxonomies
        ],
    )


def clip() -> pb.InputEvidence:
    """A sound that was found in a song, and belongs to a group."""
    match = pb.SoundMatch(track=song(), start_seconds=42, end_seconds=48, confidence=0.97)
    return pb.InputEvidence(
        kind=pb.INPUT_KIND_AUDIO,
        summary=evidence_pb2.Bilingual(en="Guitars.", ko="기타 소리입니다."),
        matches=[match],
        group=groups().groups[0],
    )


def groups() -> recommender_pb.GroupMap:
    """Two groups, of which one has an awkward name, and a song in each."""
    return recommender_pb.GroupMap(
        groups=[
            recommender_pb.Group(
                id="1",
                name=evidence_pb2.Bilingual(en="Quiet evenings", ko="조용한 저녁"),
                tracks=1200,
                moods=[evidence_pb2.MoodScore(mood="calm", score=0.8)],
                tempo_bpm=72.4,
                x=-0.5,
                y=0.5,
            ),
            recommender_pb.Group(
                id="2", name=evidence_pb2.Bilingual(en="Rock & <Roll>"), tracks=34, x=2, y=-1
            ),
        ],
        points=[
            recommender_pb.MapPoint(
                track_id="a", title="밤편지", artists="아이유", group_id="1", x=-0.4, y=0.6
            ),
            recommender_pb.MapPoint(track_id="b", title='"A" & <b>', group_id="2", x=0.9, y=-0.9),
        ],
        quality=recommender_pb.GroupQuality(
            silhouette=0.412,
            elbow=8,
            network_accuracy=0.953,
            trees_accuracy=0.948,
            majority_accuracy=0.21,
            held_out_tracks=321,
        ),
    )


def video() -> pb.InputEvidence:
    """A video of two scenes; somebody talks in the second."""
    beach = evidence_pb2.Bilingual(en="Waves on a beach", ko="해변에 파도가 친다")
    dog = evidence_pb2.Bilingual(en="A dog [brown] runs", ko="개가 달린다")
    return pb.InputEvidence(
        kind=pb.INPUT_KIND_VIDEO,
        summary=evidence_pb2.Bilingual(en="A video in 2 scenes.", ko="장면 2개입니다."),
        scenes=[
            captioner_pb.Scene(
                start_seconds=0,
                end_seconds=62,
                captions=[captioner_pb.SceneCaption(sentence=beach)],
            ),
            captioner_pb.Scene(
                start_seconds=62,
                end_seconds=70,
                description=captioner_pb.Description(caption=dog),
            ),
        ],
        scene_meanings=[
            pb.SceneMeaning(moods=[evidence_pb2.MoodScore(mood="dreamy", score=0.7)]),
            pb.SceneMeaning(
                moods=[evidence_pb2.MoodScore(mood="joyful", score=0.7)],
                sound_kind=audio_pb.SOUND_KIND_SPEECH,
            ),
        ],
    )


def refusal(field_name: str = "options.limit") -> status_pb2.Status:
    """INVALID_ARGUMENT with all its details."""
    details = []
    for detail in (
        error_details_pb2.ErrorInfo(
            reason="FIELD_INVALID", domain="vts", metadata={"limit": "100"}
        ),
        error_details_pb2.BadRequest(
            field_violations=[
                error_details_pb2.BadRequest.FieldViolation(
                    field=field_name, description="must be 1 to 100"
                )
            ]
        ),
    ):
        packed = any_pb2.Any()
        packed.Pack(detail)
        details.append(packed)
    return status_pb2.Status(
        code=code_pb2.INVALID_ARGUMENT, message="the request is not valid", details=details
    )
