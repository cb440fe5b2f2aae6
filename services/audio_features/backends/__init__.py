"""What can measure sound, chosen by one setting."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

if TYPE_CHECKING:  # the process that decodes imports this package, and has no settings
    from services.audio_features.ports import AnalysisStore, AudioAnalyzer
    from services.audio_features.settings import AudioFeaturesSettings


def open_analyzer(settings: AudioFeaturesSettings) -> AudioAnalyzer:
    """Opens the backend that the settings name; imports only what it needs."""
    from services.audio_features.backends.compilation import keep_compiled

    keep_compiled(settings.numba_cache_dir)
    match settings.backend:
        case "librosa":
            from services.audio_features.backends.librosa_features import open_librosa

            return open_librosa(settings)
        case "clap":
            from services.audio_features.backends.clap import open_clap

            return open_clap(settings)
        case _ as unknown:
            assert_never(unknown)


def open_store(settings: AudioFeaturesSettings) -> AnalysisStore:
    """Opens the database that the settings name; raises `StoreError` if it cannot be."""
    from services.audio_features.backends.storing import SqlAnalysisStore

    return SqlAnalysisStore.opened(settings.store_url.get_secret_value())
