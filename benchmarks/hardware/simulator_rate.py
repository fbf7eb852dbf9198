"""Genomes a second of the hardware model, by formulas and by compiled tables, and how they grow with the batch.

    python -m benchmarks.hardware.simulator_rate [--weight-bits 5 7 8] [--largest 10000000] [--out FOLDER]

Random VGG16-sized designs on one core, in both network models. Processor seconds, so that other work on the machine
counts little; the best of the repetitions. Tables on all cores as well, by the clock: the machine is to be idle.
`--arrays`: designs choose their crossbars, too. `--out` writes README.md and rates.csv.
"""

import os

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

import argparse
import platform
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from xpert_evo.design.choices import ArrayChoices, SpaceSettings
from xpert_evo.design.networks.registry import backbone
from xpert_evo.design.space import SearchSpace
from xpert_evo.hardware.array_tables import ArrayTables
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.hardware.tables import CostTables
from xpert_evo.machine import processor_name, usable_cores

FORMULAS_LARGEST = 100_000  # more of the same chunks beyond
ROWS_LARGEST = 1_000_000  # they take 104 bytes a genome
OUTPUT_BYTES = 4 * 8  # of a genome
ALL_CORES = f"tables, {usable_cores()} cores"


def best_seconds(run: Callable[[], object], clock: Callable[[], float], least: float = 1.0) -> float:
    """Seconds of one run: the best of several that take some time together."""
    times: list[float] = []
    run()
    while sum(times) < least or len(times) < 3:
        began = clock()
        run()
        times.append(clock() - began)
    return min(times)


@contextmanager
def one_core() -> Iterator[None]:
    """What runs within has a single one of this process's cores."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


def sampled(space: SearchSpace, count: int) -> np.ndarray:
    """Random genomes; drawn in parts, since the numbers are eight times as large as the genes."""
    generator, genomes = np.random.default_rng(count), np.empty((count, space.genes), np.uint8)
    for start in range(0, count, 100_000):
        part = genomes[start : start + 100_000]
        part[:] = space.sample(len(part), generator)
    return genomes


def peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hardware", default="xpert-rram", help="preset or TOML file")
    parser.add_argument("--largest", type=int, default=10_000_000, help="genomes in the largest batch")
    parser.add_argument("--weight-bits", type=int, nargs="+", default=[5, 7, 8], help="choices of bits a weight")
    parser.add_argument("--arrays", action="store_true", help="crossbars of 64, 128, 256 rows, 4, 16, 64 a tile")
    parser.add_argument("--out", type=Path, help="folder to be written")
    arguments = parser.parse_args()

    arrays = {"crossbar_size": (64, 128, 256), "crossbars_per_tile": (4, 16, 64)} if arguments.arrays else {}
    settings = SpaceSettings(weight_bits=tuple(arguments.weight_bits), array=ArrayChoices(**arrays))
    space = SearchSpace.build(settings, network=backbone("vgg16"), image_size=32, image_channels=3, classes=10)
    sizes = [10**power for power in range(2, 10) if 10**power <= arguments.largest]
    rows = []
    for size in sizes:
        genomes = sampled(space, size)
        for network_model in ("chip", "xpertsim"):
            model = HardwareModel.from_preset(arguments.hardware, network_model)
            began = time.process_time()
            tables = ArrayTables.build(model, space) if space.array else CostTables.build(model, space)
            built = time.process_time() - began
            ways: dict[str, Callable[[], object]] = {
                "tables": partial(tables.evaluate, genomes),
                ALL_CORES: partial(tables.evaluate, genomes),
            }
            if size <= ROWS_LARGEST and isinstance(tables, CostTables):
                ways["tables, rows ready"] = partial(tables.evaluate_rows, tables.rows(genomes))
            if size <= FORMULAS_LARGEST:
                ways["formulas"] = partial(model.evaluate, space.decode(genomes))
            for way, run in ways.items():
                if way == ALL_CORES:
                    seconds = best_seconds(run, time.perf_counter)
                else:
                    with one_core():
                        seconds = best_seconds(run, time.process_time)
                row = {"model": network_model, "way": way, "genomes": size, "seconds": seconds, "rate": size / seconds}
                rows.append(row | {"build_seconds": built if way == "tables" else np.nan})
                print(f"{network_model:>9} {way:<19} {size:>10,}: {seconds * 1e3:10.2f} ms {size / seconds:12,.0f} /s")
        held = size * (space.genes + OUTPUT_BYTES)
        beside = (peak_bytes() - held) / 2**20
        print(f"{'':>9} memory beside genomes and metrics, at most: {beside:,.0f} MiB")
        rows.append({"model": "both", "way": "memory, MiB", "genomes": size, "rate": beside})
    if arguments.out is not None:
        write(arguments.out, pd.DataFrame(rows), arguments.hardware)


def write(folder: Path, table: pd.DataFrame, hardware: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    table.to_csv(folder / "rates.csv", index=False, float_format="%.6g")
    wide = table.pivot(index="genomes", columns=["model", "way"], values="rate")
    lines = ["| genomes | " + " | ".join(f"{model}: {way}" for model, way in wide.columns) + " |"]
    lines.append("| ---: |" + " ---: |" * wide.shape[1])
    for size, values in wide.iterrows():
        cells = ["" if np.isnan(value) else f"{value:,.0f}" for value in values]
        lines.append(f"| {size:,} | " + " | ".join(cells) + " |")
    built = table["build_seconds"].dropna()
    text = (
        "# Rates of the simulator\n\n"
        f"`python -m benchmarks.hardware.simulator_rate --hardware {hardware} --out results/published/simulator-rate`, "
        f"{date.today().isoformat()}, one core of {processor_name()} "
        f"({platform.system()}, NumPy {np.__version__}); seeds: the batch sizes.\n\n"
        "Genomes a second of processor time; memory: the most that the process held beside genomes and metrics.\n\n"
        + "\n".join(lines)
        + f"\n\nBuilding the tables of the default space takes {built.min():.2f} to {built.max():.2f} s.\n"
    )
    (folder / "README.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
