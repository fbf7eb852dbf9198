"""Which cheap estimate ranks designs as trainings at full width and resolution do? Run again, it goes on where it was.

    XPERT_EVO_DATA=/path/to/datasets python -m benchmarks.proxies.full_size --out results/published/full-size-reference

Writes `reference.csv`, a row a long training (see `reference`), `proxies.csv`, a row an estimate, and `summary.csv`:
Kendall's tau of each with the long trainings, over all pairs of designs and some, with what 95 % of resamples give.
An estimate is in the summary as soon as all designs of the reference have it; the dearest, `promoted`, takes two
minutes a design. `--references-only` measures no estimate, `--proxies-only` trains no more
references; `--smallest-first` is for processors without instructions for bfloat16.
"""

from pathlib import Path

from benchmarks import record
from benchmarks.proxies.full_size import proxies, reference, table
from benchmarks.proxies.study.rows import grow, without_row
from benchmarks.proxies.study.table import summary


def main() -> None:
    parser = record.parser(__doc__)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--references-only", action="store_true")
    what.add_argument("--proxies-only", action="store_true", help="of the designs that have a row by now")
    parser.add_argument("--estimates", nargs="+", choices=proxies.ESTIMATES, default=list(proxies.ESTIMATES))
    parser.add_argument("--smallest-first", action="store_true", help="references by multiplications, not by chance")
    arguments = parser.parse_args()
    out: Path = arguments.out
    designs = reference.designs()
    ordered = reference.smallest_first(designs) if arguments.smallest_first else designs
    if not arguments.proxies_only:
        grow(out / "reference.csv", ordered, lambda design: str(design.id), reference.measure)
    if not arguments.references_only:
        untrained = without_row(out / "reference.csv", designs, lambda design: str(design.id))
        known = [design for design in ordered if design not in untrained]
        tasks = proxies.tasks(known, arguments.estimates)
        grow(out / "proxies.csv", tasks, lambda task: task.name, proxies.measure)
        trained, scores = table.estimates(out)
        found = summary(trained, scores)
        found.to_csv(out / "summary.csv", index=False, float_format="%.3f")
        print(found.to_string(index=False, float_format="%.2f"))
    record.write_run(
        out,
        "benchmarks.proxies.full_size",
        seeds={"designs": reference.SEED, "long trainings": reference.SEED, "proxies": proxies.SEED},
        training=reference.SETTINGS.model_dump(mode="json"),
    )


if __name__ == "__main__":
    main()
