"""Convolutions as Timeloop problems (version 0.4), a YAML file each: what Timeloop and CiMLoop call a workload."""

from __future__ import annotations

from pathlib import Path

from xpert_evo.design.design import Design
from xpert_evo.design.designs import stack
from xpert_evo.export.templates import render


def dimensions(design: Design) -> list[dict[str, int]]:
    """The loop bounds of every convolution, by Timeloop's names.

    N images, C input channels, M output channels, P x Q output pixels (before a pool), R x S the kernel; inputs are
    padded. Where it isn't 1, the stride; where there are several groups, G of them, C and M being of one.
    """
    batch = stack([design])
    sizes = batch.sizes
    columns = zip(
        batch.input_channels[0],
        batch.channels[0],
        sizes.outputs,
        sizes.kernel_height,
        sizes.kernel_width,
        sizes.stride,
        batch.groups[0],
        strict=True,
    )
    bounds = []
    for inputs, outputs, size, height, width, stride, groups in (map(int, column) for column in columns):
        shared = {"N": 1, "C": inputs // groups, "M": outputs // groups, "P": size, "Q": size, "R": height, "S": width}
        strides = {"Hstride": stride, "Wstride": stride} if stride > 1 else {}
        bounds.append({**shared, **({"G": groups} if groups > 1 else {}), **strides})
    return bounds


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
