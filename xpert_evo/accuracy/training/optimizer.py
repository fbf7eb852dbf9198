"""Muon: momentum whose update of a weight matrix is orthogonalised; much faster than SGD on short budgets.

Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024. Batch normalisation follows every
convolution, so only the direction of its weights counts: they are held at a constant norm, which takes the place
of weight decay.
"""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

# The odd quintic whose iteration takes singular values of 0.01 to 1 into about 0.7..1.2 (Jordan et al.).
_QUINTIC = (3.4445, -4.7750, 2.0315)
_ITERATIONS = 4


class Muon(torch.optim.Optimizer):
    """Nesterov momentum; convolutions' updates orthogonalised, everything else's as they are.

    Args:
        parameters: those with four dimensions, (C_out, C_in, k, k), count as convolutions.
        lr: learning rate; of a convolution, the update's norm beside weights of norm sqrt(C_out).
        momentum: Nesterov momentum.
    """

    def __init__(self, parameters: Iterable[Tensor], *, lr: float, momentum: float) -> None:
        super().__init__(parameters, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> None:  # type: ignore[override]  # returns no loss
        """Updates every parameter that has a gradient."""
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                state = self.state[parameter]
                if not state:
                    state["momentum"] = torch.zeros_like(parameter)
                velocity = state["momentum"].mul_(group["momentum"]).add_(parameter.grad)
                update = parameter.grad.add(velocity, alpha=group["momentum"])
                if parameter.ndim == 4:
                    parameter.mul_(len(parameter) ** 0.5 / parameter.norm().clamp_(min=1e-12))
                    update = orthogonalised(update.flatten(1)).view_as(parameter)
                parameter.add_(update, alpha=-group["lr"])


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
