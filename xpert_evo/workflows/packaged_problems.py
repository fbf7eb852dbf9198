"""The problem files that come with the package: `problems/` of a checkout, inside the package where it is installed."""

from __future__ import annotations

from pathlib import Path

from xpert_evo.errors import InputError, did_you_mean

_PACKAGE = Path(__file__).parents[1]


def problem_files() -> dict[str, Path]:
    """Paths by name."""
    inside = _PACKAGE / "problems"  # of a wheel
    folder = inside if inside.is_dir() else _PACKAGE.parent / "problems"
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}


def problem_file(name: str) -> Path:
    """The path of one of them.

    Raises:
        InputError: there is none of this name.
    """
    files = problem_files()
    if name not in files:
        raise InputError(f"--problem {name}: unknown; valid are {', '.join(files)}{did_you_mean(name, files)}")
    return files[name]
