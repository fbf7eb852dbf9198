"""VGG16: Simonyan and Zisserman, 2015, configuration D."""

from xpert_evo.design.networks.families import vgg

TITLE = "VGG16"
NETWORK = vgg("vgg16", (64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512), pool_after=(1, 3, 6, 9))
