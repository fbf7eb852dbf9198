import json
import sys

from benchmarks import record


def squared(number: int) -> dict[str, int]:
    return {"number": number, "square": number**2}


def test_rows_come_in_the_tasks_order_with_the_time_left(capsys):
    rows = record.side_by_side(squared, [3, 1, 2], "squares")
    assert rows == [squared(3), squared(1), squared(2)]
    assert "3 of 3 squares, about 0 minutes left" in capsys.readouterr().out


def test_a_record_names_command_date_and_machine(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["x", "--out", "here"])
    record.write_run(tmp_path, "benchmarks.question", seed=1)
    written = json.loads((tmp_path / "run.json").read_text())
    assert written["command"] == "python -m benchmarks.question --out here" and written["seed"] == 1
    assert written["date"] and "cores" in written["machine"]
