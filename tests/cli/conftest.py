"""The command line takes no estimator: here one takes the place of every proxy."""

import sys

import pytest

from tests.conftest import FormulaEstimator
from xpert_evo.cli.main import main


@pytest.fixture
def estimator(monkeypatch) -> FormulaEstimator:
    """Takes the place of proxy training in `search` and `promote`."""
    formula = FormulaEstimator()
    for workflow in ("search", "promotion"):
        monkeypatch.setattr(f"xpert_evo.workflows.{workflow}.proxy_estimator", lambda *_, **__: formula)
    return formula


@pytest.fixture
def run(monkeypatch, capsys):
    """Runs one command; gives exit code, standard output and error output."""

    def command(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["xpert-evo", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        return int(ended.value.code or 0), captured.out, captured.err

    return command
