"""Search algorithms at equal budgets of distinct accuracy evaluations: hypervolume of (error, EDAP).

    pip install -e ".[bench]"
    python -m benchmarks.search --out results/published/search

Problems: `digits`, trained for real (one deterministic accuracy an accuracy key, shared by all methods, on disk);
`tabular`, a model of committed CIFAR-10 trainings with noise; and where it is asked for `full-size`, one of the
full-size reference (`benchmarks.proxies.full_size`), whose trainings have two lengths: `halving` is played there alone.
A unit of the budget is a distinct accuracy key that a method asks for, or as many epochs of shorter trainings; asking
again is free. Constraints are those of the problems' presets: what needs no training to be ruled out isn't trained and
costs nothing; designs below the accuracy bound cost a unit and count for nothing.
Hypervolume is on fixed scales: error over chance, 1 to 0; log10 EDAP from the flash baseline's (1) to four decades
below it (0); reference point (1, 1). What was played is kept; run again, it goes on where it was.
"""

import time
from itertools import product
from pathlib import Path

import pandas as pd

from benchmarks import record
from benchmarks.search.picture import draw
from benchmarks.search.play import HALVING, METHODS, play
from benchmarks.search.problems import PROBLEMS
from benchmarks.search.summary import summary


def main() -> None:
    parser = record.parser(__doc__)
    parser.add_argument("--problems", nargs="+", choices=PROBLEMS, default=["digits", "tabular"])
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    parser.add_argument("--trainings", type=int, default=80, help="budget of a run, distinct accuracy keys")
    parser.add_argument("--cache", type=Path, default=Path("results/search-benchmark/digits.sqlite"))
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    table_path = arguments.out / "hypervolume.csv"
    for name in arguments.problems:
        problem, workers = PROBLEMS[name](arguments.cache, arguments.trainings)
        try:
            for seed, method in product(arguments.seeds, arguments.methods):
                if (name, method, seed) in _played(table_path) or (method == HALVING and name != "full-size"):
                    continue
                began = time.monotonic()
                history = play(method, problem, workers, seed)
                history.insert(0, "problem", name)
                history.insert(1, "method", method)
                history.insert(2, "seed", seed)
                history.to_csv(table_path, mode="a", header=not table_path.exists(), index=False, float_format="%.5g")
                reached = history["hypervolume"].iloc[-1]
                print(f"{name}, seed {seed}, {method}: {reached:.4f}, {time.monotonic() - began:.0f} s", flush=True)
        finally:
            workers.close()
    table = pd.read_csv(table_path)
    rows = summary(table, arguments.trainings)
    rows.to_csv(arguments.out / "summary.csv", index=False, float_format="%.4g")
    draw(table, arguments.out / "search.png")
    seeds = sorted(map(int, table["seed"].unique()))
    record.write_run(arguments.out, "benchmarks.search", seeds=seeds, trainings=arguments.trainings)
    print(rows.to_string(index=False))


def _played(path: Path) -> set[tuple[str, str, int]]:
    if not path.exists():
        return set()
    table = pd.read_csv(path, usecols=["problem", "method", "seed"]).drop_duplicates()
    return set(table.itertuples(index=False, name=None))


if __name__ == "__main__":
    main()
