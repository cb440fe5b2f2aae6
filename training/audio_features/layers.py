"""What layers of the listening network say of every patch of the clips, kept on disk once heard."""

from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path

import numpy as np

from services.audio_features.backends.listening import ListeningNetwork, listening_gain
from services.audio_features.backends.loudness import integrated_loudness
from services.audio_features.backends.patches import RATE, patch_count, patches, stretches
from services.audio_features.backends.recordings import Recording
from services.audio_features.domain import Floats
from training.audio_features.clips import CACHE, Part, measured
from training.audio_features.yamnet import converted

_PATCHES = 8


def published(data: Path) -> Path:
    """Where YAMNet lies under the training data folder."""
    return data / "models" / "yamnet.tflite"


def pooled(paths: Sequence[Path], data: Path, part: Part = "whole") -> list[Floats]:
    """Pooled layers of every patch of each clip, (patches, 2048), heard as the service hears."""
    network = CACHE / "yamnet.onnx"
    network.parent.mkdir(parents=True, exist_ok=True)
    network.write_bytes(converted(published(data)).SerializeToString(deterministic=True))
    kept = measured(f"pooled-{_opened(network).version}", paths, part, partial(_pooled, network))
    return [each["pooled"] for each in kept]


@cache
def _opened(network: Path) -> ListeningNetwork:
    return ListeningNetwork(network, 1)


def _pooled(network: Path, samples: Floats) -> dict[str, Floats]:
    with Recording.of(samples) as recording:
        gain = np.float32(listening_gain(integrated_loudness(recording)))
        heard = [
            _opened(network).outputs(patches(stretch * gain, patch_count(stretch)), ("pooled",))[0]
            for stretch in stretches(recording.at(RATE), _PATCHES)
        ]
    return {"pooled": np.concatenate(heard)}
