"""Hypervolume against evaluations and against seconds, a row a problem."""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from xpert_evo.analysis.style import STYLE, foot, save

LOOKS = {  # colour, line style
    "surrogate": ("#d55e00", "-"),
    "halving": ("#d55e00", ":"),
    "factored": ("#0072b2", "-"),
    "nsga2": ("#0072b2", "--"),
    "random": ("#999999", "-"),
    "two-phase": ("#009e73", "-"),
    "optuna-nsga2": ("#cc79a7", "--"),
    "optuna-tpe": ("#cc79a7", "-"),
    "botorch": ("#e69f00", "-"),
}


def draw(table: pd.DataFrame, path: Path) -> None:
    problems = list(table["problem"].unique())
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(
            len(problems), 2, figsize=(11, 4.2 * len(problems)), sharey="row", squeeze=False, layout="constrained"
        )
        for row, problem in zip(axes, problems, strict=True):
            here = table[table["problem"] == problem]
            for axis, against in zip(row, ("evaluations", "seconds"), strict=True):
                _panel(axis, here, against)
            row[0].set(title=problem, xlabel="distinct accuracies asked for", ylabel="hypervolume (error, log EDAP)")
            row[1].set(title=problem, xlabel="seconds: trainings on one thread and the method's own", xscale="log")
        lines = {line.get_label(): line for axis in axes.flat for line in axis.get_lines()}
        figure.legend(lines.values(), lines.keys(), loc="outside upper center", ncols=4, frameon=False)
        seeds = table["seed"].nunique()
        foot(figure, f"median of {seeds} seeds, band: quartiles · preset xpert-rram · chip · differential")
        save(figure, path)


def _panel(axis: plt.Axes, table: pd.DataFrame, against: str) -> None:
    for method, (colour, line) in LOOKS.items():
        runs = [run for _, run in table[table["method"] == method].groupby("seed")]
        if not runs:
            continue
        if against == "evaluations":
            grid = np.arange(1, max(run["evaluations"].max() for run in runs) + 1)
        else:
            grid = np.geomspace(min(run[against].min() for run in runs), max(run[against].max() for run in runs), 200)
        # What a run had reached by then; nothing before its first
        reached = np.array(
            [
                np.concatenate([[0.0], run["hypervolume"]])[np.searchsorted(run[against], grid, side="right")]
                for run in runs
            ]
        )
        low, middle, high = np.quantile(reached, [0.25, 0.5, 0.75], axis=0)
        axis.plot(grid, middle, color=colour, ls=line, lw=2.4 if method == "surrogate" else 1.4, label=method)
        axis.fill_between(grid, low, high, color=colour, alpha=0.12, lw=0)
    axis.set_ylim(bottom=0)
