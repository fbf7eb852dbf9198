"""Fronts are confirmed on images that chose nothing, and held against homogeneous designs that matter."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from tests.conftest import FormulaEstimator
from tests.workflows.test_search import changed, found
from xpert_evo.analysis import summary
from xpert_evo.analysis.noninferiority import difference, spread_over_seeds
from xpert_evo.data import ImageSource, left_over, load_train, split
from xpert_evo.errors import InputError
from xpert_evo.search.records.run_folder import existing_store
from xpert_evo.workflows.confirmation import FACT, confirmation_images
from xpert_evo.workflows.estimator import SPLIT_SEED, proxy_estimator, unused_images
from xpert_evo.workflows.problem_file import load_problem
from xpert_evo.workflows.promotion import promote_designs
from xpert_evo.workflows.resources import Resources
from xpert_evo.workflows.results import load_run, run_front, run_sentences

SMALL = (
    "proxy.train_images=200",
    "proxy.validation_images=100",
    "proxy.epochs=1",
    "proxy.calibration_images=8",
    "proxy.width_factor=0.05",
    'search.constraints=["macs <= 3.2e8"]',
    "search.algorithm=nsga2",
    "search.trainings=4",
    "search.population=4",
    "search.offspring=2",
    "search.confirm_seeds=1",
    "search.rivals=0",
)


@pytest.fixture
def digits(pytestconfig):
    return load_problem(pytestconfig.rootpath / "problems" / "digits.toml", overrides=SMALL)


def pixels(estimator):
    return {image.tobytes() for image in estimator._validation_images}


def test_confirmation_shares_no_image_with_what_chose(digits):
    unused = unused_images(digits, ImageSource())
    chosen = proxy_estimator(digits, Resources())
    confirming = proxy_estimator(digits, Resources(), confirmation=unused)

    assert unused == len(load_train("digits")) - 300
    assert len(confirming._validation_labels) == unused
    assert (confirming._train_images == chosen._train_images).all()
    fewer = proxy_estimator(changed(digits, confirmation_images=150), Resources(), confirmation=150)
    assert (fewer._validation_labels == confirming._validation_labels[:150]).all()


def test_images_are_used_once_or_left_over():
    data = load_train("digits")
    sizes = {"train": 700, "validation": 200, "seed": SPLIT_SEED}
    parts = [*split(data, **sizes), left_over(data, **sizes)]
    assert sum(map(len, parts)) == len(data)
    shares = [np.bincount(part.labels, minlength=10) / len(part) for part in parts]
    assert np.ptp(shares, axis=0).max() < 0.02


def test_where_too_few_are_left_the_search_s_own_confirm(digits):
    assert unused_images(digits.with_proxy(train_images=len(load_train("digits")) - 120), ImageSource()) == 0
    assert unused_images(changed(digits, confirmation_images=0), ImageSource()) == 0


def test_a_run_confirms_and_promotes_on_them_and_keeps_which_were_right(digits, tmp_path, few_candidates):
    found(digits, tmp_path / "run", seed=2)
    promoted = promote_designs(tmp_path / "run", ["knee"], factor=2)

    store = existing_store(tmp_path / "run")
    accuracies, unused = store.accuracies(), unused_images(digits, ImageSource())
    answers = store.answers(accuracies["key"].unique())
    longer = store.answers(accuracies["key"].unique(), epochs=2)
    store.close()
    assert set(accuracies.loc[accuracies["replicate"] == 1, "images"]) == {unused}
    assert set(accuracies.loc[accuracies["replicate"] == 0, "images"]) == {100}
    for row in accuracies.itertuples():
        right = np.unpackbits(np.frombuffer(answers[row.key][row.replicate], np.uint8), count=int(row.images))
        assert right.mean() == pytest.approx(row.accuracy)
    assert len(promoted) >= len(longer) == 2 and all(len(right[-1]) == -(-unused // 8) for right in longer.values())


@dataclass
class TellsWhichWereRight(FormulaEstimator):
    """Images in one order of difficulty."""

    def estimate(self, design, seed):
        result = super().estimate(design, seed)
        difficulty = np.random.default_rng(0).permutation(result.images) / result.images
        right = difficulty < result.accuracy
        return replace(result, accuracy=float(right.mean()), right=np.packbits(right).tobytes())


def test_designs_are_compared_image_by_image_where_answers_are_known(plain, tmp_path, monkeypatch):
    found(plain, tmp_path / "known", estimator=TellsWhichWereRight())
    run, told = load_run(tmp_path / "known"), []
    front = run_front(run)
    with monkeypatch.context() as patched:
        patched.setattr(summary, "sentences", lambda *given: told.append(given[6]) or [""])
        run_sentences(run, front)
    (answers,) = told
    rows = run.table[run.table["id"].isin(front.loc[front["repeats"] > 0, "id"])]
    assert len(rows) > 2 and set(rows["accuracy_key"]) <= set(answers)
    between = difference(rows.iloc[0], rows.iloc[1], answers, spread_over_seeds(answers))
    assert between.paired and between.of_seeds and between.trainings == 2
    assert between.mean == pytest.approx(rows["repeated_accuracy"].iloc[0] - rows["repeated_accuracy"].iloc[1])

    store = existing_store(tmp_path / "known", read_only=False)
    store._connection.execute("UPDATE answers SET correct = x'00' WHERE replicate = 1")
    store._connection.commit()
    store.close()
    run = load_run(tmp_path / "known")
    with pytest.raises(InputError, match=r"store.sqlite: answers, .*: .*; a bit for each of its images is wanted"):
        run_sentences(run, run_front(run))


def test_a_run_that_confirmed_on_its_own_images_stays_with_them(digits, tmp_path, few_candidates):
    found(changed(digits, confirm_seeds=1), tmp_path / "run", seed=2)
    store = existing_store(tmp_path / "run", read_only=False)
    store._connection.execute("DELETE FROM run WHERE key = ?", (FACT,))
    assert confirmation_images(digits, store, ImageSource()) == 0
    store.put(FACT, "many")
    with pytest.raises(InputError, match=r"store.sqlite: run, confirmation_images: many is no count"):
        confirmation_images(digits, store, ImageSource())
    store.close()


def test_the_homogeneous_designs_that_a_front_has_to_beat_are_trained(plain, tmp_path):
    estimator = FormulaEstimator()
    found(changed(plain, rivals=3), tmp_path / "run", estimator=estimator)
    store = existing_store(tmp_path / "run")
    table = store.evaluations()
    alike = store.homogeneous(table)
    store.close()
    last = table["generation"] == table["generation"].max()
    assert 1 <= last.sum() <= 3 and alike[last].all()
    front = load_run(tmp_path / "run").table
    assert (front.loc[front["id"].isin(table.loc[last, "id"]), "repeats"] > 0).all()
    text = "\n".join(run_sentences(load_run(tmp_path / "run"), run_front(load_run(tmp_path / "run"))))
    assert "homogeneous designs trained (every layer alike)" in text and "width" in text

    again = FormulaEstimator()
    found(changed(plain, rivals=3), tmp_path / "run", resume=True, estimator=again)
    assert again.asked == []
    found(changed(plain, rivals=0, trainings=30), tmp_path / "run", resume=True, estimator=again)
    store = existing_store(tmp_path / "run")
    after = store.evaluations()
    store.close()
    own = table[~last]
    assert after["id"][: len(own)].tolist() == own["id"].tolist() and len(after) > len(own)
