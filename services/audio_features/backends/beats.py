"""When the beats of a sound fall."""

import librosa
import numpy as np

from services.audio_features.backends.spectra import HOP
from services.audio_features.domain import SAMPLE_RATE, Floats, Tempo


def beat_times(onsets: Floats, tempo: Tempo | None) -> Floats:
    """Seconds of every beat, by dynamic programming over onset strength (Ellis 2007).

    The values are those of `librosa.beat.beat_track` at the given tempo; none without one.
    """
    if tempo is None:
        return np.zeros(0, np.float32)
    _, beats = librosa.beat.beat_track(
        onset_envelope=onsets, sr=SAMPLE_RATE, hop_length=HOP, bpm=tempo.bpm, units="time"
    )
    return np.asarray(beats, np.float32)
