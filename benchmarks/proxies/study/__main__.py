"""Ranks designs by cheap estimates and by a long training. Run again, it goes on where it was.

XPERT_EVO_DATA=/path/to/datasets python -m benchmarks.proxies.study --out results/published/proxy-study
"""

import json
from pathlib import Path

from benchmarks import record
from benchmarks.proxies.study import proxies, reference, supernet, table
from benchmarks.proxies.study.designs import SEED, studied
from benchmarks.proxies.study.picture import draw
from benchmarks.proxies.study.rows import grow, without_row


def main() -> None:
    out: Path = record.parser(__doc__).parse_args().out
    designs = studied()
    grow(out / "reference.csv", designs, lambda design: str(design.id), reference.measure)
    tasks = proxies.tasks(designs)
    missing = without_row(out / "proxies.csv", tasks, lambda task: task.name)
    if any(task.proxy == supernet.NAME for task in missing):
        supernet.prepare(proxies.SEED)
    grow(out / "proxies.csv", tasks, lambda task: task.name, proxies.measure)

    trained, scores = table.estimates(out)
    summary = table.summary(trained, scores)
    summary.to_csv(out / "summary.csv", index=False, float_format="%.3f")
    draw(trained, scores, summary, out / "proxy_study.png")
    found = {
        "noise_against_exact": table.noise_against_exact(trained),
        "cheapest_not_shown_to_be_worse": summary.loc[~summary["worse"], "proxy"].iloc[0],
    }
    record.write_run(
        out,
        "benchmarks.proxies.study",
        seeds={"designs": SEED, "long trainings": reference.TRAINING_SEED, "proxies": proxies.SEED},
        long_training=reference.SETTINGS.model_dump(mode="json"),
        proxies=proxies.BASE.model_dump(mode="json"),
        supernet=supernet.settings().model_dump(mode="json"),
        **found,
    )
    print(summary.to_string(index=False, float_format="%.2f"))
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
