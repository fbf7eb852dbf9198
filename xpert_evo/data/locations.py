"""Where data sets are looked for."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

VARIABLE = "XPERT_EVO_DATA"
DEFAULT_ROOT = Path("data")

Say = Callable[[str], None]


def silent(message: str) -> None:
    """A `Say` for callers that want no progress lines."""


def data_roots(root: Path | None) -> list[Path]:
    """Folders to look in, first one first: `root` alone if given, else XPERT_EVO_DATA (if set) and ./data."""
    if root is not None:
        return [root]
    variable = os.environ.get(VARIABLE, "")
    return [Path(variable).expanduser(), DEFAULT_ROOT] if variable else [DEFAULT_ROOT]


def find_folder(root: Path | None, names: Sequence[str]) -> Path | None:
    """The first folder with one of these names under the roots, or None."""
    candidates = (parent / name for parent in data_roots(root) for name in names)
    return next((folder for folder in candidates if folder.is_dir()), None)


def where_looked(root: Path | None, names: Sequence[str]) -> str:
    """Half a sentence for messages: 'no folder x in a (XPERT_EVO_DATA) or data'."""
    if root is not None:
        places = str(root)
    elif os.environ.get(VARIABLE):
        places = f"{data_roots(None)[0]} ({VARIABLE}) or {Path.cwd() / DEFAULT_ROOT}"
    else:
        places = f"{Path.cwd() / DEFAULT_ROOT} ({VARIABLE} is not set)"
    return f"no folder {' or '.join(names)} in {places}"
