"""Small weights of the Bi-modal Transformer, and files as its authors publish them."""

import sys
import types
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from services.captioner.backends.bmt import convert, weights
from services.captioner.backends.bmt.captioning import CaptioningNetwork
from services.captioner.backends.bmt.convert import Files
from services.captioner.backends.bmt.i3d import I3d
from services.captioner.backends.bmt.proposals import ProposalNetwork
from services.captioner.backends.bmt.sizes import HeadSizes, Sizes
from services.captioner.backends.bmt.vggish import Vggish
from services.captioner.backends.bmt.vocabulary import SPECIALS
from services.captioner.backends.bmt.weights import Networks

SIZES = Sizes(audio=8, video=16, caption=12, inner=16)
AUDIO = HeadSizes((3, 5), (1.0, 5.0, 20.0), 0.96, 20, 7)
VIDEO = HeadSizes((1, 3), (2.0, 9.0), 2.56, 10, 7)
SEEING = Sizes(caption=12, inner=16, layers=1)
"""Small sizes that the rows of I3D and VGGish fit."""
CROP = 32
"""The networks see 32 pixels of a frame instead of 224: 49 times as fast."""
WORDS = (*SPECIALS, *(f"word{number}" for number in range(16)))


def noise(name: str, *shape: int) -> Tensor:
    """Numbers from -1 to 1 that depend on nothing but the name and the shape."""
    generator = np.random.default_rng(zlib.crc32(name.encode()))
    return torch.from_numpy(generator.uniform(-1, 1, shape)).float()


def noisy(network: nn.Module, scale: float) -> dict[str, Tensor]:
    """Weights for every tensor of a network, each told by its name."""
    made = {n: noise(n, *tensor.shape) * scale for n, tensor in network.state_dict().items()}
    for name, tensor in made.items():
        if name.endswith("running_var"):
            made[name] = tensor.abs() + 0.5
        elif name.endswith("num_batches_tracked"):
            made[name] = torch.zeros((), dtype=torch.int64)
        elif name.endswith(("norm.weight", "bn.weight")):
            made[name] = tensor + 1.0
    return made


def small_captioner() -> CaptioningNetwork:
    network = CaptioningNetwork(len(WORDS), SIZES).eval()
    network.load_state_dict(noisy(network, 0.5))
    return network


def small_proposer() -> ProposalNetwork:
    network = ProposalNetwork(AUDIO, VIDEO, SIZES).eval()
    network.load_state_dict(noisy(network, 0.3))
    return network


def on_no_device(make: Callable[[], nn.Module]) -> nn.Module:
    """The network with shapes and names but without memory."""
    with torch.device("meta"):
        return make().eval()


@contextmanager
def published_config(**values: object) -> Iterator[Any]:
    """An object of the class that the published checkpoints pickle, while its module is there."""
    package, module = (
        types.ModuleType("utilities"),
        types.ModuleType("utilities.config_constructor"),
    )

    class Config:
        pass

    Config.__module__, Config.__qualname__ = module.__name__, "Config"
    module.Config = Config  # type: ignore[attr-defined]
    sys.modules |= {package.__name__: package, module.__name__: module}
    try:
        config = Config()
        config.__dict__ |= values
        yield config
    finally:
        del sys.modules[module.__name__], sys.modules[package.__name__]


def write_captions(path: Path, weights: dict[str, Tensor], *, zipped: bool = False) -> Path:
    """A captioning checkpoint as published: old format, DataParallel's prefix, optimizer too."""
    with published_config(H=4, modality="audio_video", betas=(0.9, 0.999)) as config:
        content = {
            "config": config,
            "epoch": 26,
            "model_state_dict": OrderedDict((f"module.{n}", t) for n, t in weights.items()),
            "optimizer_state_dict": {"state": {0: {"exp_avg": torch.ones(3)}}, "param_groups": []},
            "val_1_loss": np.float64(3.5),
            "val_2_loss": 3.6,
            "val_1_metrics": {"Average across tIoUs": {"METEOR": np.float64(0.109)}},
            "val_2_metrics": {},
            "trg_voc_size": len(weights["emb_C.embedder.weight"]),
        }
        torch.save(content, path, _use_new_zipfile_serialization=zipped)
    return path


def write_proposals(path: Path, network: ProposalNetwork, *, zipped: bool = False) -> Path:
    """A proposal checkpoint as published: no prefix, anchors as numpy's numbers."""
    sizes = network.sizes
    grid = {
        "strides": {name: s.stride for name, s in sizes.items()},
        "pad_feats_up_to": {name: s.steps for name, s in sizes.items()},
    }
    with published_config(H=4, **grid) as config:
        content = {
            "config": config,
            "epoch": 3,
            "model_state_dict": OrderedDict(network.state_dict()),
            "optimizer_state_dict": {"state": {}, "param_groups": []},
            "scheduler_state_dict": None,
            "anchors": {name: [np.float32(a) for a in s.anchors] for name, s in sizes.items()},
            "val_anet_metrics": {},
            "best_metric": np.float64(0.6),
        }
        torch.save(content, path, _use_new_zipfile_serialization=zipped)
    return path


def lower_case(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """I3D's weights by the names of the port that the published features were made with."""
    branches = {"b0": "branch_0", "b1a": "branch_1.0", "b1b": "branch_1.1"}
    branches |= {"b2a": "branch_2.0", "b2b": "branch_2.1", "b3b": "branch_3.1"}
    found = {}
    for name, tensor in weights.items():
        first, *rest = name.split(".")
        rest = [branches.get(part, "batch3d" if part == "bn" else part) for part in rest]
        found[".".join([first[0].lower() + first[1:], *rest])] = tensor
    return found


def published_files(folder: Path, steps: Sizes) -> Files:
    """Everything that `convert` takes: small where the formats allow it, with random weights."""
    torch.manual_seed(0)
    folder.mkdir()
    captioner = CaptioningNetwork(len(WORDS), steps)
    audio = HeadSizes((3, 5), AUDIO.anchors, 0.96, 800, 7)
    video = HeadSizes((1, 3), VIDEO.anchors, 2.56, 300, 7)
    rgb = lower_case(I3d(3).state_dict())
    rgb["conv3d_0c_1x1.conv3d.bias"] = torch.zeros(400)
    torch.save(rgb, folder / "i3d_rgb.pt")
    torch.save(Vggish(hidden=8).state_dict(), folder / "vggish.pth")
    (folder / "words.txt").write_text("\n".join(WORDS) + "\n", encoding="utf-8")
    return Files(
        write_captions(folder / "best_cap_model.pt", captioner.state_dict()),
        write_proposals(folder / "best_prop_model.pt", ProposalNetwork(audio, video, steps)),
        folder / "words.txt",
        folder / "i3d_rgb.pt",
        folder / "vggish.pth",
    )


def converted(folder: Path) -> Path:
    """A folder of weights as `convert` makes it from published files."""
    convert.convert(published_files(folder / "published", SEEING), folder / "events")
    return folder / "events"


def talkative(folder: Path) -> Networks:
    """The networks of a converted folder, which see little of a frame and always say something."""
    networks = weights.opened(folder, torch.device("cpu"))
    # Untrained, the network might end every caption before its first word.
    networks.captioning.generator.linear.bias[3] = -10.0
    return replace(networks, extractor=replace(networks.extractor, crop=CROP))
