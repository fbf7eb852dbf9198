"""Networks that are a chain: what tables of other tools can hold."""

from __future__ import annotations

from dataclasses import dataclass

from xpert_evo.design.networks.graph import Network
from xpert_evo.design.networks.operations import IMAGE


@dataclass(frozen=True)
class Chain:
    """Same-padded convolutions of stride 1, one after the other, a 2 x 2 max-pool behind some of them.

    Attributes:
        kernel: side of the square kernel of all of them.
        pools: whether a max-pool follows, a layer each.
    """

    network: Network
    kernel: int
    pools: tuple[bool, ...]

    @property
    def name(self) -> str:
        """Of the network."""
        return self.network.name

    @property
    def layers(self) -> int:
        """Number of convolutions."""
        return self.network.layers

    @property
    def smallest_image(self) -> int:
        """Smallest image side."""
        return self.network.smallest_image


def chain_of(network: Network) -> Chain | None:
    """The network as a chain, or None where it is none."""
    kernels = {layer.kernel for layer in network.crossbar_layers}
    ((height, width), *others) = [kernel or (1, 1) for kernel in kernels]
    if others or height != width or height % 2 == 0:
        return None
    around, before, pools = (height // 2, height // 2), IMAGE, []
    for operation in network.operations:
        if operation.kind == "adaptive_average_pool":
            break
        _, stride, padding = operation.window
        if operation.inputs != (before,):
            return None
        if operation.kind == "convolution":
            if (stride, padding, operation.groups or 1) != ((1, 1), around, 1):
                return None
            pools.append(False)
        elif operation.kind == "max_pool" and operation.window == ((2, 2), (2, 2), (0, 0)) and not operation.ceil:
            if not pools or pools[-1]:
                return None
            pools[-1] = True
        elif operation.kind != "relu":
            return None
        before = operation.name
    return Chain(network, height, tuple(pools)) if len(pools) == network.layers else None
