import pandas as pd

from xpert_evo.analysis.failures import failure_sentences


def rows(*rows: tuple[str, str | None]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["status", "error"])


def test_nothing_is_said_where_all_went_well():
    assert failure_sentences(rows(("ok", None), ("ok", None))) == []


def test_the_machine_is_told_apart_from_the_designs():
    failed, lost, again = failure_sentences(
        rows(
            ("ok", None),
            ("failed", "Diverged: the loss is nan"),
            ("failed", "Diverged: the loss is nan"),
            ("lost", "lost 3 times: MemoryError"),
            ("ok", "tried again after: its process died (signal SIGKILL)"),
        )
    )
    assert failed == "2 designs can't be trained and count as infeasible: Diverged: the loss is nan (2 times)."
    assert lost.startswith("1 training got no answer from the machine") and "--resume asks again" in lost
    assert again.endswith("after the machine had failed: tried again after: its process died (signal SIGKILL).")


def test_many_reasons_are_cut():
    (line,) = failure_sentences(rows(*(("failed", f"reason {number}") for number in range(5))))
    assert line.endswith("reason 2 and others.") and line.count("reason") == 3
