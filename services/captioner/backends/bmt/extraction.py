"""Watches and hears a file: frames and sound in, rows of features out."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from services.captioner.backends.bmt import decoding, i3d, logmel, vggish
from services.captioner.backends.bmt.features import Features
from services.captioner.backends.bmt.flow import flow_of, quantised
from services.captioner.backends.bmt.i3d import I3d
from services.captioner.backends.bmt.raft import Raft
from services.captioner.backends.bmt.sizes import MAX_SECONDS
from services.captioner.backends.bmt.vggish import Vggish
from services.captioner.backends.bmt.windows import STEP, windows
from services.captioner.domain import Pixels, UnreadableMedia

_EXAMPLES = 16


@dataclass(frozen=True, slots=True)
class FlowNetworks:
    """What finds the flow, and what makes features of it."""

    raft: Raft
    i3d: I3d


@dataclass(frozen=True, slots=True)
class Watched:
    """The features of a file, and whether it goes on after, or ends before, what they tell of."""

    features: Features
    truncated: bool


@dataclass(frozen=True, slots=True)
class Extractor:
    """The networks that see and hear; without `flow` its rows are 0.

    Holds one window of 65 frames and its features at a time, however long the file.
    """

    rgb: I3d
    audio: Vggish
    flow: FlowNetworks | None
    device: torch.device
    crop: int = i3d.SIDE

    @torch.inference_mode()
    def watch(
        self, path: Path, demuxer: str, max_pixels: int, carry_on: Callable[[], None]
    ) -> Watched:
        """Watches the first 768 s; calls `carry_on` before every window, which may raise.

        Raises:
            UnreadableMedia: It cannot be opened, or holds no picture that can be decoded.
            MediaTooLarge: A frame has more than `max_pixels`.
        """
        header = decoding.header(path, demuxer)
        frames = _Counted(decoding.frames(path, demuxer, MAX_SECONDS, max_pixels))
        rows = [self._row(window, carry_on) for window in windows(frames)]
        if not rows:
            raise UnreadableMedia("holds no picture that can be decoded")
        audio = self._heard(logmel.examples(decoding.sound(path, demuxer, MAX_SECONDS)))
        seen = frames.count / decoding.FRAMES_PER_SECOND
        cut = seen < min(header.seconds, MAX_SECONDS) * 0.9 - 1.0
        seconds = seen if cut else max(seen, min(header.seconds, MAX_SECONDS))
        rgb, flow = (torch.stack(stream) for stream in zip(*rows, strict=True))
        watched = Features(rgb, flow, audio, seconds)
        return Watched(watched, truncated=cut or header.seconds > MAX_SECONDS)

    def _row(self, window: list[Pixels], carry_on: Callable[[], None]) -> tuple[Tensor, Tensor]:
        carry_on()
        frames = torch.from_numpy(np.stack(window)).to(self.device).permute(0, 3, 1, 2).float()
        pictures = self._cropped(frames[:STEP]) * 2 / 255 - 1
        rgb = self.rgb(pictures.transpose(0, 1).unsqueeze(0))[0]
        if self.flow is None:
            return rgb, torch.zeros_like(rgb)
        moved = quantised(self._cropped(flow_of(self.flow.raft, frames)))
        return rgb, self.flow.i3d(moved.transpose(0, 1).unsqueeze(0))[0]

    def _cropped(self, frames: Tensor) -> Tensor:
        top, left = ((side - self.crop) // 2 for side in frames.shape[-2:])
        return frames[..., top : top + self.crop, left : left + self.crop]

    def _heard(self, examples: Iterable[logmel.Floats]) -> Tensor:
        rows: list[Tensor] = []
        waiting: list[logmel.Floats] = []
        for example in examples:
            waiting.append(example)
            if len(waiting) == _EXAMPLES:
                rows.append(self._embedded(waiting))
                waiting = []
        if waiting:
            rows.append(self._embedded(waiting))
        return torch.cat(rows) if rows else torch.zeros(1, vggish.FEATURES, device=self.device)

    def _embedded(self, examples: list[logmel.Floats]) -> Tensor:
        embedded: Tensor = self.audio(torch.from_numpy(np.stack(examples)).to(self.device))
        return embedded


class _Counted:
    """Frames, and how many of them came."""

    def __init__(self, frames: Iterable[Pixels]) -> None:
        self._frames = frames
        self.count = 0

    def __iter__(self) -> Iterator[Pixels]:
        for frame in self._frames:
            self.count += 1
            yield frame
