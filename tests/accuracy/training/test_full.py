import csv
import json
import shutil

import pytest
import torch

from tests.accuracy.examples import SETTINGS, run, shallow
from xpert_evo.accuracy.networks import checkpoints
from xpert_evo.accuracy.networks.checkpoints import TRAINING_FORMAT
from xpert_evo.accuracy.training import arithmetic
from xpert_evo.accuracy.training.full import CHECKPOINT
from xpert_evo.accuracy.training.listener import Listener
from xpert_evo.accuracy.training.loop import check_settings
from xpert_evo.design.design import ArrayDesign
from xpert_evo.errors import InputError


class Hearing(Listener):
    """Keeps what it hears."""

    def __init__(self):
        self.beginnings, self.epochs, self.images = [], [], 0

    def begins(self, done, pace):
        self.beginnings.append((done, pace))

    def epoch(self, row):
        self.epochs.append(row)

    def tested(self, images):
        self.images += images


def test_a_training_writes_checkpoint_curve_codes_and_result(pictures, tmp_path, whole):
    heard = Hearing()
    before = torch.get_rng_state()
    result = run(pictures, tmp_path, listener=heard)

    rows = list(csv.DictReader((tmp_path / "curves.csv").open()))
    assert [row["epoch"] for row in rows] == ["1", "2", "3"]
    assert [row["fidelity"] for row in rows] == ["float", "noise", "noise"]
    assert float(rows[2]["train_loss"]) < float(rows[0]["train_loss"])
    assert [float(row["validation_accuracy"]) for row in rows] == [row.validation_accuracy for row in heard.epochs]
    assert json.loads((tmp_path / "result.json").read_text()) == result
    assert (result["train_images"], result["validation_images"]) == (180, 20)
    assert (result["float_images"], result["noise_images"]) == (80, 80)
    assert (result["exact_images"], result["chips_images"], len(result["chips_accuracies"])) == (60, 40, 2)
    assert heard.images == 60 + 2 * 40
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        CHECKPOINT,
        "codes.safetensors",
        "curves.csv",
        "result.json",
    ]
    ((done, pace),) = heard.beginnings
    assert done == 0 and min(pace.step, pace.float_step, pace.scored, pace.exact) > 0
    assert torch.equal(torch.get_rng_state(), before), "the global generator is left alone"
    codes = [(folder / "codes.safetensors").read_bytes() for folder in (tmp_path, whole)]
    assert codes[0] == codes[1], "the pace was measured for one and not for the other"


def test_a_result_tells_the_arithmetic_that_steps_were_in(pictures, tmp_path, whole, monkeypatch):
    assert json.loads((whole / "result.json").read_text())["arithmetic"] == "float32"
    monkeypatch.setattr(arithmetic, "bfloat16_instructions", lambda: ["avx512_bf16"])
    settings = SETTINGS.model_copy(update={"epochs": 2, "bfloat16": True})
    assert run(pictures, tmp_path, settings=settings)["arithmetic"] == "bfloat16"


def test_a_result_tells_the_array_that_the_design_has_chosen(pictures, tmp_path):
    design = shallow(input_bits=3).model_copy(update={"array": ArrayDesign(crossbar_size=128)})
    result = run(pictures, tmp_path, design=design, settings=SETTINGS.model_copy(update={"epochs": 2}))
    assert (result["array"]["crossbar_size"], result["array"]["bits_per_cell"]) == (128, 4)


@pytest.mark.parametrize("after", [1, 2])
def test_an_interrupted_training_resumes_to_the_same_end(pictures, tmp_path, whole, after):
    """Whether it is stopped before the ADCs come in, or after."""

    class Interrupting(Listener):
        def epoch(self, row):
            if row.epoch == after:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(pictures, tmp_path, listener=Interrupting())
    assert not (tmp_path / "result.json").exists()

    resumed, result = run(pictures, tmp_path, resume=True), json.loads((whole / "result.json").read_text())

    for accuracy in ("float_accuracy", "noise_accuracy", "exact_accuracy", "chips_accuracies"):
        assert resumed[accuracy] == result[accuracy]
    (one, facts), (other, others) = (checkpoints.read(folder / CHECKPOINT, "") for folder in (tmp_path, whole))
    assert one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)
    curves = [[row[:4] for row in checkpoints.state_of(*state)["curve"]] for state in ((one, facts), (other, others))]
    assert curves[0] == curves[1] and len(curves[0]) == 3
    codes = [(folder / "codes.safetensors").read_bytes() for folder in (tmp_path, whole)]
    assert codes[0] == codes[1]


def test_a_training_older_than_a_setting_goes_on_as_it_began():
    older = {"settings": SETTINGS.model_dump(mode="json", exclude={"cutout"})}

    check_settings(older, SETTINGS)
    with pytest.raises(InputError, match="cutout: 4, but the training to go on with has 0"):
        check_settings(older, SETTINGS.model_copy(update={"cutout": 4}))


def test_a_finished_training_is_not_tested_again(pictures, tmp_path, whole):
    shutil.copytree(whole, tmp_path, dirs_exist_ok=True)

    class Refusing(Listener):
        def tested(self, images):
            raise AssertionError("the test images were looked at once")

    result = json.loads((whole / "result.json").read_text())
    assert run(pictures, tmp_path, resume=True, listener=Refusing()) == result
    with pytest.raises(InputError, match="epochs: 5, but the training to go on with has 3"):
        run(pictures, tmp_path, resume=True, settings=SETTINGS.model_copy(update={"epochs": 5}))


@pytest.mark.parametrize("damage", ["{", "[1]", "\x00"])
def test_a_damaged_result_is_named(pictures, tmp_path, whole, damage):
    shutil.copytree(whole, tmp_path, dirs_exist_ok=True)
    (tmp_path / "result.json").write_text(damage)

    with pytest.raises(InputError, match=r"result\.json: "):
        run(pictures, tmp_path, resume=True)


def test_as_many_images_are_held_out_as_asked_for(pictures, tmp_path):
    result = run(pictures, tmp_path, held_out=8)

    assert (result["train_images"], result["validation_images"]) == (192, 8)
    with pytest.raises(InputError, match="another held_out"):
        run(pictures, tmp_path, resume=True)
    with pytest.raises(InputError, match="--held-out 51: at most 50 of the 200 training images"):
        run(pictures, tmp_path / "other", held_out=51)
    assert not (tmp_path / "other").exists()


def test_an_interrupted_test_is_begun_again(pictures, tmp_path, whole):
    shutil.copytree(whole, tmp_path, dirs_exist_ok=True)
    result = json.loads((tmp_path / "result.json").read_text())
    (tmp_path / "result.json").unlink()

    again = run(pictures, tmp_path, resume=True)

    assert {**again, "test_seconds": 0} == {**result, "test_seconds": 0}


def test_folders_that_cannot_be_used_are_bad_input(pictures, tmp_path, whole):
    with pytest.raises(InputError, match="no training to resume"):
        run(pictures, tmp_path, resume=True)
    shutil.copytree(whole, tmp_path, dirs_exist_ok=True)
    with pytest.raises(InputError, match="already"):
        run(pictures, tmp_path)
    with pytest.raises(InputError, match="another seed"):
        run(pictures, tmp_path, resume=True, seed=2)
    with pytest.raises(InputError, match="on other images"):
        run(pictures, tmp_path, resume=True, source="photographs")
    with pytest.raises(InputError, match="another design"):
        run(pictures, tmp_path, resume=True, design=shallow(width=0.5))
    with pytest.raises(InputError, match="float_epochs: 3; fewer than the 3 epochs"):
        run(pictures, tmp_path / "other", settings=SETTINGS.model_copy(update={"float_epochs": 3}))
    assert not (tmp_path / "other").exists()
    checkpoints.write_state(tmp_path / CHECKPOINT, "something else", {})
    with pytest.raises(InputError, match="its format is something else"):
        run(pictures, tmp_path, resume=True)
    checkpoints.write(tmp_path / CHECKPOINT, {}, {"format": TRAINING_FORMAT, "content": {"plan": {"tensor": "lost"}}})
    with pytest.raises(InputError, match=r"checkpoint\.safetensors: damaged"):
        run(pictures, tmp_path, resume=True)
