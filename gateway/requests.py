"""What a request may hold, checked before any service is asked."""

from __future__ import annotations

import math
import unicodedata
import uuid
from collections.abc import Sequence

from gateway.domain import MAX_INPUTS, MAX_TEXT_CHARACTERS
from gateway.perceived import Given
from gateway.uploads import Upload
from servicekit.errors import ServiceError, invalid
from vts.errors.v1.error_reason_pb2 import ErrorReason
from vts.evidence.v1 import evidence_pb2
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.moods import MOODS
from vts.moods.taxonomies import TaxonomyError, checked

MAX_LIMIT = 100
"""How many songs a playlist may have."""

MAX_EXCLUDED = 1000
"""How many songs may be excluded."""

_MAX_GROUP_CHARACTERS = 64  # as in a filter
# Unicode's general categories, marks on letters among them, and letters that are blank.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Me", "Mn", "Zl", "Zp", "Zs"})
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")

_INPUT_MISSING = ErrorReason.ERROR_REASON_INPUT_MISSING


def given_input(index: int, message: pb.Input, upload: Upload | None = None) -> Given:
    """One input, checked.

    Args:
        index: Where it stands among the inputs.
        message: The input, its media left aside.
        upload: Its media.

    Raises:
        ServiceError: `INVALID_ARGUMENT` that names the field.
    """
    path = f"inputs[{index}]"
    content = message.WhichOneof("content")
    weight = message.weight if message.HasField("weight") else 1.0
    _check_share(weight, f"{path}.weight")
    if upload is not None:
        return Given(index, weight, media=upload)
    if content == "text":
        return Given(index, weight, text=_checked_text(message.text, f"{path}.text"))
    if content == "situation":
        return Given(index, weight, situation=message.situation)
    if content == "track_id":
        return Given(index, weight, track_id=checked_id(message.track_id, f"{path}.track_id"))
    if content == "group_id":
        return Given(index, weight, group_id=_checked_group(message.group_id, f"{path}.group_id"))
    raise nothing_in(path)


def check_count(count: int) -> None:
    """Refuses requests with no input or too many."""
    if count == 0:
        raise invalid("inputs", "is empty: give something to work from", reason=_INPUT_MISSING)
    if count > MAX_INPUTS:
        raise invalid("inputs", f"may hold {MAX_INPUTS} at most", limit=MAX_INPUTS)


def check_weights(inputs: Sequence[Given]) -> None:
    """Refuses a request in which no input counts."""
    if all(given.weight == 0 for given in inputs):
        raise invalid("inputs[0].weight", "is 0, and so are all others: one input must count")


def check_options(options: pb.Options, path: str = "options") -> None:
    """Refuses numbers out of range; words are left to the recommender, who knows them.

    Bounds are checked here, before those of situations are joined to them.
    """
    check_limit(options.limit, f"{path}.limit")
    if options.HasField("diversity"):
        _check_share(options.diversity, f"{path}.diversity")
    for field, weight in options.weights.ListFields():
        _check_share(weight, f"{path}.weights.{field.name}")
    try:
        checked(options.taxonomies)
    except TaxonomyError as error:
        raise invalid(error.path(f"{path}.taxonomies"), str(error)) from None
    _check_bounds(options.filters.bounds, f"{path}.filters.bounds")
    if len(options.excluded_track_ids) > MAX_EXCLUDED:
        raise invalid(f"{path}.excluded_track_ids", f"may hold {MAX_EXCLUDED} ids at most")
    for index, track_id in enumerate(options.excluded_track_ids):
        checked_id(track_id, f"{path}.excluded_track_ids[{index}]")


def check_limit(limit: int, field: str) -> None:
    """Refuses a number of songs out of range; 0 means the default."""
    if not 0 <= limit <= MAX_LIMIT:
        raise invalid(field, f"must be from 1 to {MAX_LIMIT}, or 0 for the default")


def checked_id(track_id: str, field: str) -> str:
    """The song's id in its canonical form.

    Raises:
        ServiceError: It is not a UUID.
    """
    try:
        return str(uuid.UUID(track_id))
    except ValueError:
        raise invalid(field, "is not the id of a song: a UUID") from None


def options_path(field: str) -> str:
    """Where a field of the recommender's request stands in the gateway's."""
    return f"options.{field}"


def nothing_in(path: str) -> ServiceError:
    """The refusal of an input that holds nothing."""
    return invalid(
        path, "holds no media, text, situation, track_id or group_id", reason=_INPUT_MISSING
    )


def without_inputs() -> ServiceError:
    """The refusal of chunks that belong to no input."""
    return invalid("chunk", "belongs to no media input: one must come right before its chunks")


def _checked_text(text: str, field: str) -> str:
    if not any(_is_visible(character) for character in text[:MAX_TEXT_CHARACTERS]):
        raise invalid(field, "is empty", reason=_INPUT_MISSING)
    if len(text) > MAX_TEXT_CHARACTERS:
        raise invalid(
            field, f"may have {MAX_TEXT_CHARACTERS} characters at most", limit=MAX_TEXT_CHARACTERS
        )
    return text


def _checked_group(group_id: str, field: str) -> str:
    if not 1 <= len(group_id) <= _MAX_GROUP_CHARACTERS:
        raise invalid(field, f"must have 1 to {_MAX_GROUP_CHARACTERS} characters")
    return group_id


def _is_visible(character: str) -> bool:
    """Whether one can see it on its own: no space, control, formatting character or accent."""
    return unicodedata.category(character) not in _INVISIBLE and character not in _BLANK


def _check_bounds(bounds: evidence_pb2.Bounds, path: str) -> None:
    for name in ("least_arousal", "most_arousal"):
        value = getattr(bounds, name)
        if not (math.isfinite(value) and -1 <= value <= 1):
            raise invalid(f"{path}.{name}", "must be from -1 to 1")
    both = bounds.HasField("least_arousal") and bounds.HasField("most_arousal")
    if both and bounds.least_arousal > bounds.most_arousal:
        raise invalid(f"{path}.least_arousal", "may not be more than most_arousal")
    named: set[str] = set()
    for index, cap in enumerate(bounds.most_moods):
        if cap.mood not in MOODS:
            raise invalid(f"{path}.most_moods[{index}].mood", f"must be one of {', '.join(MOODS)}")
        if cap.mood in named:
            raise invalid(f"{path}.most_moods[{index}].mood", "is there twice")
        _check_share(cap.score, f"{path}.most_moods[{index}].score")
        named.add(cap.mood)


def _check_share(value: float, field: str) -> None:
    if not (math.isfinite(value) and 0 <= value <= 1):
        raise invalid(field, "must be from 0 to 1")
