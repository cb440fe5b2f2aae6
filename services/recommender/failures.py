"""What the recommender raises, as its callers are told."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import grpc

from servicekit.errors import ServiceError, invalid, queue_full, unavailable
from services.recommender.checks import FieldError
from services.recommender.domain import StoreError, StoreFullError
from services.recommender.groups import BuildError, BusyError, NoGroupsError, TooFewSongsError
from services.recommender.wishes import NothingAskedError
from vts.errors.v1.error_reason_pb2 import ErrorReason

BUILDING_SECONDS = 30
"""When to try again while groups are being built."""

_log = logging.getLogger(__name__)


@contextmanager
def told() -> Iterator[None]:
    """Turns what the domain raises into errors for callers; causes of our own go to the log."""
    try:
        yield
    except FieldError as error:
        raise invalid(error.field, error.description) from error
    except NothingAskedError as error:
        wanted = "at least one that weighs more than 0 and says something, or a seed"
        missing = ErrorReason.ERROR_REASON_INPUT_MISSING
        raise invalid("evidence", wanted, reason=missing) from error
    except StoreError as error:
        raise _of_the_store(error) from error
    except BusyError as error:
        raise queue_full("recommender_groups", BUILDING_SECONDS) from error
    except (TooFewSongsError, NoGroupsError, BuildError) as error:
        raise _of_groups(error) from error


def _of_the_store(error: StoreError) -> ServiceError:
    _log.error("the store failed: %s", error)
    full = isinstance(error, StoreFullError)
    return unavailable(
        "store",
        "the disk is full; the songs not acknowledged were not stored"
        if full
        else "the store cannot do this now; its cause is in the service's log",
        reason=ErrorReason.ERROR_REASON_STORE_UNAVAILABLE,
        retry_after_seconds=60 if full else 1,
    )


def _of_groups(error: TooFewSongsError | NoGroupsError | BuildError) -> ServiceError:
    unmet = grpc.StatusCode.FAILED_PRECONDITION
    match error:
        case TooFewSongsError():
            return ServiceError(
                unmet,
                ErrorReason.ERROR_REASON_TOO_FEW_SONGS,
                f"groups: {error.needed} songs with sound are needed, there are {error.given}",
                metadata={"needed": str(error.needed), "given": str(error.given)},
            )
        case NoGroupsError():
            missing = ErrorReason.ERROR_REASON_GROUPS_MISSING
            return ServiceError(unmet, missing, "groups were never built: call BuildGroups first")
    _log.error("groups could not be built: %s", error)
    return ServiceError(
        grpc.StatusCode.INTERNAL,
        ErrorReason.ERROR_REASON_INTERNAL,
        "groups could not be built; the cause is in the service's log",
    )
