"""A song's embedding from a CLAP model; everything else as `librosa_features` measures it.

Wu et al., "Large-Scale Contrastive Language-Audio Pretraining", ICASSP 2023, by transformers'
classes. Only the half of the model that hears is loaded.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import soxr
import torch
from transformers import ClapAudioModelWithProjection, ClapFeatureExtractor

from servicekit.checkpoints import Checkpoint, found
from services.audio_features.backends.librosa_features import LibrosaAnalyzer, parts
from services.audio_features.backends.recordings import Recording
from services.audio_features.domain import SAMPLE_RATE, Abandoned, Analysis, Floats, Note
from services.audio_features.ports import never
from services.audio_features.settings import AudioFeaturesSettings

MAX_STRETCHES = 60
"""Most stretches that are heard of one sound; of sound over ten minutes, evenly spread ones."""


class ClapNetwork:
    """The hearing half of a checkpoint; calls may come from several threads.

    Args:
        checkpoint: Its folder.

    Raises:
        OSError: The folder lacks a file that the model needs.
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        folder = str(checkpoint.folder)
        self._extractor = ClapFeatureExtractor.from_pretrained(folder, local_files_only=True)
        network: Any = ClapAudioModelWithProjection.from_pretrained(
            folder, use_safetensors=True, local_files_only=True, dtype=torch.float32
        )
        self._network = network.eval()
        self.version = checkpoint.version

    def embed(self, recording: Recording, is_abandoned: Callable[[], bool] = never) -> Floats:
        """The mean over stretches of what the model hears in each, of length 1, shape (d,).

        Raises `Abandoned` once `is_abandoned` says so.
        """
        heard: list[Floats] = []
        for stretch in self._stretches(recording):
            if is_abandoned():
                raise Abandoned
            heard.append(_unit(self._heard(stretch)))
        return _unit(np.mean(heard, axis=0))

    def _stretches(self, recording: Recording) -> Iterator[Floats]:
        """Stretches as long as the model takes (10 s), at its rate; a short sound is one."""
        rate: int = self._extractor.sampling_rate
        longest: int = self._extractor.nb_max_samples
        length = longest * SAMPLE_RATE // rate
        count = min(MAX_STRETCHES, max(1, -(-recording.count // length)))
        for start in np.linspace(0, max(0, recording.count - length), count).astype(int).tolist():
            samples = recording.samples(start, start + length)
            yield np.asarray(soxr.resample(samples, SAMPLE_RATE, rate))[:longest]

    @torch.inference_mode()
    def _heard(self, stretch: Floats) -> Floats:
        inputs = self._extractor(
            stretch, sampling_rate=self._extractor.sampling_rate, return_tensors="pt"
        )
        features = inputs["input_features"].float()
        # The extractor calls one of several sounds longer by lot; none of these is.
        longer = torch.zeros(len(features), 1, dtype=torch.bool)
        output = self._network(input_features=features, is_longer=longer)
        return np.asarray(output.audio_embeds[0], np.float32)


class ClapAnalyzer(LibrosaAnalyzer):
    """The default analyzer with another embedding; takes what that takes, after the network."""

    name = "clap"

    def __init__(self, network: ClapNetwork, *others: Any) -> None:
        super().__init__(*others)
        self._clap = network
        self.part_versions = {**self.part_versions, "embedding": network.version}
        self.version = "-".join(self.part_versions.values())

    def analyze_recording(
        self,
        recording: Recording,
        frames: Collection[str] = (),
        is_abandoned: Callable[[], bool] = never,
    ) -> Analysis:
        """Analyses what is decoded already; neither the id nor the digest is set."""
        analysis = super().analyze_recording(recording, frames, is_abandoned)
        if Note.SILENT in analysis.notes:
            return analysis
        return replace(analysis, embedding=self._clap.embed(recording, is_abandoned))

    def renewed(self, kept: Analysis) -> Analysis | None:
        """Keeps the embedding if it is of this model; of another, the sound is needed."""
        if kept.part_versions.get("embedding") != self._clap.version:
            return None
        current = super().renewed(kept)
        if current is None or current is kept:
            return current
        return replace(current, embedding=kept.embedding)


def _unit(vector: Floats) -> Floats:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), np.float32)


def open_clap(settings: AudioFeaturesSettings) -> ClapAnalyzer:
    """Reads the models.

    Raises:
        UnusableCheckpointError: The CLAP model is not on this machine, or is pickled.
        OSError: Another file is missing.
    """
    torch.set_num_threads(settings.threads)
    checkpoint = found(settings.clap_model, "VTS_AUDIO_FEATURES_CLAP_MODEL", settings.models_dir)
    return ClapAnalyzer(ClapNetwork(checkpoint), *parts(settings))
