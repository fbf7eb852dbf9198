"""VGG11: Simonyan and Zisserman, 2015, configuration A."""

from xpert_evo.design.networks.families import vgg

TITLE = "VGG11"
NETWORK = vgg("vgg11", (64, 128, 256, 256, 512, 512, 512, 512), pool_after=(0, 1, 3, 5))
