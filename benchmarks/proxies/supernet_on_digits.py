"""How a supernet ranks the designs of a first population on digits, beside trainings of each, and what both take.

python -m benchmarks.proxies.supernet_on_digits --out results/published/supernet-digits
"""

import time
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from benchmarks import record
from benchmarks.record import as_published
from xpert_evo.accuracy.estimators.base import Estimator
from xpert_evo.design.design import Design
from xpert_evo.search.algorithms import Task
from xpert_evo.search.candidates.evolved import AccuracyGenes
from xpert_evo.search.candidates.rank_correlation import rank_correlation
from xpert_evo.search.evaluation import accuracy_key, training_seed
from xpert_evo.search.figures import hardware_columns
from xpert_evo.search.objectives import violations
from xpert_evo.search.records.budget import Budget
from xpert_evo.workflows.estimator import proxy_estimator
from xpert_evo.workflows.resources import Resources

SEED, DESIGNS = 7, 40
EPOCHS = (5, 10, 20)  # of the supernets
FIRST, SECOND = "training", "training, other seed"


def population() -> list[Design]:
    """What the quick preset's search would begin with, were it larger."""
    problem = as_published("problems/digits.toml")
    hardware, space = problem.hardware.load(), problem.search_space()
    constraints = [constraint for constraint in problem.search.parsed_constraints() if not constraint.needs_training]
    evolved = AccuracyGenes(space, hardware, problem.search)
    task = Task(
        space,
        hardware,
        problem.search,
        lambda designs: (violations(hardware_columns(hardware, designs), constraints) <= 0).all(axis=1),
        SEED,
        Budget.of(problem.search),
    )
    designs = evolved.genomes.decode(task.first(evolved, DESIGNS))
    return [designs.design(row) for row in range(len(designs))]


def estimator(*overrides: str) -> Estimator:
    problem = as_published("problems/digits.toml", overrides=overrides)
    return proxy_estimator(problem, Resources(), seed=SEED)


def scored(proxy: Estimator, designs: list[Design], replicate: int) -> list[tuple[float, float]]:
    """Accuracy and seconds of processor time of each design."""
    rows = []
    for number, design in enumerate(designs, start=1):
        began = time.process_time()
        accuracy = proxy.estimate(design, training_seed(SEED, accuracy_key(design), replicate)).accuracy
        rows.append((accuracy, time.process_time() - began))
        print(f"{number} of {len(designs)} designs", end="\r", flush=True)
    return rows


def main() -> None:
    out: Path = record.parser(__doc__).parse_args().out
    torch.set_num_threads(1)
    designs, own = population(), estimator()
    columns = {FIRST: scored(own, designs, 0), SECOND: scored(own, designs, 1)}
    for epochs in EPOCHS:
        shared = estimator("proxy.estimator=supernet", f"proxy.supernet_epochs={epochs}")
        columns[f"supernet, {epochs} epochs"] = scored(shared, designs, 0)  # the first one waits for the weights
    measured = np.array([accuracy for accuracy, _ in columns[FIRST]])
    rows = []
    for name, pairs in columns.items():
        scores, seconds = np.array(pairs).T
        agreement = rank_correlation(scores, measured, SEED)
        rows.append(
            {
                "estimator": name,
                "tau_with_training": None if name == FIRST else agreement.tau,
                "low": None if name == FIRST else agreement.low,
                "high": None if name == FIRST else agreement.high,
                "least": scores.min(),
                "most": scores.max(),
                "seconds_a_design": seconds[1:].mean(),
                "seconds_once": seconds[0] - seconds[1:].mean() if name.startswith("supernet") else 0.0,
            }
        )
    table = pd.DataFrame(rows)
    out.mkdir(parents=True, exist_ok=True)
    table.to_csv(out / "summary.csv", index=False, float_format="%.3f")
    frame = pd.DataFrame({name: [accuracy for accuracy, _ in pairs] for name, pairs in columns.items()})
    frame.insert(0, "key", [accuracy_key(design) for design in designs])
    frame.to_csv(out / "scores.csv", index=False)
    record.write_run(
        out, "benchmarks.proxies.supernet_on_digits", seed=SEED, intervals="90 % of resamples of the designs"
    )
    print(table.to_string(index=False, float_format="%.3f"))


if __name__ == "__main__":
    main()
