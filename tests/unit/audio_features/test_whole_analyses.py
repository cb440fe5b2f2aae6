"""Odd files have whole analyses, and what is asked of one is answered or refused by name."""

import io
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import soundfile

from servicekit.sandbox import Sandbox
from services.audio_features.backends import asked_frames
from services.audio_features.backends.decoding import MODULE, Decoder, Limits
from services.audio_features.backends.feeling import SHIPPED_MODEL, load_model
from services.audio_features.backends.fingerprints import SHIPPED_FINGERPRINTS, FingerprintNetwork
from services.audio_features.backends.heads import Heads
from services.audio_features.backends.librosa_features import LibrosaAnalyzer
from services.audio_features.backends.listening import SHIPPED_NETWORK, ListeningNetwork
from services.audio_features.backends.spectra import DIMENSIONS
from services.audio_features.domain import (
    Abandoned,
    Analysis,
    InvalidOption,
    UnreadableMedia,
)
from tests.unit.audio_features.sounds import RATE, Samples, file_of, music, tone


@pytest.fixture(scope="module")
def analyzer() -> Iterator[LibrosaAnalyzer]:
    made = LibrosaAnalyzer(
        Decoder(Sandbox(MODULE, name="test"), Limits(1 << 26, max_seconds=60)),
        Heads(load_model(SHIPPED_MODEL), FingerprintNetwork(SHIPPED_FINGERPRINTS, 1)),
        ListeningNetwork(SHIPPED_NETWORK, 1),
    )
    yield made
    made.close()


def wav(samples: Samples, rate: int, subtype: str, channels: int = 1) -> bytes:
    file = io.BytesIO()
    spread = np.repeat(samples[:, np.newaxis], channels, axis=1)
    soundfile.write(file, spread, rate, format="WAV", subtype=subtype)
    return file.getvalue()


def tagged_flac(title: str) -> bytes:
    buffer = io.BytesIO()
    with soundfile.SoundFile(buffer, "w", RATE, 1, format="FLAC") as file:
        file.title = title
        file.write(music(2))
    return buffer.getvalue()


def assert_finite(analysis: Analysis) -> None:
    for name, summary in analysis.features.items():
        assert all(np.isfinite(row).all() for row in summary.statistics()), name
    for sequence in (analysis.mfcc, analysis.chroma):
        assert sequence is not None
        assert np.isfinite(sequence.frames).all()
    assert analysis.embedding is None or np.isfinite(analysis.embedding).all()
    assert np.isfinite([analysis.loudness_lufs, analysis.harmonic_share]).all()


@pytest.mark.parametrize(
    "media",
    [
        pytest.param(wav(tone(0.7, 192_000), 192_000, "PCM_24", 8), id="8 channels at 192 kHz"),
        pytest.param(wav(tone(2, 8_000), 8_000, "PCM_U8"), id="8 bits at 8 kHz"),
        pytest.param(wav(tone(3, RATE), RATE, "FLOAT"), id="a pure tone"),
        pytest.param(wav(np.sign(music(2)), RATE, "PCM_16"), id="clipping"),
        pytest.param(wav(music(0.5), RATE, "PCM_16"), id="half a second"),
        pytest.param(wav(np.ones(RATE, np.float32), RATE, "FLOAT"), id="a constant"),
        pytest.param(wav(np.eye(1, RATE, 99, np.float32)[0], RATE, "FLOAT"), id="one click"),
    ],
)
def test_odd_sound_gives_finite_numbers(analyzer: LibrosaAnalyzer, media: bytes) -> None:
    assert_finite(analyzer.analyze(media))


def test_samples_that_are_no_numbers_are_refused(analyzer: LibrosaAnalyzer) -> None:
    broken = music(1)
    broken[100] = np.nan
    with pytest.raises(UnreadableMedia, match="not numbers"):
        analyzer.analyze(wav(broken, RATE, "FLOAT"))


def test_the_rate_and_the_channels_of_a_file_change_little(analyzer: LibrosaAnalyzer) -> None:
    one = analyzer.analyze(wav(tone(2, 44_100), 44_100, "PCM_16"))
    other = analyzer.analyze(wav(tone(2, 96_000), 96_000, "PCM_24", 6))
    assert one.loudness_lufs == pytest.approx(other.loudness_lufs, abs=0.05)
    centroids = [each.features["spectral_centroid"].quantile_50[0] for each in (one, other)]
    assert centroids[0] == pytest.approx(centroids[1], rel=0.01)


def test_frames_that_are_asked_for_come_in_full(analyzer: LibrosaAnalyzer) -> None:
    analysis = analyzer.analyze(file_of("flac", music(3), RATE), ("chroma_stft", "mel"))
    assert set(analysis.frames) == {"chroma_stft", "mel"}
    for name, sequence in analysis.frames.items():
        assert sequence.frames.shape == (1 + 3 * RATE // 512, DIMENSIONS[name])
        mean = analysis.features[name].mean
        np.testing.assert_allclose(sequence.frames.mean(axis=0), mean, rtol=1e-3, atol=1e-4)


def test_an_unknown_feature_is_refused_before_decoding(analyzer: LibrosaAnalyzer) -> None:
    with pytest.raises(InvalidOption, match="'loudnes'") as caught:
        analyzer.analyze(b"", ("mel", "loudnes"))
    assert caught.value.field_name == "options.frames"


def test_too_many_numbers_are_refused_with_their_limit(
    analyzer: LibrosaAnalyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asked_frames, "MAX_FRAME_NUMBERS", 5_000)
    with pytest.raises(InvalidOption, match="at most 5000 numbers") as caught:
        analyzer.analyze(file_of("flac", music(1), RATE), ("mel",))
    assert caught.value.field_name == "options.frames"


def test_files_that_differ_only_in_tags_have_one_digest(analyzer: LibrosaAnalyzer) -> None:
    one, other = (analyzer.analyze(tagged_flac(title)) for title in ("밤 편지", "Night letter"))
    assert one.id != other.id
    assert one.sound_digest == other.sound_digest
    louder = analyzer.analyze(file_of("flac", 1.1 * music(2), RATE, channels=1))
    assert louder.sound_digest != one.sound_digest


def test_a_newer_head_reads_what_is_kept(analyzer: LibrosaAnalyzer) -> None:
    fresh = analyzer.analyze(file_of("flac", music(3), RATE))
    assert analyzer.renewed(fresh) == fresh
    versions = {**fresh.part_versions, "feeling": "older"}
    renewed = analyzer.renewed(replace(fresh, part_versions=versions, embedding=None))
    assert renewed is not None
    assert renewed.embedding is not None
    assert fresh.embedding is not None
    np.testing.assert_allclose(renewed.embedding, fresh.embedding, atol=1e-6)
    assert renewed.part_versions == analyzer.part_versions


@pytest.mark.parametrize("part", ["features", "listening"])
def test_without_its_sound_no_measurement_is_renewed(analyzer: LibrosaAnalyzer, part: str) -> None:
    fresh = analyzer.analyze(file_of("flac", music(1), RATE))
    versions = {**fresh.part_versions, part: "older"}
    assert analyzer.renewed(replace(fresh, part_versions=versions)) is None


def test_what_nobody_waits_for_is_abandoned(analyzer: LibrosaAnalyzer) -> None:
    with pytest.raises(Abandoned):
        analyzer.analyze(file_of("flac", music(1), RATE), is_abandoned=lambda: True)
