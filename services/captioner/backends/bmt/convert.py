r"""Converts the published weights, once, to safetensors and JSON that hold no code.

Example:
    vts models pull bmt-captions bmt-proposals vggish i3d raft
    python -m services.captioner.backends.bmt.convert --published .vts/models/bmt \
        --vocabulary vocabulary.json

Then set VTS_CAPTIONER_EVENTS=bmt and VTS_CAPTIONER_EVENTS_PATH=.vts/models/bmt. The same files
always give the same bytes. Without flow weights only pictures are seen, and that is said. Weights
may also come as safetensors; captions and proposals only as checkpoints.
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

from services.captioner.backends.bmt import i3d, raft, vggish, vocabulary, weights
from services.captioner.backends.bmt.checkpoint import Checkpoint, read_weights
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


PUBLISHED_NAMES = {
    "captions": "best_cap_model.pt",
    "proposals": "best_prop_model.pt",
    "rgb": "model_rgb.pth",
    "vggish": "vggish-10086976.pth",
    "flow": "model_flow.pth",
    "raft": "raft_large_C_T_SKHT_V2-ff5fadd5.pth",
}
"""What `vts models pull` calls the files."""

_HELP = {
    "captions": "checkpoint of the captioning network",
    "proposals": "checkpoint of the proposal network",
    "rgb": "I3D's weights for pictures, of either PyTorch port",
    "vggish": "VGGish's weights, of its PyTorch port",
    "flow": "I3D's weights for flow; goes with --raft",
    "raft": "RAFT's weights, the authors' or torchvision's; goes with --flow",
}
_OPTIONAL = ("flow", "raft")


def main(arguments: list[str] | None = None) -> None:
    """Reads the arguments and converts; ends with a line on stderr where a file is refused."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    words = "JSON list of its words, or a text file with a word per line; see the README"
    parser.add_argument("--vocabulary", type=Path, required=True, metavar="FILE", help=words)
    parser.add_argument(
        "--published", type=Path, metavar="FOLDER", help="where `vts models pull` put the files"
    )
    for name, what in _HELP.items():
        parser.add_argument(f"--{name}", type=Path, metavar="FILE", help=what)
    parser.add_argument(
        "--output", type=Path, metavar="FOLDER", help="what to write; else --published itself"
    )
    given = vars(parser.parse_args(arguments))
    published, output = given.pop("published"), given.pop("output")
    try:
        convert(Files(**_found(given, published)), output or published or Path("events"))
    except (ValueError, OSError) as error:
        sys.exit(f"convert: {error}")


def _found(given: dict[str, Path | None], published: Path | None) -> dict[str, Any]:
    """Fills up what was not given with the files of the folder; flow and RAFT only as a pair."""
    if published is not None:
        there = {name: published / file for name, file in PUBLISHED_NAMES.items()}
        pair = all(there[name].is_file() for name in _OPTIONAL)
        given = {
            name: path or (there.get(name) if pair or name not in _OPTIONAL else None)
            for name, path in given.items()
        }
    missing = [name for name, path in given.items() if path is None and name not in _OPTIONAL]
    if missing:
        raise ValueError(f"give --published, or --{' and --'.join(missing)}")
    return given


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
        made[weights.RAFT] = raft.renamed(read_weights(files.raft))
        weights.filled(lambda: i3d.I3d(2, flow_epsilon), made[weights.FLOW])
        weights.filled(raft.Raft, made[weights.RAFT])
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
