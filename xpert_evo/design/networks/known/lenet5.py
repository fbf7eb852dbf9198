"""A network like LeNet-5 (LeCun et al., 1998) with ReLUs and max-pools, for grey images of 8 pixels a side and more."""

from xpert_evo.design.networks.builder import Builder
from xpert_evo.design.networks.graph import Network


def _network() -> Network:
    build = Builder("lenet5", image_channels=1)
    for outputs in (6, 16):
        build.convolution(outputs, 5)
        build.relu()
        build.max_pool()
    build.flatten()
    for outputs in (120, 84):
        build.linear(outputs)
        build.relu()
    return build.classified(pooled=False)


TITLE = "LeNet-5"
NETWORK = _network()
