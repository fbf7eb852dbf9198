import time

import pytest

from xpert_evo.accuracy.audit import Audit
from xpert_evo.accuracy.settings import TrainingSettings
from xpert_evo.accuracy.training.pace import Pace, Times

PACE = Pace(step=2.0, float_step=1.0, calibration=0.5, scored=0.01, exact=0.1)
SETTINGS = TrainingSettings(epochs=10, float_epochs=4, batch_size=100)


def test_a_training_s_seconds_add_up():
    float_epoch = 60 * 1.0 + 0.5 + 200 * 0.01
    epoch = 60 * 2.0 + 2 * 0.5 + 0.5 + 200 * 0.01

    assert PACE.training(SETTINGS, 6000, 200) == pytest.approx(4 * float_epoch + 6 * epoch)
    assert PACE.training(SETTINGS, 6000, 200, done=3) == pytest.approx(float_epoch + 6 * epoch)
    assert PACE.training(SETTINGS, 6000, 200, done=9) == pytest.approx(epoch)
    assert PACE.training(SETTINGS, 6000, 200, done=10) == 0


def test_a_test_s_seconds_count_every_exact_pass():
    assert Audit(chips=5, chip_images=2000).passes(10_000) == 20_000
    assert Audit(images=500, chips=2, chip_images=2000).passes(300) == 900
    assert PACE.test(Audit(chips=0), 1000) == pytest.approx(1500 * 0.1 + 2000 * 0.01)


def test_the_time_left_follows_what_epochs_took(monkeypatch):
    clock = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    times = Times(PACE, SETTINGS, 6000, 200, done=2)
    clock[0] += 3 * (times.foretold(2) - times.foretold(3))

    assert times.left(3) == pytest.approx(3 * times.foretold(3))


def test_a_pause_is_forgotten_after_a_few_epochs(monkeypatch):
    clock = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    times = Times(PACE, SETTINGS, 6000, 200, done=0)
    left = []
    for done in range(1, 7):
        clock[0] += times.foretold(done - 1) - times.foretold(done) + (3600 if done == 2 else 0)
        left.append(times.left(done))

    assert left[1] > 10 * times.foretold(2)
    assert left[-2:] == pytest.approx([times.foretold(5), times.foretold(6)])
