"""Ranking: what all inputs say together, put to the recommender, and its answer as a playlist."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from gateway import bounds, domain, evidence
from gateway.clients import Clients
from gateway.domain import Feeling
from gateway.failures import renamed
from gateway.items import items
from gateway.perceived import Perceived
from gateway.reasons import reasons
from gateway.requests import MAX_LIMIT, options_path
from gateway.summaries import title
from gateway.wording import TALK, Words, name_of
from servicekit.errors import ServiceError, invalid
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.moods import MOODS
from vts.moods.phrases import strongest
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb

_SEEDS_WEIGHT = 0.8
_TELLING = 0.2
"""From this score on a mood may be called that of an input."""
_NOTHING_SAID = evidence.note(
    "NOTHING_TOLD",
    "Nothing could be told from what was given, so there is nothing to pick songs by.",
    "입력에서 알아낸 것이 없어 노래를 고를 기준이 없습니다.",
)


@dataclass(slots=True)
class Question:
    """A request to the recommender, with what its labels stand for."""

    request: recommender_pb.RecommendRequest
    names: dict[str, Words] = field(default_factory=dict)
    feelings: list[Feeling] = field(default_factory=list)
    found: list[str] = field(default_factory=list)
    """Ids of the songs that clips were found in."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to rank by."""
        return not (self.request.evidence or self.request.seed_track_ids)


def question(inputs: Sequence[Perceived], options: pb.Options) -> Question:
    """Puts what the inputs say as one request.

    Raises:
        ServiceError: The filters leave out what the inputs ask for.
    """
    asked = Question(_request(options))
    counts: Counter[str] = Counter()
    counting = [each for each in inputs if each.given.weight > 0]
    voices = [(each, voice) for each in counting for voice in each.voices]
    for found, voice in voices:
        counts[voice.kind] += 1
        count = counts[voice.kind]
        message = asked.request.evidence.add()
        message.CopyFrom(voice.message)
        message.label = voice.kind if count == 1 else f"{voice.kind} {count}"
        felt = strongest(voice.feeling.moods, len(MOODS), _TELLING)
        named = name_of(found, voice.kind)
        asked.names[message.label] = replace(named, moods=felt if voice.feeling.moods else None)
        asked.feelings.append(voice.feeling)
    for found in counting:
        if found.seed_id:
            _add_seed(asked, found)
        asked.found.extend(match.track.id for match in found.evidence.matches[:1])
    _keep_to_groups(asked, counting)
    _keep_within_bounds(asked, inputs)
    _add_talk(asked, counting)
    return asked


async def playlist(clients: Clients, asked: Question, inputs: Sequence[Perceived]) -> pb.Playlist:
    """The recommender's answer, with a reason for every song.

    Raises:
        ServiceError: The options are at fault.
        Unanswered: The recommender did not answer.
    """
    limits = asked.request.filters.bounds
    wished = domain.together(asked.feelings)
    feeling = bounds.within(wished, limits)
    result = pb.Playlist(
        id=str(uuid.uuid4()),
        title=title(feeling.moods, inputs),
        evidence=[found.evidence for found in inputs],
        moods=evidence.moods_to(feeling.moods),
        affect=evidence.affect_to(feeling.affect),
    )
    notes = [note for found in inputs for note in found.evidence.notes]
    if asked.is_empty:
        result.notes.extend(evidence.without_repeats([*notes, _NOTHING_SAID]))
        return result
    try:
        answer = await clients.recommend(asked.request)
    except ServiceError as error:
        raise renamed(error, options_path) from error
    songs = await _led(clients, asked, answer.tracks)
    result.items.extend(items(songs, reasons(songs, asked.names), inputs))
    result.filter_effects.extend(answer.filter_effects)
    result.catalogue_size = answer.catalogue_size
    kept = bounds.notes(limits, answer, changed=feeling != wished)
    result.notes.extend(evidence.without_repeats([*notes, *kept, *answer.notes]))
    return result


async def _led(
    clients: Clients, asked: Question, songs: Sequence[recommender_pb.ScoredTrack]
) -> list[recommender_pb.ScoredTrack]:
    """The songs, those that a clip was found in first.

    One that other inputs outweigh is looked for further down; filters still leave it out.
    """
    known = {song.track.id: song for song in songs}
    excluded = set(asked.request.excluded_track_ids)
    wanted = [song_id for song_id in dict.fromkeys(asked.found) if song_id not in excluded]
    if any(song_id not in known for song_id in wanted):
        wider = recommender_pb.RecommendRequest()
        wider.CopyFrom(asked.request)
        wider.limit = MAX_LIMIT
        known |= {song.track.id: song for song in (await clients.recommend(wider)).tracks}
    first = [known[song_id] for song_id in wanted if song_id in known]
    led = [*first, *(song for song in songs if song.track.id not in wanted)]
    return led[: max(len(songs), len(first))]


def _request(options: pb.Options) -> recommender_pb.RecommendRequest:
    request = recommender_pb.RecommendRequest(
        limit=options.limit,
        excluded_track_ids=options.excluded_track_ids,
        user_id=options.user_id,
        random_seed=options.random_seed,
    )
    if options.HasField("filters"):
        request.filters.CopyFrom(options.filters)
    if options.HasField("weights"):
        request.weights.CopyFrom(options.weights)
    if options.HasField("diversity"):
        request.diversity = options.diversity
    return request


def _keep_to_groups(asked: Question, inputs: Sequence[Perceived]) -> None:
    """Lets only songs of the groups that were given appear, beside any that a filter names."""
    given = list(dict.fromkeys(found.group_id for found in inputs if found.group_id))
    allowed = asked.request.filters.groups
    if not given:
        return
    kept = [group for group in given if group in allowed] if allowed else given
    if not kept:
        raise invalid("options.filters.groups", "names none of the groups given as inputs")
    del allowed[:]
    allowed.extend(kept)


def _keep_within_bounds(asked: Question, inputs: Sequence[Perceived]) -> None:
    """Keeps the music as far back as the situations ask, and as any filter does.

    An input of weight 0 counts here: who drives must stay awake, whatever that is to weigh.
    """
    found = [each.evidence.bounds for each in inputs if each.evidence.HasField("bounds")]
    if found:
        own = asked.request.filters.bounds
        asked.request.filters.bounds.CopyFrom(bounds.joined([*found, own]))


def _add_talk(asked: Question, inputs: Sequence[Perceived]) -> None:
    """Asks for songs without words if somebody talks in an input, and something else is asked.

    It is evidence of its own, so that it weighs the same whatever else is seen. Where there is no
    room for that, its words join those of the first.
    """
    talking = [found for found in inputs if found.talks]
    if not talking or asked.is_empty:
        return
    evidences = asked.request.evidence
    if len(evidences) >= domain.MAX_EVIDENCE:
        room = evidence.MAX_KEYWORDS - len(evidence.INSTRUMENTAL)
        del evidences[0].keywords[room:]
        evidences[0].keywords.extend(evidence.instrumental())
        return
    weight = max(found.given.weight for found in talking)
    evidences.add(label=TALK, weight=weight, keywords=evidence.instrumental())
    asked.names[TALK] = name_of(talking[0], TALK)


def _add_seed(asked: Question, found: Perceived) -> None:
    """Adds a song to be like; its weight, if given, scales what seeds count by default."""
    request, song = asked.request, found.evidence
    request.seed_track_ids.append(found.seed_id)
    asked.names[song.track.title] = name_of(found)
    if found.given.weight < 1 and not request.weights.HasField("seeds"):
        request.weights.seeds = _SEEDS_WEIGHT * found.given.weight
    asked.feelings.append(
        Feeling(
            evidence.affect_from(song.affect),
            evidence.moods_from(song.moods),
            found.given.weight,
        )
    )
