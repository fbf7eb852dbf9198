"""Two searches that took equally long, their fronts judged by one common, longer training.

    make pareto DATASET=cifar10 PRESET=quick OUT=results/ours
    xpert-evo search problems/cifar10.toml --preset quick --set search.algorithm=nsga2 --out results/plain
    xpert-evo promote results/ours --designs 8 --factor 4    # and so for the other
    python -m benchmarks.search.equal_time results/ours results/plain --out results/published/search-equal-time

Every front's most valuable designs are trained longer by `promote`, with the baselines and equal seeds. The picture and
the hypervolumes are of those figures; hypervolumes of the searches' own accuracies stand beside them.
"""

import argparse
import json
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from xpert_evo.analysis.indicators import hypervolume, unit_square
from xpert_evo.analysis.style import STYLE, foot, log_x, save
from xpert_evo.data import dataset_info
from xpert_evo.hardware.quantities import QUANTITIES
from xpert_evo.workflows.results import load_run

COLOURS = ("#d55e00", "#0072b2", "#009e73")


def promoted(run: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A run's designs that were trained longer, and its baselines of them; a column `longer`, in percent."""
    table = pd.read_csv(run / "promoted.csv", dtype={"id": str})
    table["longer"] = 100 * table["promoted_accuracy"]
    baselines = table["baseline"].notna()
    return table[~baselines], table[baselines]


def facts(run: Path, baseline_edap: float) -> dict[str, float | str | int]:
    """A row of the table: what a run cost and how good its front is."""
    problem = load_run(run).problem
    record = json.loads((run / "run.json").read_text())
    classes = dataset_info(problem.dataset).classes
    front, _ = promoted(run)
    search = pd.read_csv(run / "front.csv")

    def area(accuracy: pd.Series, edap: pd.Series) -> float:
        points = unit_square(1 - accuracy.to_numpy(), edap.to_numpy(), classes=classes, baseline_edap=baseline_edap)
        return hypervolume(points)

    return {
        "run": run.name,
        "algorithm": problem.search.algorithm,
        "seed": record["seed"],
        "trainings": record["counts"]["distinct_trainings"],
        "seconds": record["seconds"],
        "overhead_share": record["overhead_share"],
        "designs_trained_longer": len(front),
        "hypervolume_proxy": area(search["accuracy"], search["edap_pj_ns_um2"]),
        "hypervolume_proxy_repeated": area(search["repeated_accuracy"], search["edap_pj_ns_um2"]),
        "hypervolume_longer": area(front["promoted_accuracy"], front["edap_pj_ns_um2"]),
    }


def draw(runs: list[Path], path: Path, epochs: float) -> None:
    with plt.rc_context(STYLE):
        figure, axis = plt.subplots(figsize=(7.5, 5), layout="constrained")
        for run, colour in zip(runs, COLOURS, strict=False):
            front, baselines = promoted(run)
            problem = load_run(run).problem
            front = front.sort_values("edap_pj_ns_um2")
            axis.errorbar(
                front["edap_pj_ns_um2"] * 1e-21,
                front["longer"],
                yerr=100 * front["promoted_standard_error"],
                fmt="o",
                color=colour,
                label=problem.search.algorithm,
            )
            best = np.maximum.accumulate(front["longer"].to_numpy())
            axis.step(front["edap_pj_ns_um2"] * 1e-21, best, where="post", color=colour, lw=1)
        axis.plot(baselines["edap_pj_ns_um2"] * 1e-21, baselines["longer"], "k*", ms=11, ls="", label="baselines")
        log_x(axis)
        axis.set(xlabel=QUANTITIES["edap_pj_ns_um2"].directed, ylabel=f"accuracy, trained for {epochs:.0f} epochs (%)")
        axis.legend(frameon=False)
        foot(figure, f"{problem.dataset} · bars: standard error of the images")
        save(figure, path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    _, baselines = promoted(arguments.runs[0])
    flash = float(baselines.loc[baselines["baseline"] == "flash", "edap_pj_ns_um2"].iloc[0])
    table = pd.DataFrame([facts(run, flash) for run in arguments.runs])
    table.to_csv(arguments.out / "equal_time.csv", index=False, float_format="%.4g")
    draw(arguments.runs, arguments.out / "equal_time.png", float(baselines["promoted_epochs"].iloc[0]))
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
