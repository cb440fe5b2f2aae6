"""How the domain says no across the wall between the process that decodes and the service."""

from collections.abc import Iterator
from contextlib import contextmanager

from servicekit.sandbox import Failed, Refused
from services.captioner.domain import MediaTooLarge, UnreadableMedia

TOO_LARGE, UNREADABLE, PICTURELESS = "too_large", "unreadable", "pictureless"


class PicturelessMedia(UnreadableMedia):
    """The file may be well, but there are no pictures in it: only sound, perhaps."""


@contextmanager
def said() -> Iterator[None]:
    """Turns the domain's refusals into what can cross; `understood` is the way back."""
    try:
        yield
    except PicturelessMedia as error:
        raise Refused(PICTURELESS, problem=str(error)) from error
    except UnreadableMedia as error:
        raise Refused(UNREADABLE, problem=str(error)) from error
    except MediaTooLarge as error:
        raise Refused(TOO_LARGE, limit=error.limit, given=error.given) from error


def meant(ended: Refused | Failed) -> UnreadableMedia | MediaTooLarge:
    """Returns the domain's refusal that crossed, or what is said where a decoder failed."""
    if isinstance(ended, Failed):
        return UnreadableMedia("could not be decoded within the limits of memory and time")
    facts = ended.facts
    if ended.kind == TOO_LARGE:
        return MediaTooLarge(facts.get("limit", ""), facts.get("given", ""))
    kind = PicturelessMedia if ended.kind == PICTURELESS else UnreadableMedia
    return kind(facts.get("problem", "is unreadable"))
