"""Small folders of Tiny ImageNet's layout, and what tests do with them."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from xpert_evo.data import tinyimagenet
from xpert_evo.errors import InputError

WNIDS = ["n03", "n01", "n02"]  # as in the original, not sorted
VAL = {"val_2": "n02", "val_10": "n01", "val_7": "n02"}  # in an order that neither names nor numbers have


def jpeg(seed: int, *, size: tuple[int, int] = (64, 64), mode: str = "RGB") -> bytes:
    shape = (size[1], size[0], 3) if mode == "RGB" else (size[1], size[0])
    image = Image.fromarray(np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG")
    return buffer.getvalue()


def decoded(content: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB")).transpose(2, 0, 1)


def write_original(folder: Path) -> Path:
    """Three classes with two training images each, three val images; one of each part is grey."""
    (folder / "val" / "images").mkdir(parents=True)
    (folder / "wnids.txt").write_text("\n".join(WNIDS) + "\n")
    for number, wnid in enumerate(WNIDS):
        images = folder / "train" / wnid / "images"
        images.mkdir(parents=True)
        for k in (0, 10):
            mode = "L" if (wnid, k) == ("n01", 10) else "RGB"
            (images / f"{wnid}_{k}.JPEG").write_bytes(jpeg(10 * number + k, mode=mode))
        (folder / "train" / wnid / f"{wnid}_boxes.txt").write_text("")
    rows = []
    for name, wnid in VAL.items():
        k = int(name.removeprefix("val_"))
        (folder / "val" / "images" / f"{name}.JPEG").write_bytes(jpeg(k, mode="L" if k == 7 else "RGB"))
        rows.append(f"{name}.JPEG\t{wnid}\t0\t0\t63\t63\n")
    (folder / "val" / "val_annotations.txt").write_text("".join(rows))
    return folder


def assert_refused(folder: Path, train: bool, *words: str) -> str:
    """Reads a part that can't be read: the message, which is one line and has these words."""
    with pytest.raises(InputError) as error:
        tinyimagenet.read(folder, train=train, classes=3)
    message = str(error.value)
    assert "\n" not in message
    for word in words:
        assert word in message
    return message
