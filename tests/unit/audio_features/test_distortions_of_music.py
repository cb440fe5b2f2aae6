"""What is made of music to measure with is what it says, and is the same every time."""

import numpy as np
import pytest

from services.audio_features.domain import SAMPLE_RATE
from tests.unit.audio_features.sounds import music, tone
from training.audio_features.distortions import CONDITIONS, coded, noisy, reverberant, telephoned
from training.audio_features.noises import babble, pink
from training.audio_features.vocoder import stretched, transposed


def random() -> np.random.Generator:
    return np.random.default_rng(7)


def power_db(samples: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(np.square(samples, dtype=np.float64))))


def loudest_hertz(samples: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(spectrum.argmax() * SAMPLE_RATE / len(samples))


def heard_by_telephone(*hertz: float) -> float:
    """Power in decibels of tones sent together, without the ends."""
    sound = np.sum([tone(1.0, SAMPLE_RATE, each) for each in hertz], axis=0).astype(np.float32)
    return power_db(telephoned(sound, random())[2_000:-2_000])


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_condition_keeps_its_promise_of_length_and_repeats(name: str) -> None:
    sound = music(3.0)
    condition = CONDITIONS[name]
    distorted = condition(sound, random())
    assert len(sound) / len(distorted) == pytest.approx(condition.tempo_ratio, rel=1e-3)
    assert distorted.dtype == np.float32
    assert np.array_equal(distorted, condition(sound, random()))


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_condition_shifts_the_pitch_as_it_says(name: str) -> None:
    condition = CONDITIONS[name]
    heard = loudest_hertz(condition(tone(4.0, SAMPLE_RATE, 880.0), random()))
    assert heard == pytest.approx(880.0 * 2 ** (condition.semitones / 12), rel=0.01)


def test_noise_is_as_far_below_the_music_as_asked() -> None:
    sound = music(3.0)
    noise = noisy(sound, random(), snr_db=10.0) - sound
    assert power_db(sound) - power_db(noise) == pytest.approx(10.0, abs=0.1)


def test_pink_noise_falls_by_three_decibels_an_octave_and_babble_is_mostly_below_4_khz() -> None:
    for made, lowest, highest in ((pink, 2.5, 3.5), (babble, 6.0, 90.0)):
        spectrum = np.abs(np.fft.rfft(made(1 << 17, random()))) ** 2
        hertz = np.fft.rfftfreq(1 << 17, 1 / SAMPLE_RATE)
        octaves = [
            10 * np.log10(spectrum[(hertz >= low) & (hertz < 2 * low)].mean())
            for low in (1_000, 2_000, 4_000)
        ]
        assert lowest <= (octaves[0] - octaves[2]) / 2 <= highest


def test_a_room_goes_on_after_the_sound_and_does_not_delay_it() -> None:
    click = np.zeros(SAMPLE_RATE, np.float32)
    click[1_000] = 1.0
    wet = reverberant(click, random(), decay_seconds=0.5, direct_db=3.0)
    assert np.abs(wet).argmax() == 1_000
    early, late = wet[1_001:5_000], wet[6_500:10_500]
    assert power_db(late) < power_db(early) - 20
    assert power_db(late) > -100


def test_a_telephone_lets_only_its_band_through() -> None:
    low, middle, high = (heard_by_telephone(1_000.0, hertz) for hertz in (100.0, 1_500.0, 5_000.0))
    alone = heard_by_telephone(1_000.0)
    assert low == pytest.approx(alone, abs=0.2)
    assert high == pytest.approx(alone, abs=0.2)
    assert middle != pytest.approx(alone, abs=0.2)


def test_stretching_moves_a_click_in_proportion_and_transposing_does_not() -> None:
    sound = np.random.default_rng(0).normal(0, 1e-4, 4 * SAMPLE_RATE).astype(np.float32)
    sound[2 * SAMPLE_RATE : 2 * SAMPLE_RATE + 50] = 1.0
    assert np.abs(stretched(sound, 1.25)).argmax() / SAMPLE_RATE == pytest.approx(1.6, abs=0.03)
    assert np.abs(transposed(sound, 2.0)).argmax() / SAMPLE_RATE == pytest.approx(2.0, abs=0.03)


def test_a_low_bit_rate_loses_more_than_a_high_one() -> None:
    sound = music(3.0)
    lost = [power_db(coded(sound, random(), bits) - sound) for bits in (8_000, 128_000)]
    assert lost[0] > lost[1] + 3
