"""Chooses the backends; the only place that knows them all."""

from typing import assert_never

from services.captioner.domain import Captioner, EventFinder, FaceFinder, Writer
from services.captioner.retelling import Retelling
from services.captioner.settings import Settings


def open_captioner(settings: Settings) -> Captioner:
    """Opens the backend that the settings name; it reads its weights here.

    Raises:
        FileNotFoundError: The weights are not where the settings say.
    """
    from services.captioner.backends.lite import LiteCaptioner

    lite = LiteCaptioner.opened(settings)
    if settings.backend == "lite":
        return lite
    from services.captioner.backends.writing import WritingCaptioner

    return WritingCaptioner(lite, _open_writer(settings))


def _open_writer(settings: Settings) -> Writer:
    match settings.backend:
        case "blip":
            from services.captioner.backends.blip import BlipWriter

            return BlipWriter.opened(settings)
        case "transformers":
            from services.captioner.backends.transformers_auto import AutoWriter

            return AutoWriter.opened(settings)
        case "torchserve":
            from services.captioner.backends.torchserve import TorchServeWriter

            return TorchServeWriter.opened(settings)
        case "open_inference":
            from services.captioner.backends.open_inference import OpenInferenceWriter

            return OpenInferenceWriter.opened(settings)
        case "lite":
            raise ValueError("lite writes its captions itself")
        case _:
            assert_never(settings.backend)


def open_retelling(settings: Settings) -> Retelling | None:
    """Opens what retells captions in Korean, or None where grammar and glossary are enough.

    Raises:
        FileNotFoundError: The weights are not where the settings say.
    """
    match settings.translator:
        case "glossary":
            return None
        case "transformers":
            from services.captioner.backends.translation_model import ModelTranslator

            return Retelling(
                ModelTranslator.opened(settings),
                everything=settings.translates == "all",
                seconds=settings.translation_seconds,
                cached=settings.cached_translations,
            )
        case _:
            assert_never(settings.translator)


def open_event_finder(settings: Settings) -> EventFinder | None:
    """Opens what finds events in videos, or None where the settings want none.

    Raises:
        FileNotFoundError: The weights are not where the settings say.
    """
    match settings.events:
        case "off":
            return None
        case "bmt":
            from services.captioner.backends.bmt import BmtEventFinder

            return BmtEventFinder.opened(settings)
        case _:
            assert_never(settings.events)


def open_face_finder() -> FaceFinder:
    """Opens the one face finder there is."""
    from services.captioner.backends.cascade import CascadeFaceFinder

    return CascadeFaceFinder()
