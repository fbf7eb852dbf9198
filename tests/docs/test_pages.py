"""What the pages are made of: the reference from the code, links of other folders' documents, drawings."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from types import ModuleType

import pytest
from typer.main import get_command

from tests.docs.blocks import PAGES, ROOT
from xpert_evo.cli.main import app
from xpert_evo.design.design import Design
from xpert_evo.hardware.preset import HardwarePreset
from xpert_evo.workflows.problem import Problem

DOCS = ROOT / "docs"


@pytest.fixture
def hook(monkeypatch):
    """Loads one of the hooks that mkdocs calls."""
    monkeypatch.syspath_prepend(str(DOCS / "hooks"))

    def load(name: str) -> ModuleType:
        return importlib.import_module(name)

    return load


@pytest.fixture
def unmeant(hook):
    """(class, key) of every key that its class doesn't explain, and what the pages explain in their stead."""
    there = set()
    for model in (Problem, HardwarePreset, Design):
        schema = model.model_json_schema()
        for part in (schema, *schema["$defs"].values()):
            for key, value in part["properties"].items():
                if "description" not in value and hook("reference")._class_in(value) is None:
                    there.add((part["title"], key))
    meanings = hook("meanings").MEANINGS
    return there, {(title, key) for title, keys in meanings.items() for key in keys}


def test_every_key_has_a_meaning(unmeant):
    there, explained = unmeant
    assert there - explained == set()


def test_no_meaning_stands_beside_one_in_the_code(unmeant):
    there, explained = unmeant
    assert {(title, key) for title, key in explained - there if key != "layer"} == set()


def test_the_reference_has_every_key_and_its_bounds(hook):
    reference = hook("reference")
    text = reference.toml("xpert_evo.workflows.problem.Problem")
    assert "## `[search.surrogate]`" in text and "## `[space.layer.N]`" in text
    assert "| `width_factor` | number above 0 to 1 | `0.25` | share of each layer's channels it trains |" in text
    assert "| `dataset` | text | needed |" in text
    assert "### `layers[ ]`" in reference.json_object("xpert_evo.design.design.Design")
    assert "| `tech_node_nm` | 32 |" in reference.presets("")


def test_the_reference_has_every_command_and_option(hook):
    text = hook("reference").commands("")
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]  # of a group
        section = text.partition(f"## `xpert-evo {name}`")[2].partition("\n## ")[0]
        assert all(option in section for parameter in command.params for option in parameter.opts), name


def test_links_lead_to_pages_of_the_site_or_become_paths(hook):
    rewritten = hook("documents").rewritten
    pages = {"trust.md", "how-to/data.md", "repository/results/published/search/README.md"}
    assert rewritten("[a](../results/published/search)", "trust.md", pages) == (
        "[a](repository/results/published/search/README.md)"
    )
    assert rewritten("[a](../../../docs/trust.md#b)", "repository/results/published/search/README.md", pages) == (
        "[a](../../../../trust.md#b)"
    )
    assert rewritten("[rooms](../tests/test_structure.py)", "trust.md", pages) == "rooms (`tests/test_structure.py`)"
    for kept in ("[a](https://b.c)", "[a](#b)", "[a](../nowhere.md)", "```\n[a](../results/published/search)\n```"):
        assert rewritten(kept, "trust.md", pages) == kept


def test_every_page_is_in_the_menu():
    menu = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert [page for page in PAGES if not re.search(rf": {re.escape(page)}$", menu, re.MULTILINE)] == []


def test_every_page_says_first_what_it_is_for():
    for page in PAGES:
        _, first = (DOCS / page).read_text(encoding="utf-8").split("\n\n")[:2]
        assert first.startswith("After this page "), page


def test_drawings_are_those_that_are_drawn(tmp_path):
    code = f"import sys; sys.path.insert(0, {str(DOCS / 'pictures' / 'draw')!r}); import pathlib, runpy; " + (
        f"runpy.run_path({str(DOCS / 'pictures' / 'draw' / '__main__.py')!r})['main'](pathlib.Path({str(tmp_path)!r}))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    drawn = {path.name: path.read_text() for path in tmp_path.glob("*.svg")}
    assert drawn == {path.name: path.read_text() for path in (DOCS / "pictures").glob("*.svg")}


def test_the_columns_of_a_front_are_explained(accurate_run):
    explained = (DOCS / "reference" / "files.md").read_text(encoding="utf-8")
    section = explained.partition("## front.csv")[2].partition("\n## ")[0]
    named = set(re.findall(r"`(\w+)`", section))
    columns = (accurate_run / "front.csv").read_text().partition("\n")[0].split(",")
    derived = re.compile(r"xpertsim_|(edap|tops_per_w|tops_per_mm2)_gain_over_(flash|sar)_baseline$")
    assert [column for column in columns if column not in named and not derived.match(column)] == []


def test_files_of_a_run_are_explained(accurate_run):
    explained = (DOCS / "reference" / "files.md").read_text(encoding="utf-8")
    for path in accurate_run.iterdir():
        assert path.name.startswith(".") or f"`{path.name}" in explained, path.name
