"""A plain network as an ONNX file, run in onnxruntime before anybody relies on it."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import torch
from torch import nn

from xpert_evo.errors import InputError

TOLERANCE = 1e-4  # largest difference of a logit from torch's
_NEEDED = ("onnx", "onnxruntime", "onnxscript")
_IMAGES = 4  # that both compute; the number of images is free, so it isn't the one that was traced


def require_onnx() -> None:
    """Looks whether the optional extra is installed.

    Raises:
        InputError: it isn't.
    """
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise InputError(f"--onnx: {', '.join(missing)} isn't installed; pip install xpert-evo[onnx]")


def write_onnx(network: nn.Module, path: Path, *, image: tuple[int, int, int], seed: int = 0) -> float:
    """Writes a network in evaluation mode, input `images` (N, C, H, W), output `logits`, and compares.

    Args:
        image: channels, height, width.
        seed: of the random images that both are given.

    Returns:
        The largest difference of the logits that onnxruntime and torch compute.

    Raises:
        RuntimeError: it is above `TOLERANCE`.
    """
    import onnxruntime

    images = torch.rand(_IMAGES, *image, generator=torch.Generator().manual_seed(seed))
    torch.onnx.export(
        network,
        (images[:2],),
        path,
        input_names=["images"],
        output_names=["logits"],
        dynamic_shapes=({0: torch.export.Dim("N")},),
        dynamo=True,
        external_data=False,
        verbose=False,
    )
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    (computed,) = session.run(None, {"images": images.numpy()})
    with torch.no_grad():
        difference = float((network(images) - torch.from_numpy(computed)).abs().max())
    if not difference <= TOLERANCE:
        raise RuntimeError(f"{path}: onnxruntime's logits differ from torch's by {difference:.2g}, above {TOLERANCE:g}")
    return difference
