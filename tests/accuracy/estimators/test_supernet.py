import pickle
import shutil

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from pydantic import ValidationError

from tests.accuracy.estimators.test_proxy_training import SETTINGS, SHORT, design, parts
from tests.accuracy.examples import shallow
from xpert_evo.accuracy.circuit.quantizers import weight_scale
from xpert_evo.accuracy.estimators.supernet import Supernet
from xpert_evo.accuracy.networks.building import build_network
from xpert_evo.accuracy.networks.slimmable import AdcNoise, Subnet, subnet_logits
from xpert_evo.accuracy.networks.transfer import copy_prefixes
from xpert_evo.accuracy.pixels import as_pixels
from xpert_evo.accuracy.settings import ArrayShape, ProxySettings
from xpert_evo.accuracy.training.normalisation import normalise_anew
from xpert_evo.accuracy.training.supernet import Subnets, train_supernet
from xpert_evo.design.designs import stack
from xpert_evo.errors import InputError


def designs():
    return [
        design(width=width, adc_bits=adc, input_bits=inputs)
        for width, adc, inputs in ((1.0, 8, 8), (0.25, 4, 3), (0.5, 6, 4), (0.125, 3, 2), (0.75, 6, 8))
    ]


def supernet(pictures, weights=None, settings=SHORT, seed=1) -> Supernet:
    return Supernet(
        settings,
        *parts(pictures),
        widest=design(),
        subnets=stack(designs()),
        seed=seed,
        weights=weights,
        array=ArrayShape(weight_encoding="differential"),
        flip=False,
    )


def test_designs_are_scored_far_above_chance_and_wide_ones_above_narrow_ones(pictures, tmp_path):
    settings = SETTINGS.model_copy(update={"width_factor": 0.5, "supernet_epochs": 5})
    estimator = supernet(pictures, tmp_path, settings)

    wide, narrow = (estimator.estimate(wanted, seed=3) for wanted in (designs()[0], designs()[3]))

    assert wide.accuracy > 0.9, "chance is 0.25"
    assert wide.accuracy > narrow.accuracy + 0.1  # 1.00 and 0.71 +- 0.04 over eight seeds
    assert wide.images == 200
    assert wide.standard_error == pytest.approx((wide.accuracy * (1 - wide.accuracy) / 200) ** 0.5)


def test_weights_are_trained_once_whoever_asks(pictures, tmp_path):
    settings = SHORT.model_copy(update={"supernet_epochs": 1})
    steps = []
    supernet(pictures, tmp_path, settings).prepare(steps.append)
    (kept,) = tmp_path.iterdir()
    trained_at = kept.stat().st_mtime_ns
    assert steps[0] == 0 and steps[-1] == supernet(pictures, None, settings).steps == 3

    again: list[int] = []
    supernet(pictures, tmp_path, settings).prepare(again.append)
    one, other = (pickle.loads(pickle.dumps(supernet(pictures, tmp_path, settings))) for _ in range(2))
    pair = designs()[:2]
    forth, back = [one.estimate(d, 3).accuracy for d in pair], [other.estimate(d, 3).accuracy for d in pair[::-1]]
    alone = supernet(pictures, None, settings).estimate(pair[0], 3).accuracy

    assert again == [3]
    assert forth == back[::-1] and alone == forth[0]
    assert list(tmp_path.iterdir()) == [kept] and kept.stat().st_mtime_ns >= trained_at
    supernet(pictures, tmp_path, settings, seed=2).prepare(again.append)
    assert len(list(tmp_path.iterdir())) == 2, "another seed is another supernet"


def test_a_prepared_one_takes_its_weights_along_to_where_the_folder_is_not(pictures, tmp_path, monkeypatch):
    settings = SHORT.model_copy(update={"supernet_epochs": 1})
    estimator = supernet(pictures, tmp_path / "kept", settings)
    estimator.prepare(lambda done: None)
    sent = pickle.dumps(estimator)
    here = estimator.estimate(designs()[0], 3).accuracy
    shutil.rmtree(tmp_path / "kept")
    monkeypatch.setattr("xpert_evo.accuracy.estimators.supernet.train_supernet", None)

    assert pickle.loads(sent).estimate(designs()[0], 3).accuracy == here


def test_a_training_that_was_stopped_goes_on_bit_for_bit(pictures, tmp_path, monkeypatch):
    monkeypatch.setattr("xpert_evo.accuracy.training.supernet.CALIBRATION_INTERVAL", 2)
    settings = SHORT.model_copy(update={"supernet_epochs": 2, "crop_padding": 1})
    whole = supernet(pictures, tmp_path / "whole", settings)
    whole.prepare(lambda done: None)

    def stop(done: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        supernet(pictures, tmp_path / "parts", settings).prepare(stop)
    steps: list[int] = []
    supernet(pictures, tmp_path / "parts", settings).prepare(steps.append)

    assert steps == [4, 6]
    one, other = (next((tmp_path / name).iterdir()) for name in ("whole", "parts"))
    assert one.name == other.name and one.read_bytes() == other.read_bytes()


@pytest.fixture
def widest():
    return build_network(shallow(), hardware=ArrayShape(), seed=0)


def noise_of(widest, pixels, adc_bits=(3, 8)) -> AdcNoise:
    noise = AdcNoise(build_network(shallow(), hardware=ArrayShape(), seed=0), adc_bits, [8])
    noise.measure(widest, pixels)
    return noise


@pytest.mark.parametrize("weight_bits", [8, 5])
def test_a_pass_of_a_subnet_is_that_of_its_own_network(pictures, widest, weight_bits):
    narrow = build_network(shallow(width=0.5, input_bits=3, weight_bits=weight_bits), hardware=ArrayShape(), seed=1)
    copy_prefixes(widest, narrow)
    pixels = as_pixels(torch.from_numpy(pictures[0][:40]))
    channels = [len(layer.weight) for layer in narrow.crossbar_layers()]
    silent = noise_of(widest, pixels)
    silent._sigmas = [{(8, weight_bits): 0.0} for _ in channels]

    logits = subnet_logits(widest, pixels, Subnet(channels, [8] * 4, [3] * 4, [weight_bits] * 4), silent)

    # Without calibration it has no noise either. A last bit may round an image's input to another integer.
    assert (logits - narrow(pixels)).abs().median() < 1e-5
    logits.sum().backward()
    gradient = widest.crossbar_layers()[1].weight.grad
    assert gradient[:8, :4].abs().sum() > 0 and not gradient[8:].any() and not gradient[:, 4:].any()


def test_noise_grows_with_fewer_adc_bits_and_with_rows(pictures, widest):
    noise = noise_of(widest, as_pixels(torch.from_numpy(pictures[0][:40])), (3, 6))
    assert noise.sigma(3, 3, 8, 90, 4) > 5 * noise.sigma(3, 6, 8, 90, 4) > 0  # 7.4 +- 0.3 over eight seeds
    assert noise.sigma(3, 3, 8, 180, 4) == pytest.approx(2**0.5 * noise.sigma(3, 3, 8, 90, 4))


def test_what_training_takes_for_a_subnets_noise_is_near_what_its_calibration_finds(pictures, widest):
    pixels = as_pixels(torch.from_numpy(pictures[0][:100]))
    noise = noise_of(widest, pixels)
    own = build_network(shallow(width=0.5, adc_bits=3, input_bits=4), hardware=ArrayShape(), seed=1)
    copy_prefixes(widest, own)
    own.calibrate(pixels)
    ratios = [
        noise.sigma(number, 3, 8, layer.weight[0].numel(), 4) / float(layer.noise_sigma)
        for number, layer in enumerate(own.crossbar_layers())
    ]
    assert 0.7 < np.median(ratios) < 1.4


def test_normalising_anew_finds_the_statistics_of_the_outputs(pictures, widest):
    images = torch.from_numpy(pictures[0][:200])
    first = widest.crossbar_layers()[0]
    first.running_mean.fill_(7.0)

    normalise_anew(widest, images, calibration_images=50)

    seen = {}
    widest.watch(as_pixels(images), seen.setdefault)
    unit = weight_scale(first.weight, first.largest_weight) * first.input_step
    outputs = F.conv2d(seen[first], first.integer_weight() * unit, padding=1)
    assert not widest.training
    assert torch.allclose(first.running_mean, outputs.mean(dim=(0, 2, 3)), atol=0.02)
    assert torch.allclose(first.running_var, outputs.var(dim=(0, 2, 3)), rtol=0.1)


def test_sandwiches_are_topped_by_the_largest():
    rng = np.random.default_rng(0)
    channels = np.sort(rng.integers(2, 9, size=(40, 13)), axis=0)
    subnets = Subnets(
        channels,
        rng.integers(3, 9, size=(40, 13)),
        rng.integers(2, 9, size=(40, 13)),
        rng.integers(5, 9, size=(40, 13)),
    )
    for seed in range(5):
        top, bottom, *others = subnets.sandwich(np.random.default_rng(seed))
        assert top.channels in channels[-4:].tolist() and set(top.adc_bits) == {8}
        assert bottom.channels == channels[0].tolist() and len(others) == 2


def test_a_design_wider_than_the_supernet_is_refused(pictures):
    estimator = supernet(pictures, None, SHORT.model_copy(update={"supernet_epochs": 1}))
    with pytest.raises(InputError, match=r"channels: .* were trained"):
        estimator.estimate(design(width=2.0), 1)


def test_a_supernet_has_no_float_warm_up():
    with pytest.raises(ValidationError, match="bfloat16: a supernet"):
        ProxySettings(estimator="supernet", bfloat16=True)
    with pytest.raises(ValidationError, match="float_epochs: 1; a supernet"):
        ProxySettings(estimator="supernet", float_epochs=1)


@pytest.mark.parametrize("change", [{"fidelity": "folded"}, {"device_variation": True}])
def test_fidelities_and_devices_are_those_of_other_trainings(pictures, widest, change):
    images, labels = (torch.from_numpy(part[:80]) for part in pictures)
    settings = SHORT.model_copy(update={"supernet_epochs": 1, "batch_size": 40, **change})
    built = Subnets(*(np.full((2, 4), value) for value in (4, 6, 4, 8)))
    before = widest.crossbar_layers()[0].weight.detach().clone()
    train_supernet(
        widest, images, labels, subnets=built, noise=noise_of(widest, as_pixels(images), (6,)),
        settings=settings, flip=False, seed=1,
    )  # fmt: skip
    assert not torch.equal(before, widest.crossbar_layers()[0].weight)
