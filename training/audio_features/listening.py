"""Makes the network that tells talk from music and hears textures, from the published YAMNet.

Nothing is trained but the axes of textures: principal components over Emotify's clips, of which no
label is read.

Example: python -m training.audio_features.listening --data ../shared/data
"""

import argparse
from pathlib import Path

import numpy as np

from training.audio_features.clips import DEFAULT_DATA, emotify
from training.audio_features.layers import pooled, published
from training.audio_features.textures import fit_basis
from training.audio_features.yamnet import converted

MODEL = Path("models/audio_features/listening.onnx")


def main() -> None:
    """Reads the arguments, converts and writes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help="the training data")
    parser.add_argument("--output", type=Path, default=MODEL, help="where the network is written")
    given = parser.parse_args()
    basis = fit_basis(np.concatenate(pooled(emotify(given.data).paths, given.data)))
    model = converted(published(given.data), basis)
    given.output.write_bytes(model.SerializeToString(deterministic=True))
    print(f"wrote {given.output} ({given.output.stat().st_size / 1e6:.1f} MB)")


if __name__ == "__main__":
    main()
