"""On which images a run's front is confirmed: such as chose nothing, where there are some."""

from __future__ import annotations

from xpert_evo.data import ImageSource
from xpert_evo.search.records.store import Store
from xpert_evo.workflows.estimator import unused_images
from xpert_evo.workflows.problem import Problem

FACT = "confirmation_images"  # of a run's store


def confirmation_images(problem: Problem, store: Store, images: ImageSource) -> int:
    """How many unused images fresh seeds and promotions of a run are scored on; 0 for the search's own.

    A run stays with what it began with, which its store knows: figures of different images can't stand beside each
    other. Runs of earlier versions have confirmed on the search's own images.

    Raises:
        InputError: the images aren't there, or fewer than the problem asks for.
    """
    known = store.number(FACT)
    if known is None:
        begun = not (store.repeated_accuracies().empty and store.promotions().empty)
        known = 0 if begun else unused_images(problem, images)
        store.put(FACT, str(known))
    return known
