"""MobileNetV2 for images of CIFAR's size: Sandler et al., 2018, table 2, where the first two strides are 1."""

from xpert_evo.design.networks.builder import Builder
from xpert_evo.design.networks.graph import Network

# Of each row of the table: expansion, outputs, blocks, stride of the first
_BLOCKS = ((1, 16, 1, 1), (6, 24, 2, 1), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))


def _network() -> Network:
    build = Builder("mobilenetv2")
    build.convolution(32)
    build.relu6()
    inputs = 32
    for expansion, outputs, blocks, first_stride in _BLOCKS:
        for block in range(blocks):
            path, stride, inner = build.last, 1 if block else first_stride, expansion * inputs
            if expansion > 1:
                build.convolution(inner, 1)
                build.relu6()
            build.convolution(inner, stride=stride, groups=inner)
            build.relu6()
            narrow = build.convolution(outputs, 1)
            if stride == 1 and inputs == outputs:
                build.add(narrow, path)
            inputs = outputs
    build.convolution(1280, 1)
    build.relu6()
    return build.classified()


TITLE = "MobileNetV2"
NETWORK = _network()
