"""A convolutional network on mel spectrograms, to measure beside the shipped model.

The layers are those of the third ancestor: two convolutions of 32 filters and two of 128, each pair
with batch normalisation, dropout of 0.2 and max pooling; then 256 and 128 dense units. It learns
what listeners felt and the genre from clips, and valence and arousal from the project's sketches,
both transposed, stretched and masked at random while it learns (Park et al., "SpecAugment", 2019).
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor, nn

from services.audio_features.backends.feeling import GENRES
from services.audio_features.domain import EMOTIONS, Floats

BANDS, FRAMES = 32, 96
"""Size of what is looked at together: 3.84 s, a frame every 40 ms."""

EPOCHS = 30
BATCH = 32
_SHAPE = (len(EMOTIONS), len(GENRES), 2)
_RATE, _DECAY = 2e-3, 1e-3
_MOST_SHIFTED_BANDS, _MOST_STRETCHED, _MOST_MASKED = 2, 0.15, 8


@dataclass(frozen=True, slots=True)
class Example:
    """One sound: log-mels, shape (frames, 32), and what is known of it.

    `emotions`, in standard deviations from the usual, and `genre` are None for sketches,
    `affect` (valence, arousal) is None for clips.
    """

    log_mels: Floats
    emotions: Floats | None = None
    genre: int | None = None
    affect: tuple[float, float] | None = None


class MelNetwork(nn.Module):
    """Log-mels (n, 1, 96, 32), standardised, to 9 emotions, 4 genres, valence and arousal."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            *_pair(1, 32, 4), *_pair(32, 128, 4), nn.Flatten(),
            nn.Linear(128 * (FRAMES // 16) * (BANDS // 16), 256), nn.ReLU(), nn.Dropout(0.2),
            nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, sum(_SHAPE)),
        )  # fmt: skip

    def forward(self, log_mels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Emotions (n, 9), logits of genres (n, 4), valence and arousal (n, 2)."""
        emotions, genres, affect = self.layers(log_mels).split(_SHAPE, dim=1)
        return emotions, genres, affect


def _pair(before: int, filters: int, pool: int) -> list[nn.Module]:
    return [
        nn.Conv2d(before, filters, 3, padding=1), nn.ReLU(),
        nn.Conv2d(filters, filters, 3, padding=1), nn.ReLU(),
        nn.BatchNorm2d(filters), nn.MaxPool2d(pool), nn.Dropout(0.2),
    ]  # fmt: skip


def trained(examples: list[Example], seed: int, epochs: int = EPOCHS) -> MelNetwork:
    """Trains on one random stretch of every example in every epoch; two threads at most."""
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    network = MelNetwork()
    optimizer = torch.optim.AdamW(network.parameters(), _RATE, weight_decay=_DECAY)
    steps = epochs * -(-len(examples) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, _RATE, total_steps=steps)
    network.train()
    for _ in range(epochs):
        for rows in np.array_split(random.permutation(len(examples)), -(-len(examples) // BATCH)):
            batch = [examples[row] for row in rows]
            looked = torch.from_numpy(np.stack([_changed(each.log_mels, random) for each in batch]))
            loss = _loss(network(looked[:, np.newaxis]), batch)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
    return network.eval()


def _changed(log_mels: Floats, random: Generator) -> Floats:
    """A random stretch, at another speed, some bands higher or lower, with a hole in each axis."""
    length = round(FRAMES * random.uniform(1 - _MOST_STRETCHED, 1 + _MOST_STRETCHED))
    start = random.integers(0, max(1, len(log_mels) - length + 1))
    places = np.linspace(start, start + length - 1, FRAMES)
    low = np.clip(places.astype(int), 0, len(log_mels) - 1)
    changed: Floats = standardised(log_mels)[low].copy()
    shift = int(random.integers(-_MOST_SHIFTED_BANDS, _MOST_SHIFTED_BANDS + 1))
    changed = np.roll(changed, shift, axis=1)
    for axis, size in enumerate(changed.shape):
        width = int(random.integers(0, _MOST_MASKED // (axis + 1)))
        first = int(random.integers(0, size - width))
        np.moveaxis(changed, axis, 0)[first : first + width] = 0
    return changed


def standardised(log_mels: Floats) -> Floats:
    """Log-mels about their mean over the sound, in units that are usual for music."""
    return np.asarray((log_mels - log_mels.mean()) / np.float32(2.0), np.float32)


def _loss(outputs: tuple[Tensor, Tensor, Tensor], batch: list[Example]) -> Tensor:
    emotions, genres, affect = outputs
    clips = [row for row, each in enumerate(batch) if each.emotions is not None]
    sketches = [row for row, each in enumerate(batch) if each.affect is not None]
    loss = outputs[0].sum() * 0
    if clips:
        felt = np.stack([each.emotions for each in batch if each.emotions is not None])
        right = torch.tensor([each.genre for each in batch if each.genre is not None])
        loss = loss + nn.functional.mse_loss(emotions[clips], torch.from_numpy(felt))
        loss = loss + 0.3 * nn.functional.cross_entropy(genres[clips], right)
    if sketches:
        meant = torch.tensor([each.affect for each in batch if each.affect is not None])
        loss = loss + 0.5 * nn.functional.mse_loss(affect[sketches], meant)
    return loss


def said(network: MelNetwork, log_mels: Floats) -> tuple[Floats, Floats]:
    """Emotions (9,) and genre probabilities (4,) of a sound: means over half-overlapping looks."""
    whole = standardised(log_mels)
    starts = range(0, max(1, len(whole) - FRAMES + 1), FRAMES // 2)
    looks = np.stack([whole[start : start + FRAMES] for start in starts])
    with torch.inference_mode():
        emotions, genres, _ = network(torch.from_numpy(looks)[:, np.newaxis])
        return emotions.mean(0).numpy(), genres.softmax(1).mean(0).numpy()
