"""Layer geometry of the networks that are searched. A backbone is a list of convolutions and pools."""

from dataclasses import dataclass

import numpy as np

from xpert_evo.errors import InputError, did_you_mean


@dataclass(frozen=True)
class Backbone:
    """A chain of stride-1, same-padded convolutions with 2 x 2 max-pools between some of them.

    Attributes:
        name: registry key.
        channels: output channels of the standard network, one a convolution.
        pool_after: 0-based indices of the convolutions that a 2 x 2 max-pool follows.
        kernel: side of the square kernel.
    """

    name: str
    channels: tuple[int, ...]
    pool_after: tuple[int, ...]
    kernel: int = 3

    @property
    def layers(self) -> int:
        """Number of convolutions."""
        return len(self.channels)

    @property
    def smallest_image(self) -> int:
        """Smallest image side that leaves at least one pixel after the last pool."""
        return 2 ** len(self.pool_after)

    def pools(self) -> np.ndarray:
        """Bool (L,): whether a max-pool follows the layer."""
        return np.isin(np.arange(self.layers), self.pool_after)

    def input_sizes(self, image_size: int) -> np.ndarray:
        """Unpadded input side of every layer, int64 (L,).

        Raises:
            InputError: the image is too small for the backbone's pools.
        """
        if image_size < self.smallest_image:
            raise InputError(
                f"image.size: {image_size} is too small for {self.name}, which pools {len(self.pool_after)} "
                f"times; the smallest is {self.smallest_image}"
            )
        pools_before = np.concatenate([[0], np.cumsum(self.pools())[:-1]])
        return image_size // 2**pools_before

    def multiplied(self, channels: np.ndarray) -> np.ndarray:
        """Whether channels (P, L) are a uniform multiple of the standard ones, clipped at the narrowest, bool (P,)."""
        standard = np.array(self.channels)
        width = channels[:, -1:] / standard[-1]
        multiple = np.maximum(standard * width, channels.min(axis=1, keepdims=True))
        return (channels == multiple).all(axis=1)

    def input_channels(self, channels: np.ndarray, image_channels: int) -> np.ndarray:
        """Input channels of every layer: the previous layer's output channels.

        Args:
            channels: output channels, (..., L).
            image_channels: channels of the image.

        Returns:
            Same shape and dtype as `channels`.
        """
        first = np.full_like(channels[..., :1], image_channels)
        return np.concatenate([first, channels[..., :-1]], axis=-1)


_VGG16_CHANNELS = (64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512)

BACKBONES = {
    # Simonyan and Zisserman, 2015, configuration D; the fifth pool is the network's global pooling.
    "vgg16": Backbone("vgg16", _VGG16_CHANNELS, pool_after=(1, 3, 6, 9)),
}


def backbone(name: str) -> Backbone:
    """The backbone of that name.

    Raises:
        InputError: there is none.
    """
    if name not in BACKBONES:
        instead = did_you_mean(name, BACKBONES)
        raise InputError(f"backbone: {name!r} is unknown; valid are {', '.join(BACKBONES)}{instead}")
    return BACKBONES[name]
