"""Convolutions as Timeloop problems (version 0.4), a YAML file each: what Timeloop and CiMLoop call a workload."""

from __future__ import annotations

from pathlib import Path

from xpert_evo.design.backbones import backbone
from xpert_evo.design.designs import Design
from xpert_evo.export.templates import render


def dimensions(design: Design) -> list[dict[str, int]]:
    """The loop bounds of every convolution, by Timeloop's names.

    N images, C input channels, M output channels, P x Q output pixels (before a pool), R x S the kernel. Strides are
    one and inputs are padded to P + R - 1 by Q + S - 1.
    """
    shape, channels = backbone(design.backbone), design.gene("channels")
    sizes = shape.input_sizes(design.image.size).tolist()
    inputs = (design.image.channels, *channels[:-1])
    return [
        {"N": 1, "C": before, "M": after, "P": size, "Q": size, "R": shape.kernel, "S": shape.kernel}
        for before, after, size in zip(inputs, channels, sizes, strict=True)
    ]


def write_workload(design: Design, folder: Path) -> list[Path]:
    """Writes a file a convolution into a folder, first to last, and returns their paths."""
    folder.mkdir()
    paths = []
    for number, (layer, bounds) in enumerate(zip(design.layers, dimensions(design), strict=True), start=1):
        path = folder / f"convolution_{number:02d}.yaml"
        text = render(
            "convolution.yaml.jinja",
            identity=design.named().id,
            number=number,
            count=len(design.layers),
            layer=layer,
            bounds=bounds,
        )
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return paths
