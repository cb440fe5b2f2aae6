"""Teaching, stopping and going on: four photos, a network of a few thousand weights."""

from pathlib import Path

import pytest
import torch

from tests.unit.captioner.tiny_networks import (
    CAPTIONS,
    WORDING,
    photos,
    writing,
)
from training.captioner.writing import Describer, written


class Interrupting(list):
    """Views of photos that are taken away after so many looks, as when a run is stopped."""

    looks = 0

    def __init__(self, views: list, last: int) -> None:
        super().__init__(views)
        self._last = last

    def __getitem__(self, view):
        self.looks += 1
        if self.looks > self._last:
            raise KeyboardInterrupt
        return super().__getitem__(view)


def weights(describer: Describer) -> torch.Tensor:
    return torch.cat([p.detach().flatten() for p in describer.parameters()])


def said(describer: Describer) -> list[str]:
    return [WORDING.sentence(line) for line in written(describer, photos()[0])]


def test_four_photos_are_learned_by_heart(tmp_path: Path) -> None:
    run = writing(tmp_path, photos(), epochs=160)
    describer = run.run()
    assert run.history[-1]["taught_loss"] < run.history[0]["taught_loss"] / 2
    assert all(line in pair for line, pair in zip(said(describer), CAPTIONS, strict=True))


def test_a_run_that_was_stopped_ends_as_one_that_was_not(tmp_path: Path) -> None:
    whole = weights(writing(tmp_path / "whole", photos(), epochs=6).run())
    with pytest.raises(KeyboardInterrupt):
        # Four looks an epoch to learn and four to measure: this stops inside the fourth.
        writing(tmp_path / "stopped", Interrupting(photos(), 40), epochs=6).run()
    stopped = writing(tmp_path / "stopped", photos(), epochs=6)
    assert torch.equal(weights(stopped.run()), whole)
    assert len(stopped.history) == 6


def test_a_finished_run_is_not_taught_again(tmp_path: Path) -> None:
    first = weights(writing(tmp_path, photos(), epochs=2).run())
    again = writing(tmp_path, Interrupting(photos(), 0), epochs=2)
    assert torch.equal(weights(again.run()), first)
