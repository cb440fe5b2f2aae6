"""Groups and their map as messages."""

from collections.abc import Mapping

from services.recommender import checks
from services.recommender.checks import FieldError
from services.recommender.groups import Group, Order, Progress, Quality, Stage
from services.recommender.membership import Membership
from services.recommender.predicting import Built
from services.recommender.songs import moods_to_pb
from services.recommender.tracks import Array
from vts.evidence.v1 import evidence_pb2
from vts.recommender.v1 import recommender_service_pb2 as pb

DEFAULT_GROUPS = 10
MOST_GROUPS = 50

MESSAGES: Mapping[Stage, tuple[str, str]] = {
    "reading": ("Reading the songs", "곡을 읽는 중입니다"),
    "reducing": ("Finding what sets sounds apart", "소리를 가르는 특징을 찾는 중입니다"),
    "mapping": ("Drawing the map", "지도를 그리는 중입니다"),
    "grouping": ("Dividing the songs into groups", "곡을 그룹으로 나누는 중입니다"),
    "naming": ("Naming the groups", "그룹에 이름을 붙이는 중입니다"),
    "learning": ("Learning to tell the groups apart", "그룹을 구별하는 법을 배우는 중입니다"),
}


def order_from(request: pb.BuildGroupsRequest) -> Order:
    """What a request asks for; raises `FieldError`."""
    groups = checks.number("groups", request.groups or DEFAULT_GROUPS, 2, MOST_GROUPS)
    return Order(int(groups), request.random_seed)


def sound_from(request: pb.PredictGroupRequest, audio_dimensions: int) -> Array:
    """The sound whose group is asked for; raises `FieldError`."""
    sound = checks.unit_vector("audio_embedding", request.audio_embedding, audio_dimensions)
    if sound is None:
        raise FieldError("audio_embedding", f"must have {audio_dimensions} numbers, has none")
    return sound


def progress_to_pb(progress: Progress) -> pb.BuildGroupsResponse:
    """How far the work is, in words too."""
    english, korean = MESSAGES[progress.stage]
    return pb.BuildGroupsResponse(
        progress=pb.GroupingProgress(
            stage=progress.stage,
            fraction=progress.fraction,
            message=evidence_pb2.Bilingual(en=english, ko=korean),
        )
    )


def map_to_pb(membership: Membership, *, include_points: bool) -> pb.GroupMap | None:
    """The groups, largest first, with the songs they have now; None if there are none."""
    built = membership.built
    if built is None:
        return None
    groups = [
        _group(group, tracks, by_sound)
        for group, (tracks, by_sound) in zip(built.groups, membership.counts(), strict=True)
    ]
    groups.sort(key=lambda group: -group.tracks)
    return pb.GroupMap(
        groups=groups,
        points=_points(built, membership) if include_points else [],
        quality=_quality(built.quality),
        built_unix_seconds=built.built_unix_seconds,
    )


def _points(built: Built, membership: Membership) -> list[pb.MapPoint]:
    """The songs that were there when the map was drawn and still are."""
    return [
        pb.MapPoint(
            track_id=str(point.track_id),
            title=point.title,
            artists=point.artists,
            group_id=built.groups[group].id,
            x=point.x,
            y=point.y,
        )
        for point in built.points
        if (group := membership.group_of(point.track_id)) >= 0
    ]


def _group(group: Group, tracks: int, by_sound: int) -> pb.Group:
    message = pb.Group(
        id=group.id,
        name=evidence_pb2.Bilingual(en=group.english, ko=group.korean),
        tracks=tracks,
        tracks_by_sound=by_sound,
        moods=moods_to_pb(group.moods),
        tempo_bpm=group.tempo_bpm,
        tags=[
            evidence_pb2.Keyword(text=tag.text, weight=tag.weight, language=tag.language)
            for tag in group.tags
        ],
        example_track_ids=[str(each) for each in group.examples],
        audio_embedding=group.audio.tolist(),
        x=group.x,
        y=group.y,
    )
    if felt := group.affect:
        place = {"valence": felt.valence, "arousal": felt.arousal, "confidence": felt.confidence}
        message.affect.CopyFrom(evidence_pb2.Affect(**place))
    return message


def _quality(quality: Quality) -> pb.GroupQuality:
    return pb.GroupQuality(
        silhouette=quality.silhouette,
        trials=[
            pb.GroupTrial(groups=trial.groups, inertia=trial.inertia, silhouette=trial.silhouette)
            for trial in quality.trials
        ],
        elbow=quality.elbow,
        network_accuracy=quality.network_accuracy,
        trees_accuracy=quality.trees_accuracy,
        majority_accuracy=quality.majority_accuracy,
        held_out_tracks=quality.held_out,
    )
