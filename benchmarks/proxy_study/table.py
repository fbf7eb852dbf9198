"""What the study says: a row a proxy, and of noise against exact."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.proxy_study.agreement import interval, resampled, tau
from benchmarks.proxy_study.designs import problem
from benchmarks.proxy_study.proxies import AS_THEY_ARE, TUNED
from xpert_evo.design.designs import Design, stack
from xpert_evo.runs import hardware_of

SIMILAR_EDAP = 0.5  # decades
FEW_INPUT_BITS = 4


def estimates(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The reference, a row a design, with counts and EDAP; and all proxies, rows of proxy, design, score, seconds."""
    reference = pd.read_csv(folder / "reference.csv", dtype={"task": str}).set_index("task")
    designs = stack([Design.model_validate(json.loads(text)) for text in reference["design"]])
    reference["log_edap"] = np.log10(hardware_of(problem()).evaluate(designs).edap_pj_ns_um2)
    reference["most_input_bits"] = designs.input_bits.max(axis=1)

    rows = pd.read_csv(folder / "proxies.csv")
    rows[["proxy", "design"]] = rows["task"].str.rsplit("/", n=1, expand=True)
    shared = rows["proxy"] == "fine-tuning"
    tuned = rows[shared].assign(proxy=TUNED, score=rows["tuned"], seconds=rows["tuned_seconds"])
    rows.loc[shared, "proxy"] = AS_THEY_ARE
    counts = [
        pd.DataFrame({"proxy": name, "design": reference.index, "score": values, "seconds": 0.0})
        for name, values in (("parameters", designs.parameters()), ("MACs", designs.macs()))
    ]
    columns = ["proxy", "design", "score", "seconds", "shared_seconds"]
    return reference, pd.concat([*counts, rows, tuned], ignore_index=True)[columns]


def summary(reference: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Kendall's tau with the reference and its 95 % interval: over all designs, within the better half, over pairs of
    similar EDAP, over designs of few input bits. A proxy that lacks a design has no row."""
    accuracy = reference["accuracy"].to_numpy()
    better = accuracy >= np.median(accuracy)
    few = (reference["most_input_bits"] <= FEW_INPUT_BITS).to_numpy()
    edap = reference["log_edap"].to_numpy()
    similar = np.abs(edap[:, None] - edap[None, :]) < SIMILAR_EDAP
    every = np.ones_like(similar)
    subsets = {
        "all": every,
        "better half": better[:, None] & better[None, :],
        "similar EDAP": similar,
        "few input bits": few[:, None] & few[None, :],
    }
    rows = []
    for proxy, part in scores.groupby("proxy", sort=False):
        score = part.set_index("design")["score"].reindex(reference.index).to_numpy()
        if np.isnan(score).any():
            continue
        row = {
            "proxy": proxy,
            "seconds": part["seconds"].mean(),
            "seconds_once_for_depths": part["shared_seconds"].mean(),
        }
        for name, pairs in subsets.items():
            low, high = interval(resampled(score, accuracy, pairs))
            row |= {f"tau, {name}": tau(score, accuracy, pairs), f"low, {name}": low, f"high, {name}": high}
        rows.append(row)
    return pd.DataFrame(rows).sort_values("seconds", kind="stable").reset_index(drop=True)


def chosen(table: pd.DataFrame) -> str:
    """The cheapest proxy whose interval over all designs overlaps that of the best one."""
    best = table.loc[table["tau, all"].idxmax()]
    return str(table[table["high, all"] >= best["low, all"]].iloc[0]["proxy"])


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
