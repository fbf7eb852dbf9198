"""export --force: an earlier export is replaced, and nothing else ever."""

import json
import sys

import pytest

from xpert_evo.cli.main import main


@pytest.fixture
def export(monkeypatch, capsys, finished_run, without_pictures):
    """Exports from a run; gives exit code and error output."""

    def command(*arguments: object) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["xpert-evo", "export", str(finished_run), *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0), capsys.readouterr().err

    return command


def design_of(folder) -> str:
    return json.loads((folder / "design.json").read_text())["id"]


def test_an_earlier_export_is_replaced_and_what_is_beside_it_stays(export, tmp_path):
    to = tmp_path / "chosen"
    assert export("--to", to, "--pick", "knee")[0] == 0
    before = design_of(to)
    (to / "training").mkdir()
    (to / "training" / "checkpoint.safetensors").write_text("three hours of work")
    (to / "network.onnx").write_text("of the earlier export")

    code, said = export("--to", to, "--pick", "best-edap@0")
    assert code == 2 and "--force" in said and design_of(to) == before
    assert export("--to", to, "--pick", "best-edap@0", "--force")[0] == 0

    assert design_of(to) != before and not (to / "network.onnx").exists()
    assert (to / "training" / "checkpoint.safetensors").read_text() == "three hours of work"
    assert json.loads((to / "metrics.json").read_text())["id"] == design_of(to)


@pytest.mark.parametrize("content", [{"notes.txt": "mine"}, {"metrics.json": "{}", "design.json": "{}"}])
def test_anything_else_is_left_alone(export, tmp_path, content):
    to = tmp_path / "mine"
    to.mkdir()
    for name, text in content.items():
        (to / name).write_text(text)
    for picks in ((), ("--pick", "knee", "--pick", "best-edap@0")):
        code, said = export("--to", to, "--force", *picks)
        assert code == 2 and "in use" in said
    assert {path.name: path.read_text() for path in to.iterdir()} == content


def test_several_designs_replace_several(export, tmp_path):
    picks = ("--pick", "knee", "--pick", "best-edap@0", "--to", tmp_path / "two")
    assert export(*picks)[0] == 0
    assert export(*picks)[0] == 2
    assert export(*picks, "--force", "--csv", tmp_path / "t.csv")[0] == 0
    assert len(list((tmp_path / "two").iterdir())) == 2
    assert (tmp_path / "t.csv").read_text().count("\n") == 3
