"""The project's own pieces are heard in the tempo and the key that they were composed in."""

import numpy as np
import pytest
import soxr

from catalogue.sketches.instruments import RATE
from catalogue.sketches.pieces import piece
from catalogue.sketches.rendering import rendered
from services.audio_features.backends.measurement import measure_sound
from services.audio_features.backends.rhythm import estimate_tempo
from services.audio_features.backends.tonality import estimate_key
from services.audio_features.domain import SAMPLE_RATE

PIECES = ["slow-tide", "last-bus-home", "neon-laps", "saturday-market"]


@pytest.mark.parametrize("name", PIECES)
def test_a_sketch_is_heard_as_it_was_composed(name: str) -> None:
    composed = piece(name)
    mono = np.asarray(rendered(composed), np.float32).mean(axis=1)
    measurement = measure_sound(soxr.resample(mono, RATE, SAMPLE_RATE))
    tempo = estimate_tempo(measurement.onsets)
    key = estimate_key(measurement.pitch_classes)
    assert tempo is not None
    assert tempo.bpm == pytest.approx(composed.tempo, rel=0.04)
    assert key is not None
    assert f"{key.tonic} {key.mode}" == composed.key.name
