"""What a person is told before a training's first step."""

import pytest

from xpert_evo.accuracy.settings import ArrayShape, DeviceSpread, TrainingSettings
from xpert_evo.accuracy.training import arithmetic
from xpert_evo.accuracy.training.arithmetic import INSTEAD
from xpert_evo.accuracy.training.full import FullTraining
from xpert_evo.accuracy.training.pace import Pace
from xpert_evo.data.listener import ImageListener
from xpert_evo.workflows.shown_training import ShownTraining, Sizes


class Heard(ImageListener):
    def __init__(self):
        self.lines = []

    def say(self, text):
        self.lines.append(text)

    def begin(self, what, total, seconds=None):
        self.lines.append(what)


@pytest.mark.parametrize(("asked", "said"), [(True, True), (False, False)])
def test_float32_in_place_of_bfloat16_is_said_before_the_first_epoch(monkeypatch, asked, said):
    monkeypatch.setattr(arithmetic, "bfloat16_instructions", lambda: [])
    training = FullTraining(
        settings=TrainingSettings(epochs=2, float_epochs=1, bfloat16=asked),
        array=ArrayShape(crossbar_size=64, bits_per_cell=4),
        spread=DeviceSpread(cell_variation=0.05, mirror_mismatch=0.01, on_off_ratio=100),
        flip=True,
    )
    heard = Heard()

    shown = ShownTraining(heard, None, training, Sizes(fitted=90, validation=10, test=20, weights=1000), "cpu")
    shown.begins(0, Pace(step=1, float_step=1, calibration=0.1, scored=0.01, exact=0.1))

    assert (INSTEAD in heard.lines) == said
    assert heard.lines[-1] == "epoch 1 of 2 (float)"
