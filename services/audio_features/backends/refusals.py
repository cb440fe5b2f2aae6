"""How the domain says no across the wall between the process that decodes and the service."""

from collections.abc import Iterator
from contextlib import contextmanager

from servicekit import sandbox
from servicekit.sandbox import Failed, Refused
from services.audio_features.domain import Abandoned, MediaTooLarge, NoSound, UnreadableMedia

_TOO_LARGE, _UNREADABLE, _NO_SOUND = "too_large", "unreadable", "no_sound"


@contextmanager
def said() -> Iterator[None]:
    """Turns the domain's refusals into what can cross to the service."""
    try:
        yield
    except UnreadableMedia as error:
        raise Refused(_UNREADABLE, problem=str(error)) from error
    except MediaTooLarge as error:
        raise Refused(_TOO_LARGE, limit=error.limit, given=error.given or "") from error
    except NoSound as error:
        raise Refused(_NO_SOUND) from error


def meant(ended: Refused | Failed) -> UnreadableMedia | MediaTooLarge | NoSound | Abandoned:
    """Returns the domain's refusal that crossed, or what is said where a decoder failed."""
    match ended:
        case sandbox.Abandoned():
            return Abandoned()
        case Failed():
            problem = "the sound could not be decoded within the limits of memory and time"
            return UnreadableMedia(problem)
    facts = ended.facts
    match ended.kind:
        case "too_large":
            return MediaTooLarge(facts.get("limit", ""), facts.get("given") or None)
        case "no_sound":
            return NoSound()
        case _:
            return UnreadableMedia(facts.get("problem", "the sound is unreadable"))
