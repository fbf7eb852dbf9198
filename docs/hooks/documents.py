"""Documents that lie elsewhere in the repository become pages, and links between all of them lead somewhere.

Pages link as they do in the repository, by relative paths: `../results/published/search/README.md`. Where the target
is a document or a picture it is part of the site, below `repository/`; another file of the repository becomes its
path. A link to what isn't there stays as it is, and a strict build fails on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from posixpath import dirname, join, normpath, relpath

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = (
    "results/README.md",
    "results/published/*/README.md",
    "results/published/*/tables.md",
    "results/published/**/*.csv",
    "results/published/**/*.png",
    "benchmarks/README.md",
    "benchmarks/search/cifar10_trainings.csv",
    "xpert_evo/hardware/README.md",
    "xpert_evo/accuracy/README.md",
)
MOUNT = "repository"
LINK = re.compile(r"(!?)\[([^\[\]]*)\]\(([^)\s]+)\)")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the documents of other folders."""
    for pattern in DOCUMENTS:
        for path in sorted(ROOT.glob(pattern)):
            place = path.relative_to(ROOT).as_posix()
            files.append(File.generated(config, f"{MOUNT}/{place}", abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Turns links that leave `docs/` into links of the site."""
    return rewritten(markdown, page.file.src_uri, {file.src_uri for file in files})


def rewritten(markdown: str, page: str, pages: set[str]) -> str:
    """The text of a page with its links made links of the site.

    Args:
        page: where it lies in the site, `/` between folders.
        pages: all that is in the site.
    """
    here = in_repository(page)

    def change(match: re.Match[str]) -> str:
        mark, text, target = match.groups()
        path, anchor, fragment = target.partition("#")
        if "://" in target or not path:
            return match.group()
        place = normpath(join(dirname(here), path))
        for candidate in (place, f"{place}/README.md"):
            if in_site(candidate) in pages:
                return f"{mark}[{text}]({relpath(in_site(candidate), dirname(page) or '.')}{anchor}{fragment})"
        if not (ROOT / place).exists() or place.startswith("docs/"):
            return match.group()
        return f"`{place}`" if text.strip("`") in (place, path) else f"{text} (`{place}`)"

    return "".join(part if is_code else LINK.sub(change, part) for is_code, part in _parts(markdown))


def in_repository(page: str) -> str:
    """The path in the repository of what the site calls `page`."""
    return page.removeprefix(f"{MOUNT}/") if page.startswith(f"{MOUNT}/") else f"docs/{page}"


def in_site(place: str) -> str:
    """The reverse."""
    return place.removeprefix("docs/") if place.startswith("docs/") else f"{MOUNT}/{place}"


def _parts(markdown: str) -> Iterator[tuple[bool, str]]:
    """The text in pieces, those between fences and those inside: whether it is code, and the piece."""
    end = 0
    for fence in FENCE.finditer(markdown):
        yield False, markdown[end : fence.start()]
        yield True, fence.group()
        end = fence.end()
    yield False, markdown[end:]
