"""ResNet-18 with a stem of one 3 x 3 convolution, for images of CIFAR's size: He et al., 2016."""

from xpert_evo.design.networks.families import resnet

TITLE = "ResNet-18"
NETWORK = resnet("resnet18", (64, 128, 256, 512), blocks=2)
