"""VGG8 as the field's hardware studies use it on CIFAR-10: six convolutions of 128 to 512 channels and a linear layer
before the classifier."""

from xpert_evo.design.networks.builder import Builder
from xpert_evo.design.networks.graph import Network


def _network() -> Network:
    build = Builder("vgg8")
    for number, outputs in enumerate((128, 128, 256, 256, 512, 512)):
        build.convolution(outputs)
        build.relu()
        if number % 2:
            build.max_pool()
    build.flatten()
    build.linear(1024)
    build.relu()
    return build.classified(pooled=False)


TITLE = "VGG8"
NETWORK = _network()
