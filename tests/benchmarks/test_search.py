import numpy as np
import pandas as pd
import pytest

from benchmarks.search.play import trajectory
from benchmarks.search.summary import at, evaluations_until, summary
from benchmarks.search.tabular import genes_of, repeat_deviation


def test_a_trajectory_counts_distinct_keys_and_leaves_out_what_is_infeasible():
    evaluations = pd.DataFrame(
        {
            "accuracy_key": ["a", "a", "b", "x", "c", "d"],
            "accuracy": [0.1, 0.1, 0.9, np.nan, 0.5, 0.7],
            "feasible": [1, 1, 0, 0, 1, 1],
            "generation": [1, 1, 1, 1, 2, 2],
        }
    )
    seconds = pd.Series({"a": 10.0, "b": 20.0, "c": 30.0, "d": 40.0})

    history = trajectory(
        evaluations, seconds, {1: 0.5, 2: 1.5}, budget=3, score=lambda designs: float(designs["accuracy"].max())
    )

    assert history["evaluations"].tolist() == [1, 2, 3]
    assert history["hypervolume"].tolist() == [0.1, 0.1, 0.5]
    assert history["seconds"].tolist() == [10.5, 30.5, 61.5]


def test_summary_says_when_ours_matches_the_others():
    def runs(method, values):
        return pd.DataFrame(
            {
                "problem": "p",
                "method": method,
                "seed": 1,
                "evaluations": range(1, 11),
                "hypervolume": values,
                "seconds": 1.0,
                "overhead_seconds": 2.0,
            }
        )

    table = pd.concat([runs("ours", np.arange(10) * 0.1), runs("other", np.arange(10) * 0.02)])

    rows = summary(table, 10, ours="ours").set_index("method")

    assert rows.loc["other", "final"] == pytest.approx(0.18)
    assert rows.loc["other", "ours_matches_after"] == 3
    assert rows.loc["ours", "at_a_fifth"] == pytest.approx(0.1)
    assert evaluations_until(table[table["method"] == "other"], 0.5) == np.inf
    assert at(table[table["method"] == "ours"], 100) == pytest.approx(0.9)


def test_keys_are_read_back_and_noise_is_pooled_over_repeats():
    assert genes_of(pd.Series(["16-32|3-4|8-2"])).tolist() == [[4.0, 5.0, 3.0, 4.0, 8.0, 2.0]]
    table = pd.DataFrame(
        {
            "key": ["a", "a", "a", "b", "b"],
            "replicate": [0, 1, 2, 1, 2],
            "accuracy": [0.9, 0.5, 0.52, 0.3, 0.3],
        }
    )
    assert repeat_deviation(table) == pytest.approx((0.0002 / 2) ** 0.5)
