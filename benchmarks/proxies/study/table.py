"""What the study says: a row a proxy, and of noise against exact."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.proxies.study.agreement import interval, resampled, tau
from benchmarks.proxies.study.designs import problem
from benchmarks.proxies.study.proxies import AS_THEY_ARE, TUNED
from xpert_evo.design.design import Design
from xpert_evo.design.designs import stack
from xpert_evo.search.candidates.features import capacity
from xpert_evo.search.crossbars import array_shape

SIMILAR_EDAP = 0.5  # decades
FEW_INPUT_BITS = 4


def estimates(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The reference, a row a design, with counts and EDAP; and all proxies, rows of proxy, design, score, seconds."""
    reference = pd.read_csv(folder / "reference.csv", dtype={"task": str}).set_index("task")
    designs = stack([Design.model_validate(json.loads(text)) for text in reference["design"]])
    reference["log_edap"] = np.log10(problem().hardware.load().evaluate(designs).edap_pj_ns_um2)
    reference["most_input_bits"] = designs.input_bits.max(axis=1)

    rows = pd.read_csv(folder / "proxies.csv")
    rows[["proxy", "design"]] = rows["task"].str.rsplit("/", n=1, expand=True)
    shared = rows["proxy"] == "fine-tuning"
    tuned = rows[shared].assign(proxy=TUNED, score=rows["tuned"], seconds=rows["tuned_seconds"])
    rows.loc[shared, "proxy"] = AS_THEY_ARE
    formulas = {
        "parameters": designs.parameters(),
        "MACs": designs.macs(),
        "capacity": capacity(designs, array_shape(problem().hardware.load())),
    }
    counts = [
        pd.DataFrame({"proxy": name, "design": reference.index, "score": values, "seconds": 0.0})
        for name, values in formulas.items()
    ]
    columns = ["proxy", "design", "score", "seconds", "shared_seconds"]
    return reference, pd.concat([*counts, rows, tuned], ignore_index=True)[columns]


def subsets(reference: pd.DataFrame) -> dict[str, np.ndarray]:
    """Which pairs of designs are looked at: all; of the better half; of similar EDAP; of few input bits."""
    accuracy, edap = reference["accuracy"].to_numpy(), reference["log_edap"].to_numpy()
    better = accuracy >= np.median(accuracy)
    few = (reference["most_input_bits"] <= FEW_INPUT_BITS).to_numpy()
    return {
        "all": np.ones((len(edap), len(edap)), dtype=bool),
        "better half": better[:, None] & better[None, :],
        "similar EDAP": np.abs(edap[:, None] - edap[None, :]) < SIMILAR_EDAP,
        "few input bits": few[:, None] & few[None, :],
    }


def summary(reference: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """A row a proxy, cheapest first: Kendall's tau with the reference over each subset of pairs with its 95 % interval,
    and whether resamples of the designs show it to be worse than the best proxy, of all pairs or of similar EDAP."""
    accuracy, pairs = reference["accuracy"].to_numpy(), subsets(reference)
    rows, taus = [], {}
    for proxy, part in scores.groupby("proxy", sort=False):
        score = part.set_index("design")["score"].reindex(reference.index).to_numpy()
        row = {
            "proxy": proxy,
            "seconds": part["seconds"].mean(),
            "shared_seconds": part["shared_seconds"].mean(),
        }
        for name, counted in pairs.items():
            taus[proxy, name] = resampled(score, accuracy, counted)
            low, high = interval(taus[proxy, name])
            row |= {f"tau, {name}": tau(score, accuracy, counted), f"low, {name}": low, f"high, {name}": high}
        rows.append(row)
    table = pd.DataFrame(rows).sort_values("seconds", kind="stable").reset_index(drop=True)
    table["worse"] = False
    for name in ("all", "similar EDAP"):
        best = table.loc[table[f"tau, {name}"].idxmax(), "proxy"]
        lead = [interval(taus[best, name] - taus[proxy, name])[0] for proxy in table["proxy"]]
        table["worse"] |= np.array(lead) > 0
    return table


def noise_against_exact(reference: pd.DataFrame) -> dict[str, float]:
    """Over all trained designs."""
    noise, exact = reference["noise_of_some"].to_numpy(), reference["exact_of_some"].to_numpy()
    low, high = interval(resampled(noise, exact))
    return {
        "designs": len(reference),
        "tau": tau(noise, exact),
        "low": low,
        "high": high,
        "rms_points": 100 * float(np.sqrt(np.mean((noise - exact) ** 2))),
        "largest_points": 100 * float(np.abs(noise - exact).max()),
    }
