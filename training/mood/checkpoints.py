"""What a training run keeps after every epoch, so that a second one goes on from there."""

from dataclasses import dataclass

import torch
from torch import nn

from training.mood.states import CACHE


def finished(name: str, network: nn.Module, epochs: int) -> bool:
    """Whether all epochs were done before; if so the network is as the last one left it."""
    path = CACHE / f"{name}.pt"
    if not path.exists():
        return False
    kept = torch.load(path, weights_only=True)
    if kept["epochs"] < epochs:
        return False
    network.load_state_dict(kept["network"])
    print(f"{name}: finished before", flush=True)
    return True


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """A network with all that its training goes on from, under `build/mood`."""

    name: str
    network: nn.Module
    optimizer: torch.optim.Optimizer
    schedule: torch.optim.lr_scheduler.LRScheduler

    def resumed(self) -> int:
        """Takes up what was kept; how many epochs were done, 0 if nothing was kept."""
        path = CACHE / f"{self.name}.pt"
        if not path.exists():
            return 0
        kept = torch.load(path, weights_only=True)
        for part, state in self._parts().items():
            state.load_state_dict(kept[part])
        print(f"{self.name}: going on after epoch {kept['epochs']}", flush=True)
        return int(kept["epochs"])

    def keep(self, epochs: int) -> None:
        """Writes everything at once, so that a run killed while it writes loses one epoch."""
        kept = {part: state.state_dict() for part, state in self._parts().items()}
        part = CACHE / f"{self.name}.part"
        torch.save(kept | {"epochs": epochs}, part)
        part.rename(CACHE / f"{self.name}.pt")

    def _parts(
        self,
    ) -> dict[str, nn.Module | torch.optim.Optimizer | torch.optim.lr_scheduler.LRScheduler]:
        return {"network": self.network, "optimizer": self.optimizer, "schedule": self.schedule}
