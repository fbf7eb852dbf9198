"""Training and audit of a design file as a user gives the commands."""

import json
import sys

import pytest
import tomli_w

from tests.cli.refusals import refused
from xpert_evo.accuracy.training.pace import Pace
from xpert_evo.cli.image_progress import ImageProgress
from xpert_evo.data import ImageSource
from xpert_evo.design.design import homogeneous
from xpert_evo.design.design_files import save_design
from xpert_evo.hardware.preset import preset_content


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A design file for digits that trains in a second."""
    path = tmp_path_factory.mktemp("designs") / "d.json"
    save_design(homogeneous(width=0.05, input_bits=3, image_channels=1), path)
    return path


FEW = ("--dataset", "digits", "--images", 30, "--chips", 2, "--chip-images", 15, "--threads", 1)


@pytest.fixture
def known_pace(monkeypatch) -> None:
    """Nothing is trained to find out how long a training takes."""
    pace = Pace(step=0.1, float_step=0.1, calibration=0.1, scored=0.001, exact=0.01)
    monkeypatch.setattr("xpert_evo.accuracy.training.full.measured_pace", lambda *_, **__: pace)


def test_a_design_is_trained_and_audited(run, tmp_path, small, monkeypatch):
    training = tmp_path / "training"
    code, out, said = run("train", small, *FEW, "--epochs", 2, "--out", training, "--json")
    trained = json.loads(out)
    assert code == 0 and "300 test images are looked at once, at the end" in said and "on cpu" in said
    assert trained["settings"]["float_epochs"] == 1 and trained["exact_images"] == 30
    assert (training / "curves.png").stat().st_size > 10_000

    audits = []
    for name in ("checkpoint.safetensors", "codes.safetensors"):
        code, out, _ = run("audit", small, *FEW, "--weights", training / name, "--json")
        assert code == 0
        audits.append(json.loads(out))

    for key in ("noise_accuracy", "exact_accuracy", "chips_accuracies"):
        assert audits[0][key] == audits[1][key] == trained[key]
    assert audits[0]["energy_pj_measured_activity"] == audits[1]["energy_pj_measured_activity"]
    assert audits[0]["weight_encoding"] == "differential" and audits[0]["cell_variation"] == 0.05
    with monkeypatch.context() as patch:
        patch.setattr(ImageSource, "train", None)  # codes need no training images
        code, out, _ = run("audit", small, *FEW, "--weights", training / "codes.safetensors")
    assert code == 0 and "(30 test images)" in out and "2 chips" in out and "energy" in out
    weights = ("--weights", training / "codes.safetensors")
    refused(run("audit", small, *FEW, "--weights", small), "d.json", "no weights")
    refused(run("audit", small, *FEW, *weights, "--weight-encoding", "offset"), "codes.safetensors", "weight_encoding")
    refused(run("audit", small, *FEW, *weights, "--chips", "-1"), "--chips")
    refused(run("audit", small, *weights, "--dataset", "cifar10"), "image.channels", "cifar10")
    refused(run("train", small, *FEW, "--out", training), "checkpoint.safetensors", "already")


def test_chips_are_calibrated_in_a_training_and_in_an_audit_alike(run, tmp_path, small, known_pace):
    training = tmp_path / "training"
    code, out, _ = run("train", small, *FEW, "--epochs", 1, "--out", training, "--calibrate-chips", "--json")
    assert code == 0
    code, said, _ = run("audit", small, *FEW, "--weights", training / "codes.safetensors", "--calibrate-chips")
    assert code == 0 and "mean of the chips, each normalised by its own outputs" in said
    code, again, _ = run(
        "audit", small, *FEW, "--weights", training / "checkpoint.safetensors", "--calibrate-chips", "--json"
    )
    assert json.loads(again)["chips_calibrated"] and json.loads(out)["chips_calibrated"]
    assert json.loads(again)["chips_accuracies"] == json.loads(out)["chips_accuracies"]


def test_a_design_whose_adc_the_chip_hasnt_is_refused_before_anything_is_run(run, tmp_path):
    path = tmp_path / "d.json"
    save_design(homogeneous(image_channels=1, adc_type="survey-1n", adc_bits=9), path)
    named = (str(path), "layer 1, adc_type: survey-1n is no ADC of hardware preset", "valid are flash, sar")
    refused(run("simulate", path), *named)
    refused(run("train", path, *FEW, "--out", tmp_path / "training"), *named)
    refused(run("audit", path, *FEW, "--weights", path), *named)
    chip = ("--hardware", "rram-adc-survey")
    refused(run("train", path, *FEW, "--out", tmp_path / "training", *chip), "did you mean survey-1ns?")
    save_design(homogeneous(image_channels=1, adc_type="survey-1ns", adc_bits=3), path)
    told = ("adc_bits: 3 isn't in the table of survey-1ns ADCs; valid are 4, 5",)
    refused(run("simulate", path, *chip), str(path), *told)
    refused(run("train", path, *FEW, "--out", tmp_path / "training", *chip), str(path), *told)
    assert not (tmp_path / "training").exists()


@pytest.mark.parametrize(("kind", "bits"), [("coarse", 1), ("fine", 10)])
def test_adcs_of_one_and_of_ten_bits_are_trained_and_audited(run, tmp_path, kind, bits):
    content = preset_content("xpert-rram") | {
        "adc": {kind: {"source": "a test", "bits": {str(bits): {"area_um2": 50, "energy_pj": 0.1, "time_ns": 2}}}}
    }
    (tmp_path / "chip.toml").write_text(tomli_w.dumps(content))
    chip, path = ("--hardware", tmp_path / "chip.toml"), tmp_path / "d.json"
    save_design(homogeneous(width=0.05, input_bits=3, image_channels=1, adc_type=kind, adc_bits=bits), path)
    code, out, _ = run("train", path, *FEW, "--epochs", 1, "--out", tmp_path / "training", "--json", *chip)
    assert code == 0
    weights = ("--weights", tmp_path / "training" / "codes.safetensors")
    code, again, _ = run("audit", path, *FEW, *weights, "--json", *chip)
    assert code == 0 and json.loads(again)["exact_accuracy"] == json.loads(out)["exact_accuracy"]
    assert json.loads(again)["energy_pj_measured_activity"] > 0


def test_ctrl_c_leaves_a_training_that_goes_on(run, tmp_path, small, known_pace, monkeypatch):
    train = ("train", small, *FEW, "--epochs", 2, "--out", tmp_path / "training")
    epochs = []

    def begin(progress, what, total):
        epochs.append(what)
        if what.startswith("epoch 2"):
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ImageProgress, "begin", begin)
        code, _, error = run(*train)
    assert code == 130 and "--resume" in error
    assert epochs == ["epoch 1 of 2 (float)", "epoch 2 of 2 (noise)"]
    assert (tmp_path / "training/curves.png").exists()
    assert run(*train, "--resume")[0] == 0
    refused(run(*train, "--resume", "--epochs", 3), "epochs: 3", "has 2")
    refused(run(*train, "--resume", "--cutout", 2), "cutout: 2", "has 0")
    refused(run(*train, "--resume", "--cutout", 64), "--cutout 64", "less is wanted")


def test_ctrl_c_before_the_first_epochs_end_says_that_nothing_is_kept(run, tmp_path, small, known_pace, monkeypatch):
    train = ("train", small, *FEW, "--epochs", 1, "--out", tmp_path / "training")

    def begin(progress, what, total):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ImageProgress, "begin", begin)
        code, _, error = run(*train)
    assert code == 130 and "nothing is kept" in error and "--resume" not in error
    assert run(*train)[0] == 0


def test_tensorboard_is_an_extra(run, tmp_path, small, known_pace, monkeypatch):
    train = ("train", small, *FEW, "--epochs", 1, "--out", tmp_path / "training", "--tensorboard")
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "torch.utils.tensorboard", None)
        refused(run(*train), "--tensorboard", "xpert-evo[tensorboard]")
    assert not (tmp_path / "training").exists()
    pytest.importorskip("tensorboard")
    assert run(*train)[0] == 0
    assert list((tmp_path / "training/tensorboard").glob("events*"))
