"""Tempo, key and affect of the project's own sketches, which no model has learned from.

Tempo and key are known exactly; valence and arousal are what the composer meant.
"""

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import track

from services.audio_features.backends.decoding import Limits, decode
from services.audio_features.backends.feeling import SHIPPED_MODEL, FeelingModel, load_model
from services.audio_features.backends.heads import mean_texture
from services.audio_features.backends.listening import SHIPPED_NETWORK, ListeningNetwork
from services.audio_features.backends.loudness import integrated_loudness
from services.audio_features.backends.measurement import measure_recording
from services.audio_features.backends.projection import sound_vector
from services.audio_features.backends.recordings import Recording
from services.audio_features.backends.rhythm import estimate_tempo
from services.audio_features.backends.tonality import estimate_key
from services.audio_features.domain import TONICS, Key, Tempo

DEFAULT_SKETCHES = Path("build/sketches")
"""Where `python -m catalogue.sketches --out build/sketches` renders them."""

TOLERANCE = 0.04
"""A tempo is right within this share (Gouyon et al. 2006)."""

OCTAVES = (1, 2, 3, 1 / 2, 1 / 3)
"""What Accuracy 2 forgives (Gouyon et al. 2006)."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One sketch: what it is, and what was heard; `meant` and `felt` are valence and arousal."""

    name: str
    true_bpm: float
    true_key: str
    tempo: Tempo | None
    key: Key | None
    meant: tuple[float, float] = (0.0, 0.0)
    felt: tuple[float, float] = (0.0, 0.0)

    def tempo_is_right(self, factors: tuple[float, ...] = (1,)) -> bool:
        """Whether the tempo is the true one times one of the factors."""
        if self.tempo is None:
            return False
        ratio = self.tempo.bpm / self.true_bpm
        return any(abs(ratio / factor - 1) <= TOLERANCE for factor in factors)

    @property
    def key_score(self) -> float:
        """MIREX's weighting: 1 right, 0.5 a fifth up, 0.3 relative, 0.2 parallel, else 0."""
        if self.key is None:
            return 0.0
        tonic, mode = self.true_key.split()
        apart = (TONICS.index(self.key.tonic) - TONICS.index(tonic)) % 12
        if self.key.mode == mode:
            return {0: 1.0, 7: 0.5}.get(apart, 0.0)
        relative = 9 if mode == "major" else 3
        return {relative: 0.3, 0: 0.2}.get(apart, 0.0)


def hear(folder: Path) -> list[Heard]:
    """Measures every sketch that the folder lists, in its order."""
    lines = (folder / "sketches.jsonl").read_text(encoding="utf-8").splitlines()
    model, network = load_model(SHIPPED_MODEL), ListeningNetwork(SHIPPED_NETWORK, 1)
    return [
        _heard(folder, json.loads(line), model, network)
        for line in track(lines, "Hearing sketches")
    ]


def _heard(
    folder: Path, entry: dict[str, Any], model: FeelingModel, network: ListeningNetwork
) -> Heard:
    media = (folder / entry["sound_path"]).read_bytes()
    samples = decode(media, Limits(max_bytes=len(media), max_seconds=600))
    with Recording.of(samples) as recording, closing(measure_recording(recording)) as measurement:
        _, textures = network.listen(recording, integrated_loudness(recording))
        vector = sound_vector(measurement.summaries(), mean_texture(textures))
        (feeling,) = model.feelings(vector[np.newaxis])
        return Heard(
            name=entry["source_id"],
            true_bpm=float(entry["tempo_bpm"]),
            true_key=entry["key"],
            tempo=estimate_tempo(measurement.onsets),
            key=estimate_key(measurement.pitch_classes),
            meant=(entry["valence"], entry["arousal"]),
            felt=(feeling.valence, feeling.arousal),
        )


MEASURES: dict[str, Callable[[Heard], float]] = {
    "tempo_accuracy_1": lambda heard: heard.tempo_is_right(),
    "tempo_accuracy_2": lambda heard: heard.tempo_is_right(OCTAVES),
    "key_accuracy": lambda heard: heard.key_score == 1,
    "key_mirex_score": lambda heard: heard.key_score,
}


def accuracies(heard: list[Heard]) -> dict[str, float]:
    """Averages each of `MEASURES` over the half that was tuned on and over the other half."""
    halves = {"tuned_half": heard[::2], "other_half": heard[1::2]}
    return {
        f"{name}_{half}": sum(map(measure, members)) / len(members)
        for name, measure in MEASURES.items()
        for half, members in halves.items()
    }


def affect_correlations(heard: list[Heard]) -> dict[str, float]:
    """Pearson's r of valence and of arousal, felt against meant, over all sketches."""
    meant, felt = (np.array([getattr(each, name) for each in heard]) for name in ("meant", "felt"))
    return {
        f"sketch_{axis}_r": float(np.corrcoef(meant[:, column], felt[:, column])[0, 1])
        for column, axis in enumerate(("valence", "arousal"))
    }
