import numpy as np
import pytest

from catalogue.sketches.instruments import INSTRUMENTS, KITS, RATE, Tone, strike
from catalogue.sketches.instruments.drums import LEVELS, PIECES

TEXTURES = {"rain", "waves", "wind", "riser", "room_hum", "vinyl"}
PITCHED = sorted(set(INSTRUMENTS) - TEXTURES)


def tone(pitch: int, seconds: float, velocity: float = 0.7) -> Tone:
    return Tone(440.0 * 2 ** ((pitch - 69) / 12), seconds, velocity, np.random.default_rng(5))


@pytest.mark.parametrize("name", PITCHED)
def test_an_instrument_is_in_tune(name: str) -> None:
    instrument = INSTRUMENTS[name]
    for pitch in (instrument.low, (instrument.low + instrument.high) // 2):
        played = tone(pitch, 1.5)
        sound = instrument.voice(played)
        spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), 1 << 18))
        hertz = np.fft.rfftfreq(1 << 18, 1 / RATE)
        near = np.abs(hertz / played.hz - 1) < 0.06
        found = hertz[near][spectrum[near].argmax()]
        assert abs(1200 * np.log2(found / played.hz)) < 15


@pytest.mark.parametrize("name", sorted(INSTRUMENTS))
@pytest.mark.parametrize("velocity", [0.0, 1.0])
def test_a_note_is_finite_audible_and_ends_without_a_click(name: str, velocity: float) -> None:
    instrument = INSTRUMENTS[name]
    for seconds in (0.05, 0.6):
        sound = instrument.voice(tone(instrument.high, seconds, velocity))
        assert sound.dtype == np.float32
        assert np.isfinite(sound).all()
        if name not in TEXTURES:
            assert 0.05 < np.abs(sound).max() < 4
            assert abs(sound[-1]) < 0.02
            assert len(sound) >= 0.03 * RATE


@pytest.mark.parametrize("name", sorted(KITS))
def test_every_kit_sounds_every_number_at_its_level(name: str) -> None:
    assert set(PIECES) == set(LEVELS)
    for number in PIECES:
        sound = strike(KITS[name], number, 0.8, np.random.default_rng(5))
        assert np.isfinite(sound).all()
        assert np.abs(sound).max() == pytest.approx(LEVELS[number], rel=0.01)
