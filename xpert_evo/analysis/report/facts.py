"""What was searched, how and with what, in words for the head of a report."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from xpert_evo.accuracy.settings import ESTIMATORS
from xpert_evo.analysis.front import Labels


def run_facts(
    problem: Mapping[str, Any],
    run: Mapping[str, Any] | None,
    labels: Labels,
    *,
    seed: str,
    seconds: float,
    trained: int,
) -> dict[str, dict[str, str]]:
    """Heading -> name -> value.

    Args:
        problem: the content of problem.toml.
        run: the content of run.json; None where the run hasn't ended.
        seed, seconds: of the run, from its store.
        trained: distinct trainings so far.
    """
    proxy, search = problem["proxy"], problem["search"]
    searched = {
        "data set": labels.dataset,
        "network": labels.network,
        "genes": "; ".join(f"{name.replace('_', ' ')} {_choices(values)}" for name, values in _genes(problem["space"])),
        "objectives": ", ".join(search["objectives"]),
        "constraints": "; ".join(search["constraints"]) or "none",
        "algorithm": _algorithm(search),
    }
    chip = {
        "hardware preset": labels.hardware_preset,
        "network model": labels.network_model,
        "weight encoding": labels.weight_encoding,
        "activity": labels.activity,
    }
    accuracy = {
        "preset": problem.get("preset", "none"),
        "estimator": _estimator(proxy),
        **_trainings(proxy),
        "fresh seeds": str(search["confirm_seeds"]),
    }
    return {"Searched": searched, "Chip": chip, "Accuracy": accuracy, "Run": _run(run, search, seed, seconds, trained)}


def _algorithm(search: Mapping[str, Any]) -> str:
    """Which one, and how long its trainings are where they have several lengths."""
    epochs = [str(epochs) for epochs in search.get("fidelities", ())]
    return f"{search['algorithm']}, trainings of {', '.join(epochs)} epochs" if epochs else str(search["algorithm"])


def _estimator(proxy: Mapping[str, Any]) -> str:
    """Which one, and what a supernet had besides the proxy's own budget, which its front was trained by again."""
    name = proxy.get("estimator", "training")
    if name != "supernet":
        return str(name)
    return (
        f"{name}, trained on the images {proxy['supernet_epochs']} times; fresh seeds by trainings of the designs' own"
    )


def _trainings(proxy: Mapping[str, Any]) -> dict[str, str]:
    """What the package's own estimators do; nothing is known of a user's."""
    if proxy.get("estimator", "training") not in ESTIMATORS:
        return {}
    return {
        "proxy": f"{proxy['train_images']:,} images of {proxy['resolution']} x {proxy['resolution']} pixels, "
        f"{proxy['epochs']} times; {proxy['width_factor']:g} of the channels, "
        f"at least {proxy.get('least_channels', 1)}",
        "scored on": f"{proxy['validation_images']:,} held-out training images",
    }


def _run(
    run: Mapping[str, Any] | None, search: Mapping[str, Any], seed: str, seconds: float, trained: int
) -> dict[str, str]:
    """How far it got, and on what machine."""
    facts = {"seed": seed, "seconds": f"{seconds:,.0f} ({timedelta(seconds=round(seconds))})"}
    if run is None:
        so_far = f"{trained} of {search['trainings']} trainings so far; fresh seeds come last"
        return {"state": f"not finished: {so_far}", **facts}
    counts, machine, resources = run["counts"], run["machine"], run["resources"]
    repeated = f"{counts['distinct_trainings']} distinct, {counts['repeated_trainings']} repeated"
    workers = _several(resources["workers"], "worker")
    if resources["ray"]:
        workers = f"Ray cluster ({resources['ray']})"
    steady = search.get("mode") == "steady"
    rounds = f"{counts['generations']} " + ("steady choices" if steady else "generations")
    failed = f"{counts['failed_trainings']} failed"
    if counts.get("lost_trainings"):
        failed += f", {counts['lost_trainings']} lost to the machine"
    facts |= {
        "date": run.get("date", "not noted"),
        "trainings": f"{repeated}, {failed}; {run['training_seconds']:,.0f} s of computing",
        "evaluations": f"{counts['evaluations']} designs in {rounds}",
        "machine": f"{machine['platform']}, {machine['processor']}, {machine['cores']} cores",
        "resources": f"{resources['device']}, {workers}, {_several(resources['threads'], 'thread')} each",
        "version": f"xpert-evo {run['version']}, Python {machine['python']}",
    }
    return facts


def _genes(space: Mapping[str, Any]) -> list[tuple[str, list[Any]]]:
    """Genes with a choice for every layer, then those of the array; single layers' own choices are in the file."""
    array = space.get("array", {})
    genes = [(name, values) for name, values in [*space.items(), *array.items()] if isinstance(values, list)]
    return [(name, values) for name, values in genes if values]


def _choices(values: list[Any]) -> str:
    return ", ".join(map(str, values))


def _several(number: int, what: str) -> str:
    """'1 worker', '2 workers'."""
    return f"{number} {what}{'' if number == 1 else 's'}"
