"""Families of networks that differ in their depths alone."""

from __future__ import annotations

from collections.abc import Sequence

from xpert_evo.design.networks.builder import Builder
from xpert_evo.design.networks.graph import Network


def vgg(name: str, channels: Sequence[int], pool_after: Sequence[int]) -> Network:
    """A chain of 3 x 3 convolutions, a 2 x 2 max-pool behind some of them (Simonyan and Zisserman, 2015).

    Args:
        pool_after: numbers of the convolutions, from 0. Of the original's pools the last one is the network's global
            average.
    """
    build = Builder(name)
    for number, outputs in enumerate(channels):
        build.convolution(outputs)
        build.relu()
        if number in pool_after:
            build.max_pool()
    return build.classified()


def resnet(name: str, channels: Sequence[int], blocks: int) -> Network:
    """Stages of blocks of two 3 x 3 convolutions and a skip path, for images of CIFAR's size (He et al., 2016).

    A convolution of 1 x 1 takes the skip path to a new stage's width (the paper's option B), since widths are searched.

    Args:
        channels: of each stage. blocks: in each stage.
    """
    build = Builder(name)
    build.convolution(channels[0])
    path = build.relu()
    for stage, outputs in enumerate(channels):
        for block in range(blocks):
            stride = 2 if stage and not block else 1
            build.convolution(outputs, of=path, stride=stride)
            build.relu()
            inner = build.convolution(outputs)
            skip = build.convolution(outputs, 1, of=path, stride=stride) if stride > 1 else path
            build.add(inner, skip)
            path = build.relu()
    return build.classified()
