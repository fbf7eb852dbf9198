"""Trained weights kept on disk, so that designs of the same depths share one training."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

MOST_BYTES = 2**29  # a hundred and more quarter-width VGG16


class WeightStore:
    """A folder of weights by what they were trained for; the least recently used go where they become too many.

    Several processes may use a folder at a time: files appear whole, and one that is damaged is as good as none.

    Args:
        folder: made when something is put there.
        most_bytes: that files may take together.
    """

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        self.folder, self.most_bytes = folder.absolute(), most_bytes  # workers elsewhere have another current folder

    def get(self, trained_for: Mapping[str, Any]) -> dict[str, Tensor] | None:
        """The tensors that were put there for the same, on the CPU, or None."""
        path = self._path(trained_for)
        try:
            tensors = load_file(path)
            os.utime(path)
        except (OSError, SafetensorError):
            return None
        return tensors

    def put(self, trained_for: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> None:
        """Keeps tensors, and drops others where that is needed.

        Args:
            trained_for: plain values, as JSON takes them.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self._path(trained_for)
        unfinished = path.with_suffix(f".{os.getpid()}")
        save_file({name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}, unfinished)
        unfinished.replace(path)
        self._drop_beyond_bound(path)

    def _drop_beyond_bound(self, newest: Path) -> None:
        there = []
        for path in self.folder.glob("*.safetensors"):
            try:
                facts = path.stat()
            except FileNotFoundError:  # another process dropped it
                continue
            there.append((path == newest, facts.st_mtime_ns, facts.st_size, path))
        total = 0
        for _, _, size, path in sorted(there, reverse=True):
            total += size
            if total > self.most_bytes and path != newest:
                path.unlink(missing_ok=True)

    def _path(self, trained_for: Mapping[str, Any]) -> Path:
        text = json.dumps(trained_for, sort_keys=True)
        return self.folder / f"{hashlib.sha256(text.encode()).hexdigest()[:24]}.safetensors"
