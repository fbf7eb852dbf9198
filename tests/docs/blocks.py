"""The blocks of the documentation's pages, and what the comments above them say is to be done with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md"))
RUN_LANGUAGES = ("sh", "python")

_BLOCK = re.compile(
    r"(?:^<!-- (?P<mark>[^>]*) -->\n)?^```(?P<language>\w+)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL
)
_PAGE_MARK = re.compile(r"^<!-- (given|needs): (.+?) -->$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block.

    Attributes:
        mark: the comment above it; empty where there is none.
        language: as its fence names it.
    """

    mark: str
    language: str
    code: str

    @property
    def slow(self) -> bool:
        """Whether it is run by the stress tests alone."""
        return self.mark.startswith("run: slow")

    @property
    def leaves(self) -> str | None:
        """A run's folder that the block makes, for those below it."""
        return self.mark.partition("leaves ")[2] or None

    @property
    def file(self) -> str | None:
        """The name of the file that the block is."""
        return self.mark.removeprefix("file: ") if self.mark.startswith("file: ") else None

    @property
    def runs(self) -> bool:
        """Whether it is to be run at all."""
        return self.mark == "run" or self.slow


@dataclass(frozen=True)
class Page:
    """A page's blocks from top to bottom.

    Attributes:
        given: folders of finished runs that it goes on from.
        needs: data sets without which its commands can't run.
    """

    blocks: tuple[Block, ...]
    given: tuple[str, ...]
    needs: tuple[str, ...]


def read_page(name: str) -> Page:
    """A page of `docs/`."""
    return parsed((ROOT / "docs" / name).read_text(encoding="utf-8"))


def parsed(text: str) -> Page:
    """The blocks of a page's text."""
    blocks = [Block(found["mark"] or "", found["language"], found["code"]) for found in _BLOCK.finditer(text)]
    marks = _PAGE_MARK.findall(text)
    of_page = {kind: tuple(value for other, value in marks if other == kind) for kind in ("given", "needs")}
    return Page(tuple(blocks), of_page["given"], of_page["needs"])


def commands(code: str) -> list[str]:
    """The lines of a block of shell, continued ones joined; loops are one command."""
    if code.startswith("for "):
        return [code]
    return [line for line in code.replace("\\\n", " ").splitlines() if line.strip() and not line.startswith("#")]
