"""A search: an algorithm is asked, its designs are evaluated, it is told; then the front is confirmed."""

from __future__ import annotations

import json

import numpy as np
from threadpoolctl import threadpool_limits

from xpert_evo.analysis.front import evaluated, nondominated
from xpert_evo.analysis.spaced import evenly_spaced
from xpert_evo.design.designs import Designs, stack
from xpert_evo.design.genes import ADC_TYPES
from xpert_evo.design.space import SearchSpace
from xpert_evo.design.texts import design_ids
from xpert_evo.hardware.quantities import ERROR
from xpert_evo.search.algorithms import ALGORITHMS, Task
from xpert_evo.search.algorithms.base import Foretells
from xpert_evo.search.candidates.rivals import rivals
from xpert_evo.search.candidates.sampling import modelled_baselines
from xpert_evo.search.crossbars import array_shape
from xpert_evo.search.evaluation import Evaluator
from xpert_evo.search.figures import hardware_columns
from xpert_evo.search.keys import accuracy_keys
from xpert_evo.search.objectives import objective_matrix, plane_of
from xpert_evo.search.records.budget import Budget, given_allowances
from xpert_evo.workflows.rounds import foretold, tell_round
from xpert_evo.workflows.steady import SteadySearch

MOST_LEARNED = 1000  # trainings that rivals are foretold from


def search(evaluator: Evaluator, space: SearchSpace) -> int:
    """Runs or continues a search to its end: everything that it finds is in the evaluator's store.

    What algorithms report of their generations is in the store as well, see `Store.rounds`.

    Returns:
        Number of generations; of a steady search, of designs that were chosen.

    Raises:
        InputError: the constraints allow no design.
    """
    settings, store = evaluator.settings, evaluator.store
    store.forget_rivals()
    budget = Budget(given_allowances(store))
    task = Task(
        space,
        evaluator.hardware,
        settings,
        evaluator.allowed,
        evaluator.seed,
        budget,
        evaluator.extra,
        evaluator.shorter,
    )
    loop = SteadySearch(evaluator, task) if settings.mode == "steady" else Generations(evaluator, task)
    _begin(evaluator)
    references = _baselines(evaluator, space, loop, budget)
    rounds = loop.run()
    evaluator.counts = 1
    against = _rivals(evaluator, space, rounds + 1)
    _confirm(evaluator, (*references.ids, *against), settings.confirm_seeds)
    return rounds


def _begin(evaluator: Evaluator) -> None:
    """Says how much there is to be done: trainings, or epochs where they are of several lengths."""
    settings, done = evaluator.settings, evaluator.store.counts()["distinct_trainings"]
    if not settings.fidelities:
        evaluator.progress.begin("search", settings.trainings, done=done)
        return
    shares = [settings.surrogate.halving**more for more in range(len(settings.fidelities) - 1, -1, -1)]
    each = sum(epochs * share for epochs, share in zip(settings.fidelities, shares, strict=True))
    evaluator.counts = settings.fidelities[-1]
    before = int(evaluator.store.shorter()["epochs"].sum()) + done * evaluator.counts
    evaluator.progress.begin("search", settings.trainings * each, done=before, of="epochs")


class Generations:
    """The loop of a search whose designs are chosen and trained batch by batch: `first`, then `run`."""

    def __init__(self, evaluator: Evaluator, task: Task) -> None:
        self._evaluator, self._budget = evaluator, task.budget
        self._algorithm = ALGORITHMS[task.settings.algorithm](task)
        self._first: Designs | None = None

    def first(self) -> Designs | None:
        """The first designs, None where there are none; `run` begins with them."""
        self._first = self._algorithm.ask()
        return self._first

    def run(self) -> int:
        """Goes on to the end of the budget, and returns the number of generations."""
        evaluator, algorithm, generation = self._evaluator, self._algorithm, 0
        while not self._budget.spent(len(evaluator.trainings), generation):
            designs = algorithm.ask() if generation else self._first
            if designs is None:
                break
            generation += 1
            if isinstance(algorithm, Foretells):
                foretold(evaluator.store, designs, algorithm.foretold())
            algorithm.tell(*evaluator.evaluate(designs, generation))
            tell_round(evaluator, algorithm, generation, f"generation {generation}")
        return generation


def _baselines(evaluator: Evaluator, space: SearchSpace, loop: Generations | SteadySearch, budget: Budget) -> Designs:
    """Trains the baselines that the chip has, whatever the constraints say; beside them the loop's first designs.

    Most often the baselines share one training, the longest of all, which other workers would wait for.
    """
    kinds, references = modelled_baselines(space, evaluator.hardware)
    trainings = len(set(accuracy_keys(references)))
    first = None if budget.spent(trainings, 0) else loop.first()
    if first is not None and len(set(accuracy_keys(first))) > budget.left(trainings):
        first = None
    evaluator.evaluate(references, generation=0, train_all=True, beside=first)
    evaluator.store.put("baselines", json.dumps(dict(zip(kinds, references.ids, strict=True))))
    for kind in sorted(set(ADC_TYPES) - set(kinds)):
        evaluator.progress.say(f"no baseline with {kind} ADCs: {evaluator.hardware.name} doesn't model them")
    return references


def _rivals(evaluator: Evaluator, space: SearchSpace, generation: int) -> tuple[str, ...]:
    """Trains the homogeneous designs that the front has to beat, and returns their ids; none where nothing is traded
    against accuracy."""
    store, settings = evaluator.store, evaluator.settings
    traded, cost = plane = plane_of(settings.objectives)
    table = evaluated(store.evaluations(), store.repeated_accuracies())
    accuracies = table.loc[nondominated(table, plane), "accuracy"]
    if not settings.rivals or accuracies.empty or traded != ERROR:
        return ()
    trained = table.drop_duplicates("accuracy_key")
    trained = trained.iloc[evenly_spaced(len(trained), MOST_LEARNED)]
    with threadpool_limits(limits=1, user_api="blas"):  # sums in another order would be other designs elsewhere
        found = rivals(
            space,
            stack(store.designs(trained["number"])),
            trained["accuracy"].to_numpy(),
            np.linspace(accuracies.median(), accuracies.max(), settings.rivals),
            array=array_shape(evaluator.hardware),
            cost=lambda designs: objective_matrix(
                hardware_columns(evaluator.hardware, designs, evaluator.extra), (cost,)
            )[:, 0],
            allowed=evaluator.allowed,
        )
    if found is None:
        return ()
    ids = design_ids(found)
    known = evaluator.store.accuracies_of(accuracy_keys(found))
    evaluator.progress.begin("homogeneous designs to beat", len(set(accuracy_keys(found))), done=len(known))
    store.begin_rivals(len(evaluator.evaluated))
    evaluator.evaluate(found, generation)
    return ids


def _confirm(evaluator: Evaluator, baseline_ids: tuple[str, ...], seeds: int) -> None:
    """Trains the run's front, in its two objectives, and the baselines again with fresh seeds."""
    store = evaluator.store
    accuracies = store.repeated_accuracies()
    table = evaluated(store.evaluations(), accuracies)
    chosen = table[nondominated(table, plane_of(evaluator.settings.objectives)) | table["id"].isin(baseline_ids)]
    designs = dict(zip(chosen["accuracy_key"], store.designs(chosen["number"]), strict=True))
    replicates = tuple(range(1, seeds + 1))
    done = int((accuracies["key"].isin(list(designs)) & accuracies["replicate"].isin(replicates)).sum())
    evaluator.progress.begin("front again, fresh seeds", len(designs) * seeds, done=done)
    if evaluator.confirming is not None and evaluator.confirming is not evaluator.workers:
        evaluator.workers.close()  # and their memory: nothing is asked of them any more
    evaluator.accuracies(designs, replicates, evaluator.confirming)
