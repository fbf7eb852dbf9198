"""xpert-evo plot: widths, formats, and one line for what is neither."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from xpert_evo.cli.main import main


def run(monkeypatch, capsys, *arguments: object) -> tuple[int, str, str]:
    """Exit code, standard output and error output of one command."""
    monkeypatch.setattr(sys, "argv", ["xpert-evo", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    captured = capsys.readouterr()
    return int(ended.value.code or 0), captured.out, captured.err


NAMES = {
    "fronts",
    "accuracy_vs_edap",
    "accuracy_vs_tops_per_w",
    "accuracy_vs_tops_per_mm2",
    "convergence",
    "design_knee",
}


def test_pictures_are_written_as_wide_as_they_are_asked_for(monkeypatch, capsys, finished_run, tmp_path):
    """Of a run as it is published: without its store."""
    left = shutil.ignore_patterns("plots", "store.sqlite*")
    folder = shutil.copytree(finished_run, tmp_path / "run", ignore=left)
    code, out, _ = run(monkeypatch, capsys, "plot", folder, "--width", "89mm", "--format", "svg", "--json")
    written = json.loads(out)
    assert code == 0 and len(written) == 6 and {Path(path).stem for path in written} == NAMES
    assert {path.name for path in (folder / "plots").iterdir()} == {path.rpartition("/")[2] for path in written}
    assert 'width="252' in (folder / "plots/fronts.svg").read_text()[:2000]  # 89 mm in points


@pytest.mark.parametrize(
    "wrong",
    [("--width", "0in"), ("--width", "wide"), ("--format", "bmp"), ("--format", "png,,pdf"), ("--width", "-3in")],
)
def test_wrong_widths_and_formats_are_one_line(monkeypatch, capsys, finished_run, wrong):
    code, out, error = run(monkeypatch, capsys, "plot", finished_run, "=".join(wrong))
    assert code == 2 and out == ""
    assert error.count("\n") == 1 and error.startswith(f"xpert-evo: {wrong[0]} ") and "valid" in error
