import csv
import json

import pytest
import torch

from xpert_evo.accuracy.full_training import train_design
from xpert_evo.accuracy.settings import ArrayShape, TrainingSettings
from xpert_evo.data import Images
from xpert_evo.design.designs import homogeneous
from xpert_evo.errors import InputError

DESIGN = homogeneous(width=0.1, image_size=16, image_channels=1, classes=4)
SETTINGS = TrainingSettings(epochs=3, batch_size=50, crop_padding=1)


def run(pictures, folder, **options):
    images, labels = pictures
    return train_design(
        options.pop("design", DESIGN),
        Images(images[:400], labels[:400]),
        Images(images[400:], labels[400:]),
        settings=SETTINGS,
        array=ArrayShape(),
        flip=False,
        out_dir=folder,
        **options,
    )


def test_a_training_writes_checkpoint_curve_and_result(pictures, tmp_path):
    seen = []
    result = run(pictures, tmp_path, on_progress=lambda *progress: seen.append(progress[:2]))

    rows = list(csv.DictReader((tmp_path / "curves.csv").open()))
    assert [row["epoch"] for row in rows] == ["1", "2", "3"]
    assert float(rows[2]["train_loss"]) < float(rows[0]["train_loss"])
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert json.loads((tmp_path / "result.json").read_text()) == result
    assert result["test_images"] == 200 and result["train_images"] == 360
    assert torch.load(tmp_path / "checkpoint.pt", weights_only=True)["training"]["epoch"] == 3


def test_an_interrupted_training_resumes_to_the_same_end(pictures, tmp_path):
    def interrupt(epoch, *_):
        if epoch == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(pictures, tmp_path / "a", on_progress=interrupt)
    assert not (tmp_path / "a/result.json").exists()

    resumed = run(pictures, tmp_path / "a", resume=True)
    whole = run(pictures, tmp_path / "b")

    assert resumed["test_accuracy"] == whole["test_accuracy"]
    one, other = (torch.load(tmp_path / name / "checkpoint.pt", weights_only=True) for name in "ab")
    for name, value in one["training"]["network"].items():
        assert torch.equal(value, other["training"]["network"][name]), name
    assert [row[:3] for row in one["curve"]] == [row[:3] for row in other["curve"]]
    assert run(pictures, tmp_path / "b", resume=True)["test_accuracy"] == whole["test_accuracy"]


def test_folders_that_cannot_be_used_are_bad_input(pictures, tmp_path):
    with pytest.raises(InputError, match="no training to resume"):
        run(pictures, tmp_path, resume=True)
    run(pictures, tmp_path)
    with pytest.raises(InputError, match="already"):
        run(pictures, tmp_path)
    with pytest.raises(InputError, match="another seed"):
        run(pictures, tmp_path, resume=True, seed=2)
    with pytest.raises(InputError, match="another design"):
        run(pictures, tmp_path, resume=True, design=homogeneous(width=0.2, image_channels=1, classes=4))
