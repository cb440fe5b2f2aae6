"""The folder of weights that `convert` makes: its files, and the networks in them.

captions.safetensors    the captioning network
proposals.safetensors   the proposal network
vocabulary.json         the words, in their order
events.json             anchors, and what tensors do not tell
i3d_rgb.safetensors     the network that sees
vggish.safetensors      the network that hears
i3d_flow.safetensors    optional, both or none: the network that sees movement,
raft.safetensors        and the one that finds it
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor, nn

from services.captioner.backends.bmt.captioning import CaptioningNetwork
from services.captioner.backends.bmt.checkpoint import read_weights
from services.captioner.backends.bmt.extraction import Extractor, FlowNetworks
from services.captioner.backends.bmt.i3d import I3d
from services.captioner.backends.bmt.proposals import ProposalNetwork
from services.captioner.backends.bmt.raft import Raft
from services.captioner.backends.bmt.sizes import (
    AUDIO_STEPS,
    AUDIO_STRIDE,
    PUBLISHED,
    VIDEO_STEPS,
    VIDEO_STRIDE,
    HeadSizes,
    Sizes,
)
from services.captioner.backends.bmt.vggish import Vggish
from services.captioner.backends.bmt.vocabulary import Vocabulary
from services.captioner.backends.bmt.vocabulary import read as read_vocabulary

CAPTIONS, PROPOSALS = "captions.safetensors", "proposals.safetensors"
RGB, FLOW, RAFT = "i3d_rgb.safetensors", "i3d_flow.safetensors", "raft.safetensors"
VGGISH, WORDS, ABOUT = "vggish.safetensors", "vocabulary.json", "events.json"
NEEDED = (CAPTIONS, PROPOSALS, WORDS, ABOUT, RGB, VGGISH)

CONVERT = "python -m services.captioner.backends.bmt.convert --help"
"""How to make the folder."""

_FIRST = "encoder.encoder_AV.layers.0"
_SHOWN = 3

Network = TypeVar("Network", bound=nn.Module)
Shapes = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class About:
    """What no tensor tells: anchors in seconds, heads of attention, grids, epsilons, origins.

    `sources` names the SHA-256 of every file that was converted.
    """

    audio_anchors: tuple[float, ...]
    video_anchors: tuple[float, ...]
    heads: int = PUBLISHED.heads
    audio_stride: float = AUDIO_STRIDE
    video_stride: float = VIDEO_STRIDE
    audio_steps: int = AUDIO_STEPS
    video_steps: int = VIDEO_STEPS
    rgb_epsilon: float = 1e-3
    flow_epsilon: float = 1e-3
    sources: Mapping[str, str] | None = None

    def written(self) -> str:
        """As JSON, the same for the same facts."""
        return json.dumps(asdict(self), indent=1, sort_keys=True) + "\n"


@dataclass(frozen=True, slots=True)
class Networks:
    """Everything that is read from the folder."""

    captioning: CaptioningNetwork
    proposing: ProposalNetwork
    extractor: Extractor
    vocabulary: Vocabulary
    version: str


def opened(folder: Path, device: torch.device) -> Networks:
    """Reads every network of the folder.

    Raises:
        FileNotFoundError: A file is missing; the message says which and how to get it.
        ValueError: A file does not fit the others.
    """
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    if missing:
        raise FileNotFoundError(
            f"VTS_CAPTIONER_EVENTS_PATH ({folder}) lacks {', '.join(missing)}; convert the "
            f"published weights with `{CONVERT}`"
        )
    about = read_about(folder / ABOUT)
    vocabulary = read_vocabulary(folder / WORDS)
    captions = read_weights(folder / CAPTIONS)
    proposals = read_weights(folder / PROPOSALS)
    extractor = Extractor(
        filled(lambda: I3d(3, about.rgb_epsilon), read_weights(folder / RGB)).to(device),
        vggish_network(read_weights(folder / VGGISH)).to(device),
        _flow(folder, about, device),
        device,
    )
    return Networks(
        captioning_network(captions, about, vocabulary).to(device),
        proposal_network(proposals, about).to(device),
        extractor,
        vocabulary,
        (about.sources or {}).get("captions", "unknown")[:12],
    )


def _flow(folder: Path, about: About, device: torch.device) -> FlowNetworks | None:
    if not ((folder / FLOW).is_file() and (folder / RAFT).is_file()):
        return None
    return FlowNetworks(
        filled(Raft, read_weights(folder / RAFT)).to(device),
        filled(lambda: I3d(2, about.flow_epsilon), read_weights(folder / FLOW)).to(device),
    )


def read_about(path: Path) -> About:
    """Reads `events.json`.

    Raises:
        ValueError: It is damaged; the message names it.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        for anchors in ("audio_anchors", "video_anchors"):
            told[anchors] = tuple(float(seconds) for seconds in told[anchors])
        return About(**told)
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"{path} is damaged: {error}") from error


def captioning_network(
    weights: dict[str, Tensor], about: About, vocabulary: Vocabulary
) -> CaptioningNetwork:
    """The captioning network of these weights, whose shapes tell its sizes.

    Raises:
        ValueError: The vocabulary has not as many words as the network, or tensors do not fit.
    """
    shapes = {name: tuple(tensor.shape) for name, tensor in weights.items()}
    sizes = sizes_of(shapes, about.heads)
    words = _shape(shapes, "emb_C.embedder.weight")[0]
    if words != len(vocabulary):
        raise ValueError(
            f"the network knows {words:,} words and the vocabulary {len(vocabulary):,}; "
            "they must come from the same training captions"
        )
    return filled(lambda: CaptioningNetwork(words, sizes), weights)


def proposal_network(weights: dict[str, Tensor], about: About) -> ProposalNetwork:
    """The proposal network of these weights.

    Raises:
        ValueError: Tensors do not fit each other or the anchors.
    """
    shapes = {name: tuple(tensor.shape) for name, tensor in weights.items()}
    audio = _heads(shapes, "A", about.audio_anchors, about.audio_stride, about.audio_steps)
    video = _heads(shapes, "V", about.video_anchors, about.video_stride, about.video_steps)
    sizes = sizes_of(shapes, about.heads)
    return filled(lambda: ProposalNetwork(audio, video, sizes), weights)


def vggish_network(weights: dict[str, Tensor]) -> Vggish:
    """VGGish of these weights.

    Raises:
        ValueError: Tensors do not fit.
    """
    shapes = {name: tuple(tensor.shape) for name, tensor in weights.items()}
    hidden = _shape(shapes, "embeddings.0.weight")[0]
    return filled(lambda: Vggish(hidden), weights)


def sizes_of(shapes: Shapes, heads: int) -> Sizes:
    """Tells a network's sizes from the shapes of its tensors."""
    inner, audio = _shape(shapes, f"{_FIRST}.self_att_M1.linear_Q2d.weight")
    video = _shape(shapes, f"{_FIRST}.self_att_M2.linear_Q2d.weight")[1]
    caption = shapes.get("emb_C.embedder.weight", (0, PUBLISHED.caption))[1]
    # Names are encoder . encoder_AV . layers . number . …
    layers = {name.split(".")[3] for name in shapes if name.startswith("encoder.encoder_AV.")}
    return Sizes(audio, video, caption, inner, heads, len(layers), PUBLISHED.dropout)


def _heads(
    shapes: Shapes, letter: str, anchors: tuple[float, ...], stride: float, steps: int
) -> HeadSizes:
    kernels: list[int] = []
    hidden = 0
    while (name := f"detection_layers_{letter}.{len(kernels)}.conv_layers.0.weight") in shapes:
        hidden, _, kernel = _shape(shapes, name)
        kernels.append(kernel)
    return HeadSizes(tuple(kernels), anchors, stride, steps, hidden)


def _shape(shapes: Shapes, name: str) -> tuple[int, ...]:
    if name not in shapes:
        raise ValueError(f"the weights lack {name}")
    return shapes[name]


def filled(make: Callable[[], Network], weights: dict[str, Tensor]) -> Network:
    """Makes a network of these very tensors, ready to be asked.

    Raises:
        ValueError: Names or shapes differ; the message names the first few.
    """
    with torch.device("meta"):
        network = make()
    expected = network.state_dict()
    for name in expected:
        if name.endswith("num_batches_tracked"):
            # Only training asks for it, and not every file has it.
            weights.setdefault(name, torch.zeros((), dtype=torch.int64))
    wrong = sorted(expected.keys() ^ weights.keys()) or [
        name for name, tensor in weights.items() if tensor.shape != expected[name].shape
    ]
    if wrong:
        shown = ", ".join(wrong[:_SHOWN])
        raise ValueError(f"{len(wrong)} tensors do not fit, among them {shown}")
    network.load_state_dict(weights, assign=True)
    return network.eval().requires_grad_(requires_grad=False)
