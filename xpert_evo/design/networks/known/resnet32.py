"""ResNet-32 for CIFAR: He et al., 2016, section 4.2, n = 5."""

from xpert_evo.design.networks.families import resnet

TITLE = "ResNet-32"
NETWORK = resnet("resnet32", (16, 32, 64), blocks=5)
