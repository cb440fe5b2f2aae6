"""Chooses the backend; the only place that knows them all."""

from typing import assert_never

from services.captioner.domain import Captioner, FaceFinder
from services.captioner.settings import Settings


def open_captioner(settings: Settings) -> Captioner:
    """Opens the backend that the settings name; it reads its weights here.

    Raises:
        FileNotFoundError: The weights are not where the settings say.
    """
    match settings.backend:
        case "lite":
            from services.captioner.backends.lite import LiteCaptioner

            return LiteCaptioner.opened(settings)
        case _:
            assert_never(settings.backend)


def open_face_finder() -> FaceFinder:
    """Opens the one face finder there is."""
    from services.captioner.backends.cascade import CascadeFaceFinder

    return CascadeFaceFinder()
