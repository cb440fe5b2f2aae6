"""Renders a few pieces once and checks what can be heard against what was written."""

import hashlib
from collections.abc import Mapping

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from catalogue.sketches import piece
from catalogue.sketches.instruments import RATE
from catalogue.sketches.mastering import CEILING, TARGET_LUFS, loudness
from catalogue.sketches.rendering import rendered

Sound = NDArray[np.float32]

HEARD = ("quiet-shelves", "lemonade-stand", "loud-heart", "what-the-rain-kept")
HOP = 512


@pytest.fixture(scope="module")
def sounds() -> Mapping[str, Sound]:
    return {name: rendered(piece(name)) for name in HEARD}


each = pytest.mark.parametrize("name", HEARD)


def onset_strength(sound: Sound) -> NDArray[np.float64]:
    """Rise of log magnitude over frames of 512 samples."""
    mono = sound.mean(axis=1)
    frames = np.lib.stride_tricks.sliding_window_view(mono, 2048)[::HOP]
    levels = np.log1p(100 * np.abs(np.fft.rfft(frames * np.hanning(2048))))
    rise = np.maximum(np.diff(levels, axis=0), 0).mean(axis=1)
    return rise - uniform_filter1d(rise, 40)


def profile(sound: Sound) -> NDArray[np.float64]:
    """Energy per pitch class between 110 Hz and 1760 Hz."""
    mono = sound.mean(axis=1)
    frames = np.lib.stride_tricks.sliding_window_view(mono, 16_384)[::4096]
    magnitudes = np.abs(np.fft.rfft(frames * np.hanning(16_384)))
    hertz = np.fft.rfftfreq(16_384, 1 / RATE)
    chosen = (hertz > 110) & (hertz < 1760)
    classes = np.round(12 * np.log2(hertz[chosen] / 440) + 69).astype(int) % 12
    energy = np.sqrt(magnitudes[:, chosen]).sum(axis=0)
    return np.bincount(classes, weights=energy, minlength=12).astype(np.float64)


@each
def test_a_render_is_finite_and_loud_enough_and_does_not_clip(
    name: str, sounds: Mapping[str, Sound]
) -> None:
    sound = sounds[name]
    assert sound.shape[1] == 2
    assert 30 <= len(sound) / RATE <= 45
    assert np.isfinite(sound).all()
    assert np.abs(sound).max() <= CEILING + 1e-6
    assert loudness(sound.T) == pytest.approx(TARGET_LUFS, abs=0.7)
    seconds = sound[: len(sound) // RATE * RATE].reshape(-1, RATE * 2)
    assert (np.sqrt((seconds[:-4] ** 2).mean(axis=1)) > 0.003).all()
    assert np.abs(sound[-100:]).max() < 1e-3


@each
def test_both_channels_carry_the_music_but_not_the_same(
    name: str, sounds: Mapping[str, Sound]
) -> None:
    left, right = sounds[name].T
    assert 0.5 < left.std() / right.std() < 2
    assert 0.1 < np.corrcoef(left, right)[0, 1] < 0.999


@each
def test_onsets_repeat_at_the_stated_tempo(name: str, sounds: Mapping[str, Sound]) -> None:
    strength = onset_strength(sounds[name])
    spectrum = np.abs(np.fft.rfft(strength * np.hanning(len(strength)), 1 << 16))
    hertz = np.fft.rfftfreq(1 << 16, HOP / RATE)
    beat = piece(name).tempo / 60
    around = [
        np.argmax(np.where(np.abs(hertz / (beat * k) - 1) < 0.04, spectrum, 0)) for k in (1, 2)
    ]
    found = [hertz[index] / k for index, k in zip(around, (1, 2), strict=True)]
    strongest = found[int(np.argmax(spectrum[around]))]
    assert strongest == pytest.approx(beat, rel=0.005)
    between = (hertz > 0.8 * beat) & (hertz < 2.5 * beat)
    assert spectrum[around].max() > 5 * np.median(spectrum[between])


@each
def test_the_stated_key_fits_best_of_all_24(name: str, sounds: Mapping[str, Sound]) -> None:
    """Correlates with the Krumhansl-Kessler profiles (1982)."""
    major = [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88]
    minor = [6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17]
    heard = profile(sounds[name])
    fits = {
        (tonic, mode): np.corrcoef(np.roll(shape, tonic), heard)[0, 1]
        for mode, shape in (("major", major), ("minor", minor))
        for tonic in range(12)
    }
    key = piece(name).key
    assert max(fits, key=lambda candidate: fits[candidate]) == (key.tonic, key.mode)


def test_rendering_twice_gives_the_same_samples(sounds: Mapping[str, Sound]) -> None:
    def digest(sound: Sound) -> str:
        return hashlib.sha256(np.round(sound * 32_767).astype("<i2").tobytes()).hexdigest()

    assert digest(rendered(piece("loud-heart"))) == digest(sounds["loud-heart"])


def test_loudness_agrees_with_another_meter(sounds: Mapping[str, Sound]) -> None:
    pyloudnorm = pytest.importorskip("pyloudnorm")
    for sound in sounds.values():
        other = pyloudnorm.Meter(RATE).integrated_loudness(sound)
        assert loudness(sound.T) == pytest.approx(other, abs=0.2)
