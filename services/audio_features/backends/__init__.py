"""What can measure sound, chosen by one setting."""

from typing import assert_never

from services.audio_features.domain import AudioAnalyzer
from services.audio_features.settings import AudioFeaturesSettings


def open_analyzer(settings: AudioFeaturesSettings) -> AudioAnalyzer:
    """Opens the backend that the settings name; imports only what it needs."""
    match settings.backend:
        case "librosa":
            from services.audio_features.backends.compilation import keep_compiled

            keep_compiled(settings.numba_cache_dir)
            from services.audio_features.backends.librosa_features import open_librosa

            return open_librosa(settings)
        case _ as unknown:
            assert_never(unknown)
