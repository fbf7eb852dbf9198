"""Where a command looks for its images."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from xpert_evo.data.images import Images
from xpert_evo.data.listener import NOBODY, ImageListener
from xpert_evo.data.registry import load_test, load_train
from xpert_evo.data.settings import ImageSettings


@dataclass(frozen=True)
class ImageSource:
    """Where data sets are looked for; see `registry.load_train`. Not where images of the user's own are.

    Attributes:
        root: folder of the data sets, or of one; None: XPERT_EVO_DATA, then ./data.
        download: whether a data set found nowhere may be downloaded.
    """

    root: Path | None = None
    download: bool = True

    def train(self, name: str, *, own: ImageSettings | None = None, listener: ImageListener = NOBODY) -> Images:
        """The training images of a data set."""
        return load_train(name, root=self.root, download=self.download, own=own, listener=listener)

    def test(self, name: str, *, own: ImageSettings | None = None, listener: ImageListener = NOBODY) -> Images:
        """The test images of a data set, for final figures only: no search and no choice may look at them."""
        return load_test(name, root=self.root, download=self.download, own=own, listener=listener)
