"""Searches on images of the user's own: what a run remembers of them, and what it refuses."""

import shutil

import pytest
import torch

from tests.conftest import FormulaEstimator
from tests.data.png_folders import arrays_of, write_images, write_patterns
from xpert_evo.accuracy.networks.building import build_network
from xpert_evo.data import ImageSource, own_images
from xpert_evo.design.design import homogeneous
from xpert_evo.design.designs import stack
from xpert_evo.errors import InputError
from xpert_evo.search.records.run_folder import existing_store
from xpert_evo.workflows.comparison import compare_runs
from xpert_evo.workflows.estimator import proxy_estimator, unused_images
from xpert_evo.workflows.own_images import with_images
from xpert_evo.workflows.problem import Problem
from xpert_evo.workflows.problem_file import load_problem, resolved_toml
from xpert_evo.workflows.promotion import promote_designs
from xpert_evo.workflows.report import write_report
from xpert_evo.workflows.resources import Resources
from xpert_evo.workflows.results import load_run, run_front, write_tables
from xpert_evo.workflows.search import evolve

PROBLEM = """
format = "xpert-evo/problem-1"
dataset = "folder:mine"

[proxy]
train_images = 12
validation_images = 6
batch_size = 6
epochs = 1
width_factor = 0.0625

[search]
algorithm = "nsga2"
population = 6
offspring = 4
trainings = 6
confirm_seeds = 1
rivals = 0
"""


@pytest.fixture(autouse=True)
def none_registered(monkeypatch):
    monkeypatch.setattr(own_images, "_registered", {})


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with images in `mine` and a problem file; commands run in it."""
    monkeypatch.chdir(tmp_path)
    write_patterns(tmp_path / "mine", {"train": 10, "test": 2})
    (tmp_path / "problem.toml").write_text(PROBLEM)
    return tmp_path


def searched(problem: Problem, **options) -> None:
    evolve(problem, "run", estimator=FormulaEstimator(), **options)


def test_a_problem_reads_its_images_and_reads_back_without_them(place):
    problem = load_problem("problem.toml")
    space = problem.search_space()
    assert (space.image_size, space.image_channels, space.classes) == (16, 3, 3)
    assert problem.images.content.class_names == ("across", "down", "spots")
    (place / "resolved.toml").write_text(resolved_toml(problem))
    shutil.rmtree("mine")
    assert load_problem("resolved.toml") == problem


def test_problems_of_other_data_sets_hold_nothing_of_images(problem):
    assert "[images" not in resolved_toml(problem)


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("dataset=folder:none", r"problem.toml: images: /.*none: no such folder; one of images"),
        ("dataset=digits", None),
        ("images.size=8", r"image.size: 8 is too small for vgg16"),
        ("images.size=0", r"images.size: .*greater than or equal to 1, not 0"),
        ("images.side=8", r"images.side: unknown key"),
        ("images=8", r"images: "),
    ],
)
def test_what_is_wrong_with_images_is_told_by_its_key(place, override, message):
    if message is None:
        assert load_problem("problem.toml", overrides=(override,)).images is None
        return
    with pytest.raises(InputError, match=message) as error:
        load_problem("problem.toml", overrides=(override,))
    assert "\n" not in str(error.value)


def test_what_was_read_before_is_read_anew_where_a_key_changes(place):
    (place / "resolved.toml").write_text(resolved_toml(load_problem("problem.toml")))
    assert load_problem("resolved.toml", overrides=("images.size=24",)).images.content.side == 24
    write_images(place / "other", {"a": 5, "b": 5})
    assert load_problem("resolved.toml", overrides=("dataset=folder:other",)).image_info().classes == 2


def test_a_run_can_be_read_where_its_images_are_not(place):
    searched(load_problem("problem.toml"))
    shutil.rmtree("mine")
    front = write_tables(place / "run")
    assert set(front["dataset"]) == {"folder:mine"}
    write_report(place / "run")
    assert "Co-search on mine" in (place / "run" / "report.html").read_text()


def test_any_name_of_a_folder_can_be_shown(place):
    shutil.move("mine", "<b>$x_{$")
    searched(load_problem("problem.toml", overrides=("dataset=folder:<b>$x_{$",)))
    write_tables(place / "run")
    write_report(place / "run")
    assert "Co-search on &lt;b&gt;$x_{$" in (place / "run" / "report.html").read_text()


@pytest.mark.parametrize("side", [16, 19, 50])
def test_sides_that_pools_cannot_halve_are_rounded_down_everywhere(place, side):
    problem = load_problem("problem.toml", overrides=(f"images.size={side}",))
    design = homogeneous(width=0.05, image_size=side, classes=3)
    assert problem.hardware.load().evaluate(stack([design])).edap_pj_ns_um2 > 0
    with torch.no_grad():
        logits = build_network(design).eval().plain(torch.rand(2, 3, side, side), clipped=False)
    assert problem.search_space().image_size == side and logits.shape == (2, 3)


def test_a_run_goes_on_with_its_images_alone_wherever_they_are(place):
    searched(load_problem("problem.toml"))
    shutil.move("mine", "moved")
    moved = load_problem("problem.toml", overrides=("dataset=folder:moved", "search.trainings=8"))
    searched(moved, resume=True)
    assert load_run(place / "run").problem.dataset == "folder:moved"
    (place / "moved" / "train" / "down" / "000.png").rename("moved/train/across/other.png")
    other = load_problem("problem.toml", overrides=("dataset=folder:moved", "search.trainings=8"))
    before = existing_store(place / "run").counts()
    with pytest.raises(InputError, match=r"images.content.fingerprint is .* found on them"):
        searched(other, resume=True)
    with pytest.raises(InputError, match=r"folder:moved: holds other training images than the problem was read with"):
        promote_designs(place / "run", ["knee"], factor=2)
    assert existing_store(place / "run").counts() == before


def test_the_front_is_confirmed_on_images_that_chose_nothing(place):
    write_patterns(place / "many", {"train": 50, "test": 1})
    problem = load_problem("problem.toml", overrides=("dataset=folder:many",))
    unused = unused_images(problem, ImageSource())
    assert unused == 150 - 12 - 6
    estimator = proxy_estimator(problem, Resources(), confirmation=unused)
    assert len(estimator._validation_labels) == unused


def test_images_may_be_given_in_place_of_a_problem_s(place, problem):
    write_images(place / "two", {"a": 5, "b": 5}, mode="L")
    found, source = with_images(problem, place / "two")
    assert found.image_info().classes == 2 and found.search_space().image_channels == 1
    assert source == ImageSource() and with_images(problem, source) == (problem, source)
    arrays, _ = with_images(problem, arrays_of(5, classes=4, channels=3))
    assert arrays.dataset == "arrays" and arrays.search_space().classes == 4
    with pytest.raises(InputError, match=r"images: images: .*none: no such folder"):
        with_images(problem, "none")


def test_a_search_in_arrays_goes_on_in_the_same_alone(place):
    problem, images = load_problem("problem.toml"), arrays_of(10)
    searched(problem, images=images)
    searched(problem, images=images, resume=True)
    with pytest.raises(InputError, match=r"images.content.train_images is 24 there and 27"):
        searched(problem, images=arrays_of(11), resume=True)
    assert len(run_front(load_run(place / "run")))


def test_runs_on_other_images_are_not_compared(place):
    searched(load_problem("problem.toml"))
    shutil.move("run", "first")
    shutil.copytree("mine", "copy")
    evolve(load_problem("problem.toml", overrides=("dataset=folder:copy",)), "second", estimator=FormulaEstimator())
    assert len(compare_runs([place / "first", place / "second"]).indicators) == 2
    (place / "copy" / "train" / "down" / "000.png").rename("copy/train/down/zzz.png")
    evolve(load_problem("problem.toml", overrides=("dataset=folder:copy",)), "third", estimator=FormulaEstimator())
    with pytest.raises(InputError, match=r"third: dataset is images \w{16}, but images \w{16} in"):
        compare_runs([place / "first", place / "third"])
