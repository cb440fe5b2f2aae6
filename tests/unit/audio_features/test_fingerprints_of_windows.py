"""Windows get points by which clips of them are found, however long the sound is."""

import tracemalloc
from collections.abc import Iterator

import numpy as np
import pytest

from catalogue.sketches import pieces
from services.audio_features.backends.fingerprints import (
    SHIPPED_FINGERPRINTS,
    WIDTH,
    Bounds,
    FingerprintNetwork,
)
from services.audio_features.backends.patches import RATE, log_mel
from services.audio_features.backends.recordings import Recording
from services.audio_features.domain import SAMPLE_RATE, Floats
from tests.unit.audio_features.sounds import music
from training.audio_features.compositions import samples_of
from training.audio_features.distortions import CONDITIONS

WINDOWS: list[Bounds] = [(0.0, 10.0), (5.0, 15.0), (10.0, 20.0), (12.5, 22.5)]


@pytest.fixture(scope="module")
def network() -> FingerprintNetwork:
    return FingerprintNetwork(SHIPPED_FINGERPRINTS, threads=1)


@pytest.fixture(scope="module")
def songs() -> list[Floats]:
    return [samples_of(piece)[: 25 * SAMPLE_RATE] for piece in pieces()[:5]]


def at_16_khz(samples: Floats) -> Floats:
    with Recording.of(samples) as recording:
        return np.concatenate(list(recording.at(RATE)))


def test_every_window_gets_a_point_of_length_one(network: FingerprintNetwork) -> None:
    points = network.embeddings([at_16_khz(music(22.5))], WINDOWS)
    assert len(points) == len(WINDOWS)
    for point in points:
        assert point is not None
        assert point.shape == (WIDTH,)
        assert np.linalg.norm(point) == pytest.approx(1, abs=1e-5)


def test_it_does_not_matter_in_which_pieces_the_sound_comes(network: FingerprintNetwork) -> None:
    sound = at_16_khz(music(22.5))
    whole = network.embeddings([sound], WINDOWS)
    pieces_of_it = [sound[first : first + 7_001] for first in range(0, len(sound), 7_001)]
    for one, other in zip(whole, network.embeddings(pieces_of_it, WINDOWS), strict=True):
        assert one is not None
        assert other is not None
        assert np.allclose(one, other, atol=1e-6)


def test_a_window_is_embedded_as_it_is_alone(network: FingerprintNetwork) -> None:
    sound = at_16_khz(music(22.5))
    alone = network.points(log_mel(sound[5 * RATE : 16 * RATE], 1_000)[np.newaxis])[0]
    point = network.embeddings([sound], WINDOWS)[1]
    assert point is not None
    assert np.allclose(point, alone, atol=1e-5)


def test_silence_has_no_point_and_what_is_beside_it_has(network: FingerprintNetwork) -> None:
    sound = at_16_khz(np.concatenate([np.zeros(12 * SAMPLE_RATE, np.float32), music(10.0)]))
    silent, heard = network.embeddings([sound], [(0.0, 10.0), (12.0, 22.0)])
    assert silent is None
    assert heard is not None


@pytest.mark.parametrize("seconds", [7.9, 8.1])
def test_a_clip_is_heard_to_its_end(network: FingerprintNetwork, seconds: float) -> None:
    sound = at_16_khz(music(seconds))
    (point,) = network.embeddings([sound], [(0.0, seconds)])
    assert point is not None
    whole = network.points(log_mel(sound, round(100 * seconds))[np.newaxis])[0]
    assert np.allclose(point, whole, atol=1e-5)


def test_a_clip_under_ten_seconds_is_one_window(network: FingerprintNetwork) -> None:
    for seconds in (0.5, 3.0, 6.0):
        (point,) = network.embeddings([at_16_khz(music(seconds))], [(0.0, seconds)])
        assert point is not None


def test_nothing_of_a_long_sound_is_held_but_the_current_window(
    network: FingerprintNetwork,
) -> None:
    piece = at_16_khz(music(15.0))
    bounds = [(5.0 * index, 5.0 * index + 10) for index in range(35)]

    def sound() -> Iterator[Floats]:
        for _ in range(12):
            yield piece.copy()

    network.embeddings([piece], bounds[:1])
    tracemalloc.start()
    points = network.embeddings(sound(), bounds)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(points) == len(bounds)
    assert peak_bytes < 16 << 20


@pytest.mark.parametrize("name", ["clean", "reverberation", "speed_up_8", "semitone_down"])
def test_a_clip_is_nearest_to_its_own_song(
    network: FingerprintNetwork, songs: list[Floats], name: str
) -> None:
    catalogue = [network.embeddings([at_16_khz(song)], WINDOWS) for song in songs]
    points = np.array([point for song in catalogue for point in song if point is not None])
    owners = np.repeat(range(len(songs)), len(WINDOWS))
    random = np.random.default_rng(3)
    for index, song in enumerate(songs):
        start = int(random.uniform(0, 15) * SAMPLE_RATE)
        clip = CONDITIONS[name](song[start : start + 6 * SAMPLE_RATE], random)
        (point,) = network.embeddings([at_16_khz(clip)], [(0.0, len(clip) / SAMPLE_RATE)])
        assert owners[(points @ point).argmax()] == index


def test_the_version_is_the_file_and_a_missing_file_is_said(network: FingerprintNetwork) -> None:
    assert network.version == FingerprintNetwork(SHIPPED_FINGERPRINTS, 1).version
    with pytest.raises(OSError, match="nothing"):
        FingerprintNetwork(SHIPPED_FINGERPRINTS.with_name("nothing.onnx"), 1)
