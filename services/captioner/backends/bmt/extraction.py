"""Watches and hears a file: frames and sound in, rows of features out."""

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from services.captioner.backends.bmt import i3d, logmel, vggish
from services.captioner.backends.bmt.decoding import Decoder
from services.captioner.backends.bmt.features import Features
from services.captioner.backends.bmt.flow import flow_of, quantised
from services.captioner.backends.bmt.i3d import I3d
from services.captioner.backends.bmt.raft import Raft
from services.captioner.backends.bmt.sizes import MAX_SECONDS
from services.captioner.backends.bmt.vggish import Vggish
from services.captioner.backends.bmt.windows import windows
from services.captioner.domain import Pixels, UnreadableMedia
from services.captioner.streams import FRAMES_PER_SECOND

_EXAMPLES = 16
_LEAST_SHARE = 0.9
"""The share of the promised frames that a whole file has; headers round."""


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
        self, decoder: Decoder, path: Path, demuxer: str, carry_on: Callable[[], None]
    ) -> Watched:
        """Watches the first 768 s; calls `carry_on` before every window, which may raise.

        Raises:
            UnreadableMedia: It cannot be opened, or holds no picture that can be decoded.
            MediaTooLarge: A frame has too many pixels.
            ServiceError: Nothing can be decoded at the moment.
        """
        promised = decoder.seconds(path, demuxer)
        frames = _Counted(decoder.frames(path, demuxer))
        with closing(frames):
            rows = [self._next(window, carry_on) for window in windows(frames)]
        if not rows:
            raise UnreadableMedia("holds no picture that can be decoded")
        with closing(decoder.sound(path, demuxer)) as sound:
            audio = self._heard(logmel.examples(sound))
        seen, shown = frames.count / FRAMES_PER_SECOND, min(promised, MAX_SECONDS)
        cut = seen < _LEAST_SHARE * shown - 1.0
        seconds = seen if cut else max(seen, shown)
        rgb, flow = (torch.stack(stream) for stream in zip(*rows, strict=True))
        watched = Features(rgb, flow, audio, seconds)
        return Watched(watched, truncated=cut or promised > MAX_SECONDS)

    def _next(self, window: list[Pixels], carry_on: Callable[[], None]) -> tuple[Tensor, Tensor]:
        carry_on()
        return self.row(window)

    @torch.inference_mode()
    def row(self, window: list[Pixels]) -> tuple[Tensor, Tensor]:
        """The features of one window, of pictures and of flow: (1024,) each."""
        frames = torch.from_numpy(np.stack(window)).to(self.device).permute(0, 3, 1, 2).float()
        pictures = self._cropped(frames[:-1]) * 2 / 255 - 1
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

    def __init__(self, frames: Generator[Pixels, None, None]) -> None:
        self._frames = frames
        self.count = 0

    def __iter__(self) -> Iterator[Pixels]:
        for frame in self._frames:
            self.count += 1
            yield frame

    def close(self) -> None:
        """Ends what they come from."""
        self._frames.close()
