"""Where data sets are looked for."""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from xpert_evo.data.folders import exists, list_folder
from xpert_evo.errors import InputError

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


def find_folder(root: Path | None, names: Sequence[str], contents: Sequence[str]) -> Path | None:
    """The folder of a data set, or None.

    In each of the roots it is the root itself, or a folder of the root, or one in a folder of the root.

    Args:
        root: as in `data_roots`.
        names: what the folder may be called, the preferred one first.
        contents: files and folders that it holds when complete. One that holds none of them is taken from the
            root alone, where an emptied folder should be named and not passed over.

    Raises:
        InputError: a root can't be looked into.
    """
    found = (_find_in(place, names, contents) for place in data_roots(root))
    return next((folder for folder in found if folder is not None), None)


def _find_in(root: Path, names: Sequence[str], contents: Sequence[str]) -> Path | None:
    def is_filled(folder: Path) -> bool:
        return any(exists(folder / name) for name in contents)

    if is_filled(root) and {root.name, root.resolve().name} & set(names):
        return root
    for folder in (root / name for name in names):
        if exists(folder) and folder.is_dir():
            inner = folder / folder.name  # an archive extracted into a folder of its own name
            return inner if not is_filled(folder) and is_filled(inner) else folder
    neighbours, _ = list_folder(root)
    for folder in (neighbour / name for name in names for neighbour in neighbours):
        with suppress(InputError):  # most neighbours hold other things: one may be closed
            if is_filled(folder):
                return folder
    return None


def where_looked(root: Path | None, names: Sequence[str]) -> str:
    """Half a sentence for messages: 'no folder x in a, nor one with its files a level down'."""
    if root is not None:
        places = str(root)
    elif os.environ.get(VARIABLE):
        places = f"{data_roots(None)[0]} ({VARIABLE}) or {Path.cwd() / DEFAULT_ROOT}"
    else:
        places = f"{Path.cwd() / DEFAULT_ROOT} ({VARIABLE} is not set)"
    return f"no folder {' or '.join(names)} in {places}, nor one with its files a level down"
