"""Converts the published weights, once, to safetensors and JSON that hold no code.

Example:
    python -m services.captioner.backends.bmt.convert --captions best_cap_model.pt \
        --proposals best_prop_model.pt --vocabulary vocabulary.json --rgb i3d_rgb.pt \
        --vggish vggish.pth --flow i3d_flow.pt --raft raft-sintel.pth --output events

Then set VTS_CAPTIONER_EVENTS=bmt and VTS_CAPTIONER_EVENTS_PATH=events. The same files always give
the same bytes. Weights may also come as safetensors; captions and proposals only as checkpoints.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors.torch import save
from torch import Tensor

from services.captioner.backends.bmt import i3d, vggish, vocabulary, weights
from services.captioner.backends.bmt.checkpoint import Checkpoint, read_weights
from services.captioner.backends.bmt.raft import Raft
from services.captioner.backends.bmt.sizes import PUBLISHED
from services.captioner.backends.bmt.unpickling import Config, RefusedCheckpoint
from services.captioner.backends.bmt.weights import About

_STATE = "model_state_dict"


@dataclass(frozen=True, slots=True)
class Files:
    """What is converted; `flow` and `raft` come both or not at all."""

    captions: Path
    proposals: Path
    vocabulary: Path
    rgb: Path
    vggish: Path
    flow: Path | None = None
    raft: Path | None = None

    def named(self) -> dict[str, Path]:
        """Those that are given, by their names here."""
        given = {name: getattr(self, name) for name in self.__slots__}
        return {name: path for name, path in given.items() if path is not None}


def main(arguments: list[str] | None = None) -> None:
    """Reads the arguments and converts; ends with a line on stderr where a file is refused."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, what in _HELP.items():
        needed = name not in {"flow", "raft"}
        parser.add_argument(f"--{name}", type=Path, required=needed, metavar="FILE", help=what)
    parser.add_argument("--output", type=Path, required=True, metavar="FOLDER")
    given = vars(parser.parse_args(arguments))
    output = given.pop("output")
    try:
        convert(Files(**given), output)
    except (ValueError, OSError) as error:
        sys.exit(f"convert: {error}")


_HELP = {
    "captions": "best_cap_model.pt",
    "proposals": "best_prop_model.pt",
    "vocabulary": "JSON list of its words, or a text file with a word per line; see the README",
    "rgb": "weights of I3D on pictures, of either PyTorch port",
    "vggish": "weights of VGGish's PyTorch port",
    "flow": "weights of I3D on flow; goes with --raft",
    "raft": "weights of RAFT (sintel or things); goes with --flow",
}


def convert(files: Files, output: Path) -> None:
    """Checks every file and writes the folder; nothing is written before all of them fit.

    Raises:
        RefusedCheckpoint: A file asks for code to be run, or is damaged.
        ValueError: Tensors have other names or shapes than the networks, or words are missing.
        OSError: A file cannot be read or written.
    """
    if (files.flow is None) != (files.raft is None):
        raise ValueError("flow needs both --flow and --raft")
    words = vocabulary.read(files.vocabulary)
    captions, captions_config = _network(files.captions)
    proposals, proposals_config = _network(files.proposals)
    seen, rgb_epsilon, flow_epsilon = _seen(files)
    about = About(
        *_anchors(files.proposals),
        heads=int(captions_config.get("H", PUBLISHED.heads)),
        **_grid(proposals_config),
        rgb_epsilon=rgb_epsilon,
        flow_epsilon=flow_epsilon,
        sources={name: _sha256(path) for name, path in files.named().items()},
    )
    weights.captioning_network(captions, about, words)
    weights.proposal_network(proposals, about)
    output.mkdir(parents=True, exist_ok=True)
    made = {weights.CAPTIONS: captions, weights.PROPOSALS: proposals, **seen}
    for name, tensors in made.items():
        _write(output / name, save({key: tensors[key].float() for key in sorted(tensors)}))
    _write(output / weights.WORDS, json.dumps(words.words, ensure_ascii=False).encode())
    _write(output / weights.ABOUT, about.written().encode())


def _network(path: Path) -> tuple[dict[str, Tensor], Mapping[str, Any]]:
    """A checkpoint's network, and the settings that it was trained with."""
    with Checkpoint(path) as checkpoint:
        config = checkpoint.content.get("config")
        told = getattr(config, "values", {}) if isinstance(config, Config) else {}
        return {n: checkpoint.read(t) for n, t in checkpoint.tensors(_STATE).items()}, told


def _anchors(path: Path) -> tuple[tuple[float, ...], tuple[float, ...]]:
    with Checkpoint(path) as checkpoint:
        try:
            told = checkpoint.content["anchors"]
            audio, video = (tuple(float(s) for s in told[name]) for name in ("audio", "video"))
        except (KeyError, TypeError, ValueError) as error:
            raise RefusedCheckpoint(f"{path} is refused: it tells no anchors") from error
    return audio, video


def _grid(config: Mapping[str, Any]) -> dict[str, Any]:
    """Strides and padded lengths, where the checkpoint tells others than the published ones."""
    told: dict[str, Any] = {}
    for name, kind, key in (("stride", float, "strides"), ("steps", int, "pad_feats_up_to")):
        for modality, value in dict(config.get(key) or {}).items():
            if modality in {"audio", "video"}:
                told[f"{modality}_{name}"] = kind(value)
    return told


def _seen(files: Files) -> tuple[dict[str, dict[str, Tensor]], float, float]:
    """The networks that see and hear, checked, and the epsilons of either I3D."""
    rgb, rgb_epsilon = i3d.renamed(read_weights(files.rgb))
    made = {weights.RGB: rgb, weights.VGGISH: vggish.kept(read_weights(files.vggish))}
    weights.filled(lambda: i3d.I3d(3, rgb_epsilon), rgb)
    weights.vggish_network(made[weights.VGGISH])
    flow_epsilon = i3d.EPSILON
    if files.flow is not None and files.raft is not None:
        made[weights.FLOW], flow_epsilon = i3d.renamed(read_weights(files.flow))
        made[weights.RAFT] = {
            name.removeprefix("module."): t for name, t in read_weights(files.raft).items()
        }
        weights.filled(lambda: i3d.I3d(2, flow_epsilon), made[weights.FLOW])
        weights.filled(Raft, made[weights.RAFT])
    return made, rgb_epsilon, flow_epsilon


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _write(path: Path, data: bytes) -> None:
    """All of it or nothing: a half-written file never has the name that is looked for."""
    half = path.with_name(path.name + ".part")
    half.write_bytes(data)
    half.replace(path)


if __name__ == "__main__":
    main()
