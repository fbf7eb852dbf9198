"""ResNet-20 for CIFAR: He et al., 2016, section 4.2, n = 3."""

from xpert_evo.design.networks.families import resnet

TITLE = "ResNet-20"
NETWORK = resnet("resnet20", (16, 32, 64), blocks=3)
