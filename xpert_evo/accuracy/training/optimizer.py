"""Muon: momentum whose update of a weight matrix is orthogonalised; much faster than SGD on short budgets.

Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024. Batch normalisation follows every
convolution, so only the direction of its weights counts: they are held at a constant norm, which takes the place
of weight decay.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import Tensor

# The odd quintic whose iteration takes singular values of 0.01 to 1 into about 0.7..1.2 (Jordan et al.).
_QUINTIC = (3.4445, -4.7750, 2.0315)
_ITERATIONS = 4


class Muon:
    """Nesterov momentum; convolutions' updates orthogonalised, everything else's as they are.

    It isn't one of `torch.optim`, whose first optimiser in a process loads torch's compiler: 1.4 s and 150 MB a worker.

    Attributes:
        learning_rate: of a convolution, the update's norm beside weights of norm sqrt(C_out).
        velocities: of every parameter, of its shape; None until its first gradient.
    """

    def __init__(self, parameters: Iterable[Tensor], *, learning_rate: float, momentum: float) -> None:
        """Those with four dimensions, (C_out, C_in, k, k), count as convolutions."""
        self.learning_rate, self.momentum = learning_rate, momentum
        self._parameters = list(parameters)
        self.velocities: list[Tensor | None] = [None] * len(self._parameters)

    def zero_grad(self) -> None:
        """Forgets all gradients."""
        for parameter in self._parameters:
            parameter.grad = None

    @torch.no_grad()
    def step(self) -> None:
        """Updates every parameter that has a gradient."""
        for number, parameter in enumerate(self._parameters):
            if parameter.grad is None:
                continue
            velocity = self.velocities[number]
            if velocity is None:
                velocity = self.velocities[number] = torch.zeros_like(parameter)
            velocity.mul_(self.momentum).add_(parameter.grad)
            update = parameter.grad.add(velocity, alpha=self.momentum)
            if parameter.ndim == 4:
                parameter.mul_(len(parameter) ** 0.5 / parameter.norm().clamp_(min=1e-12))
                update = orthogonalised(update.flatten(1)).view_as(parameter)
            parameter.add_(update, alpha=-self.learning_rate)

    def state_dict(self) -> dict[str, Any]:
        """All that is needed to go on, as those of `torch.optim` have it: checkpoints of earlier versions do."""
        group = {"lr": self.learning_rate, "momentum": self.momentum, "params": list(range(len(self._parameters)))}
        known = {
            number: {"momentum": velocity} for number, velocity in enumerate(self.velocities) if velocity is not None
        }
        return {"state": known, "param_groups": [group]}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Goes on from a state of the same parameters."""
        (group,) = state["param_groups"]
        self.learning_rate, self.momentum = group["lr"], group["momentum"]
        self.velocities = [None] * len(self._parameters)
        for number, known in state["state"].items():
            self.velocities[number] = known["momentum"].to(self._parameters[number].device)


def orthogonalised(matrix: Tensor) -> Tensor:
    """About U V^T of a matrix U S V^T, (m, n) -> (m, n).

    The iteration runs on the smaller Gram matrix and is applied to the matrix once, at the end: the same
    polynomials as the usual form, several times cheaper for wide matrices.
    """
    a, b, c = _QUINTIC
    tall = matrix.shape[0] > matrix.shape[1]
    x = matrix.T if tall else matrix
    x = x / x.norm().clamp(min=1e-12)
    gram = x @ x.T
    product = None
    for _ in range(_ITERATIONS):
        factor = torch.addmm(gram, gram, gram, beta=b, alpha=c)
        factor.diagonal().add_(a)
        gram = factor @ gram @ factor
        product = factor if product is None else factor @ product
    result = product @ x
    return result.T if tall else result
