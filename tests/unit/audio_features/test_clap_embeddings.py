"""The `clap` backend: a checkpoint's own ears for the embedding, everything else as ever."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import ClapFeatureExtractor, ClapModel

from servicekit.checkpoints import Checkpoint, UnusableCheckpointError
from services.audio_features.backends import open_analyzer
from services.audio_features.backends.clap import ClapAnalyzer, ClapNetwork
from services.audio_features.backends.recordings import Recording
from services.audio_features.domain import SAMPLE_RATE, Abandoned, Note
from services.audio_features.settings import AudioFeaturesSettings
from tests.unit.audio_features.clap_made import DIMENSIONS, tiny_clap
from tests.unit.audio_features.sounds import RATE, file_of, music


@pytest.fixture(scope="module", params=[False, True], ids=["unfused", "fused"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_clap(tmp_path_factory.mktemp("clap"), fused=request.param)


@pytest.fixture(scope="module")
def network(folder: Path) -> ClapNetwork:
    return ClapNetwork(Checkpoint(folder, "tiny-1"))


@pytest.fixture(scope="module")
def analyzer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClapAnalyzer]:
    folder = tiny_clap(tmp_path_factory.mktemp("clap"), fused=False)
    made = open_analyzer(
        AudioFeaturesSettings(
            backend="clap", clap_model=str(folder), numba_cache_dir=Path(".vts/numba")
        )
    )
    assert isinstance(made, ClapAnalyzer)
    yield made
    made.close()


def recording(seconds: float, seed: int = 0) -> Recording:
    random = np.random.default_rng(seed)
    return Recording.of(random.normal(0, 0.1, int(seconds * SAMPLE_RATE)).astype(np.float32))


def test_two_seconds_are_heard_as_the_whole_model_hears_them(
    folder: Path, network: ClapNetwork
) -> None:
    model = ClapModel.from_pretrained(folder).eval()
    extractor = ClapFeatureExtractor.from_pretrained(folder)
    with recording(2) as heard:
        (stretch,) = network._stretches(heard)
        embedding = network.embed(heard)
    inputs = extractor(stretch, sampling_rate=48_000, return_tensors="pt")
    inputs["is_longer"] = torch.zeros(1, 1, dtype=torch.bool)
    with torch.inference_mode():
        expected = model.get_audio_features(**inputs).pooler_output[0].numpy()
    assert stretch.shape == (96_000,)
    assert embedding.shape == (DIMENSIONS,)
    assert embedding == pytest.approx(expected, abs=1e-5)


def test_a_long_sound_is_the_mean_of_its_stretches(network: ClapNetwork) -> None:
    whole = recording(6)
    pieces = [
        Recording.of(whole.samples(n * 2 * SAMPLE_RATE, (n + 1) * 2 * SAMPLE_RATE))
        for n in range(3)
    ]
    mean = np.mean([network.embed(piece) for piece in pieces], axis=0)
    assert network.embed(whole) == pytest.approx(mean / np.linalg.norm(mean), abs=1e-5)
    assert np.linalg.norm(network.embed(recording(5.3))) == pytest.approx(1, abs=1e-5)


def test_the_same_sound_is_heard_alike_each_time_and_others_are_not(network: ClapNetwork) -> None:
    assert np.array_equal(network.embed(recording(3)), network.embed(recording(3)))
    assert not np.allclose(network.embed(recording(3)), network.embed(recording(3, seed=1)))
    assert len(network.embed(recording(0.5))) == DIMENSIONS


def test_hearing_stops_once_nobody_waits(network: ClapNetwork) -> None:
    with pytest.raises(Abandoned):
        network.embed(recording(3), lambda: True)


def test_an_analysis_has_this_embedding_and_everything_else(analyzer: ClapAnalyzer) -> None:
    analysis = analyzer.analyze(file_of("flac", music(3), RATE))
    assert analysis.embedding is not None
    assert analysis.embedding.shape == (DIMENSIONS,)
    assert analysis.feeling is not None
    assert analysis.mfcc is not None
    assert analysis.part_versions == analyzer.part_versions
    assert analyzer.part_versions["embedding"].split("-")[-1] in analyzer.version
    silence = analyzer.analyze(file_of("wav", np.zeros(RATE, np.float32), RATE))
    assert (silence.notes, silence.embedding) == ((Note.SILENT,), None)


def test_what_another_model_heard_must_be_heard_again(analyzer: ClapAnalyzer) -> None:
    own = analyzer.analyze(file_of("flac", music(3), RATE))
    assert analyzer.renewed(own) is own
    older = {**own.part_versions, "feeling": "0"}
    renewed = analyzer.renewed(replace(own, part_versions=older))
    assert renewed is not None
    assert renewed.embedding is own.embedding
    assert renewed.part_versions == analyzer.part_versions
    other = {**own.part_versions, "embedding": "another-0123"}
    assert analyzer.renewed(replace(own, part_versions=other)) is None


def test_pickled_and_missing_models_are_refused_by_the_setting(tmp_path: Path) -> None:
    (tmp_path / "pytorch_model.bin").write_bytes(b"a pickle")
    for model, says in ((str(tmp_path), "pickled"), ("no/such", "neither"), ("", "neither")):
        settings = AudioFeaturesSettings(backend="clap", clap_model=model)
        with pytest.raises(UnusableCheckpointError, match=says) as caught:
            open_analyzer(settings)
        assert "VTS_AUDIO_FEATURES_CLAP_MODEL" in str(caught.value)
