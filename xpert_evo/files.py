"""Folders that a user names."""

from __future__ import annotations

from pathlib import Path

from xpert_evo.errors import InputError


def require_unused(folder: Path) -> None:
    """Looks whether a folder can be written.

    Raises:
        InputError: there is something in it.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder}: is in use; name a new folder")
