"""AdamW whose state is tensors by name, so that it can be kept without a pickle."""

import torch
from torch import nn

_MOMENTS = ("step", "exp_avg", "exp_avg_sq")


class Optimiser:
    """AdamW over the parameters of a network; biases and norms do not decay.

    Args:
        network: What learns.
        decay: The weight decay of matrices.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        self._named = {name: each for name, each in network.named_parameters()}  # noqa: C416
        matrices = [each for each in self._named.values() if each.dim() > 1]
        others = [each for each in self._named.values() if each.dim() <= 1]
        groups = [
            {"params": matrices, "weight_decay": decay},
            {"params": others, "weight_decay": 0.0},
        ]
        self._adam = torch.optim.AdamW(groups, lr=0.0)

    def step(self, rate: float) -> None:
        """Follows the gradients, clipped to a norm of 1, and forgets them."""
        torch.nn.utils.clip_grad_norm_(self._named.values(), 1.0)
        for group in self._adam.param_groups:
            group["lr"] = rate
        self._adam.step()
        self._adam.zero_grad()

    def tensors(self) -> dict[str, torch.Tensor]:
        """The moments of each parameter, as `name.moment`."""
        return {
            f"{name}.{moment}": self._adam.state[each][moment]
            for name, each in self._named.items()
            for moment in _MOMENTS
            if each in self._adam.state
        }

    def restore(self, tensors: dict[str, torch.Tensor]) -> None:
        """Takes up moments that were kept."""
        for name, each in self._named.items():
            if f"{name}.step" in tensors:
                self._adam.state[each] = {
                    moment: tensors[f"{name}.{moment}"] for moment in _MOMENTS
                }
        for each in self._named.values():
            state = self._adam.state.get(each)
            if state:
                # AdamW counts steps on the processor, wherever the parameter is.
                state["step"] = state["step"].cpu()
