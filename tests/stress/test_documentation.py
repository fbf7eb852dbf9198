"""Every block of the documentation's pages, in a shell, as a reader would: an hour or two, most of it CIFAR-10."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.blocks import PAGES, Page, read_page
from tests.docs.run import write_run
from xpert_evo.data import dataset_info
from xpert_evo.data.registry import load_train
from xpert_evo.errors import InputError

RUN_PAGES = [name for name in PAGES if any(block.runs for block in read_page(name).blocks)]


@pytest.mark.parametrize("name", RUN_PAGES)
def test_a_page_does_what_it_says(name, tmp_path):
    page = read_page(name)
    require_data(page)
    for folder in page.given:
        write_run(tmp_path / folder)
    beside = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{beside}{os.pathsep}{os.environ['PATH']}"}
    for block in page.blocks:
        if block.file:
            (tmp_path / block.file).write_text(block.code, encoding="utf-8")
        elif block.runs:
            interpreter = [sys.executable, "-"] if block.language == "python" else ["bash", "-eu"]
            done = subprocess.run(
                interpreter, input=block.code, text=True, cwd=tmp_path, env=environment, capture_output=True
            )
            assert done.returncode == 0, f"{name}:\n{block.code}\n{done.stderr[-3000:]}"


def require_data(page: Page) -> None:
    """Leaves a page out whose images aren't here; no test downloads any."""
    for dataset in page.needs:
        try:
            load_train(dataset_info(dataset).name, download=False)
        except InputError as error:
            pytest.skip(str(error))
