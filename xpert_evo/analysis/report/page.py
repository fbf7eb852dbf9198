"""The page: one file that works without a network, and is the same for the same run."""

from __future__ import annotations

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from xpert_evo.analysis.report.content import MOST_GENERATIONS, page_content, script_json
from xpert_evo.analysis.report.found import Found
from xpert_evo.analysis.report.sensitivity import CONFIDENCE
from xpert_evo.analysis.words import nought, one, scales
from xpert_evo.hardware.quantities import quantity_of
from xpert_evo.search.objectives import in_words
from xpert_evo.version import __version__
from xpert_evo.whole import write_whole

REPORT_FILE = "report.html"
FOLDER = Path(__file__).parent / "explorer"
SCRIPTS = (  # in the order of their use
    *("base", "drawing", "scatter", "axes", "table", "design", "breakdown"),
    *("parallel", "genes", "learned", "start"),
)

_WORD = re.compile(r"([A-Za-z0-9._-]*[A-Za-z0-9])")


def write_report(found: Found, path: Path) -> None:
    """Writes the page; the same findings give the same page."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    ids = set(found.table["id"])
    page = environment.get_template("page.html.jinja").render(
        found=found,
        sentences=[linked(sentence.replace("+-", "±"), ids) for sentence in found.sentences],
        content=script_json(page_content(found)),
        trainings=found.table["accuracy_key"].nunique() if found.whole else 0,
        generations=MOST_GENERATIONS,
        plane=in_words(found.plane),
        cost=quantity_of(found.plane[1]),
        back=in_words(found.plane).replace("error", "accuracy"),
        scales=scales(found.plane),
        one=one(found.plane),
        nought=nought(found.plane, "that baseline's"),
        confidence=f"{100 * CONFIDENCE:.0f}",
        style=_asset("page.css"),
        scripts=[_asset(f"{name}.js") for name in SCRIPTS],
        plotly=Markup(get_plotlyjs()),
        version=__version__,
    )
    write_whole(path, page)


def linked(sentence: str, ids: set[str]) -> list[tuple[str, bool]]:
    """A sentence in pieces, and whether each is the id of a design."""
    pieces = [piece for piece in _WORD.split(sentence) if piece]
    joined: list[tuple[str, bool]] = []
    for piece in pieces:
        known = piece in ids
        if joined and not known and not joined[-1][1]:
            joined[-1] = (joined[-1][0] + piece, False)
        else:
            joined.append((piece, known))
    return joined


def _asset(name: str) -> Markup:
    """A file of ours, as it is."""
    return Markup((FOLDER / name).read_text(encoding="utf-8"))
