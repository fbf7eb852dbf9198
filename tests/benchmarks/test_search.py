import json

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit
from scipy.stats import kendalltau

from benchmarks.search.full_size import FullSizeTable, plain_genes
from benchmarks.search.play import trajectory
from benchmarks.search.summary import at, evaluations_until, summary
from benchmarks.search.tabular import genes_of, repeat_deviation
from xpert_evo.workflows.problem_file import load_problem


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
        evaluations,
        seconds,
        {1: 0.5, 2: 1.5},
        {1: (0, 0), 2: (0, 0)},
        budget=3,
        score=lambda designs: float(designs["accuracy"].max()),
    )

    assert history["evaluations"].tolist() == [1, 2, 3]
    assert history["hypervolume"].tolist() == [0.1, 0.1, 0.5]
    assert history["seconds"].tolist() == [10.5, 30.5, 61.5]


def test_shorter_trainings_count_before_the_whole_ones_of_their_generation():
    evaluations = pd.DataFrame(
        {"accuracy_key": ["a", "b", "c"], "accuracy": [0.1, 0.9, 0.5], "feasible": 1, "generation": [1, 2, 2]}
    )
    seconds = pd.Series({"a": 10.0, "b": 20.0, "c": 30.0})

    history = trajectory(
        evaluations, seconds, {1: 0, 2: 0}, {1: (4.0, 8.0), 2: (4.5, 9.0)}, budget=7, score=lambda _: 1.0
    )

    assert history["evaluations"].tolist() == [5, 6.5]
    assert history["seconds"].tolist() == [18, 39]


def drawn(count, seed):
    space = load_problem("problems/cifar10.toml", preset="full-size").search_space()
    return space.decode(space.sample(count, np.random.default_rng(seed)))


def test_the_full_size_table_ranks_others_at_both_lengths_as_far_as_what_it_learned_agrees(tmp_path):
    known, generator = drawn(48, seed=1), np.random.default_rng(2)
    noise = generator.multivariate_normal([0, 0], [[0.04, 0.02], [0.02, 0.02]], len(known)).T
    odds = 0.8 * known.adc_bits.mean(axis=1) - 2
    short, long = expit(odds - 1 + noise[0]), expit(odds + noise[1])
    designs = [known.design(row).named() for row in range(len(known))]
    ids, texts = [design.id for design in designs], [json.dumps(design.to_json()) for design in designs]
    pd.DataFrame({"task": ids, "accuracy": long, "processor_seconds": 80.0, "design": texts}).to_csv(
        tmp_path / "reference.csv", index=False
    )
    names = [f"full-size/{identity}" for identity in ids] + ["quick/else"]
    pd.DataFrame({"task": names, "score": [*short, 0.5], "seconds": 10.0}).to_csv(tmp_path / "proxies.csv", index=False)

    table, others = FullSizeTable.fitted(tmp_path), drawn(100, seed=3)
    found = np.array(
        [
            [each.estimate(design, seed=1).accuracy for each in (table.of_epochs(1), table)]
            for design in map(others.design, range(len(others)))
        ]
    )

    assert plain_genes(others).shape == (100, 21)
    assert (found[:, 0] < found[:, 1]).all() and table.of_epochs(1).seconds[0] == 10
    truth = others.adc_bits.mean(axis=1)
    assert kendalltau(truth, found[:, 1]).statistic > 0.5
    alike = np.corrcoef((logit(found) - 0.8 * truth[:, None]).T)[0, 1]
    assert 0.3 < alike < 0.95  # 0.71 of what it learned from
    design = others.design(0)
    assert table.estimate(design, seed=1) == table.estimate(design, seed=2)


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
