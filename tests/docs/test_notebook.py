"""The notebook in `examples/` runs from top to bottom, and is kept without output."""

from __future__ import annotations

import nbformat
import pytest
from nbclient import NotebookClient

from tests.docs.blocks import ROOT

NOTEBOOKS = sorted(path.name for path in (ROOT / "examples").glob("*.ipynb"))


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs(name):
    path = ROOT / "examples" / name
    notebook = nbformat.read(path, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert cells and not any(cell.outputs or cell.execution_count for cell in cells)
    resources = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources=resources).execute()
    kinds = {kind for cell in cells for output in cell.outputs for kind in output.get("data", {})}
    assert {"image/png", "text/html"} <= kinds
