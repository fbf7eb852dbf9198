import numpy as np
import pandas as pd
import pytest

from xpert_evo.analysis.report.predictions import predictions
from xpert_evo.analysis.report.sensitivity import LEAST_TRAININGS, Sensitivity

NOTHING = np.empty((0, 13))


def trainings(count):
    accuracies = np.linspace(0.4, 0.6, count)
    keys = [f"key {row}" for row in range(count)]
    return pd.DataFrame({"id": [f"id {row}" for row in range(count)], "accuracy_key": keys, "accuracy": accuracies})


def fit_of(rows):
    return Sensitivity((), NOTHING, NOTHING.astype(bool), NOTHING[:, :3], 0.5, 0.7, np.full(len(rows), 0.5))


def test_what_was_foretold_before_the_training_is_shown_of_those_that_it_was_foretold_of():
    rows = trainings(LEAST_TRAININGS + 5)
    foretold = {key: 1 - accuracy for key, accuracy in rows[["accuracy_key", "accuracy"]].to_numpy()[5:]}

    shown = predictions(rows, foretold, rows, fit_of(rows))

    assert shown.before and shown.ids == tuple(rows["id"][5:]) and shown.tau == pytest.approx(-1)
    assert shown.predicted == pytest.approx(1 - shown.measured)


def test_of_a_run_that_foretold_nothing_or_little_the_fit_is_shown():
    rows = trainings(LEAST_TRAININGS + 5)
    few = dict.fromkeys(rows["accuracy_key"][: LEAST_TRAININGS - 1], 0.5)

    shown = predictions(rows, few, rows[:-1], fit_of(rows[:-1]))

    assert not shown.before and len(shown.ids) == len(rows) - 1 and shown.tau == 0.7
    assert predictions(rows, {}, rows, None) is None
