import torch
import torch.nn.functional as F

from xpert_evo.accuracy.network import build_network
from xpert_evo.accuracy.plain import normalised_for_plain, plain_accuracy
from xpert_evo.accuracy.settings import TrainingSettings
from xpert_evo.accuracy.training import evaluate, train
from xpert_evo.design.designs import homogeneous

SETTINGS = TrainingSettings(epochs=10, float_epochs=9, batch_size=50, crop_padding=1, calibration_images=50)


def trained(pictures, *, settings=SETTINGS, **genes):
    design = homogeneous(width=0.1, image_size=16, image_channels=1, classes=4, **genes)
    network = build_network(design, seed=1)
    images, labels = (torch.from_numpy(array[:400]) for array in pictures)
    train(network, images, labels, settings=settings, flip=False, seed=1)
    return network


def held_out(pictures):
    return tuple(torch.from_numpy(array[400:]) for array in pictures)


def test_the_plain_network_is_what_torch_s_own_layers_give():
    network = build_network(homogeneous(width=0.1, image_size=16, image_channels=1, classes=4)).eval()
    images = torch.rand(3, 1, 16, 16)

    x = images
    for layer in network.crossbar_layers():
        x = F.conv2d(x, layer.weight, padding=1)
        x = F.batch_norm(x, layer.running_mean, layer.running_var, layer.gain, layer.shift)
        x = F.relu(F.max_pool2d(x, 2) if layer.pool else x)

    assert torch.allclose(network.plain(images), x.mean(dim=(2, 3)) @ network.classifier.T, atol=1e-5)


def test_a_float_warm_up_learns_what_the_adcs_then_see(pictures):
    network = trained(pictures, input_bits=4)

    assert plain_accuracy(network, *held_out(pictures)) > 0.8, "chance is 0.25"
    assert evaluate(network, *held_out(pictures)) > 0.8


def test_float_epochs_leave_the_adcs_alone(pictures):
    settings = SETTINGS.model_copy(update={"epochs": 1, "float_epochs": 1})
    seen = []

    def look(report, _):
        seen.append(float(network.crossbar_layers()[4].noise_sigma))

    network = build_network(homogeneous(width=0.1, image_size=16, image_channels=1, classes=4), seed=1)
    noise = network.noise.generator.get_state()
    images, labels = (torch.from_numpy(array[:100]) for array in pictures)
    train(
        network, images, labels, settings=settings.model_copy(update={"epochs": 1}), flip=False, seed=1, on_epoch=look
    )

    assert torch.equal(network.noise.generator.get_state(), noise), "no noise is drawn"
    assert seen[0] > 0, "but they are calibrated at the end"


def test_normalisation_is_measured_without_quantisation_and_put_back(pictures):
    """Two-bit inputs clip; statistics of clipped activations don't fit others."""
    network = trained(
        pictures, settings=SETTINGS.model_copy(update={"epochs": 3, "float_epochs": 0}), input_bits=2, adc_bits=4
    )
    before = {name: value.clone() for name, value in network.state_dict().items()}
    images, labels = held_out(pictures)

    with normalised_for_plain(network, torch.from_numpy(pictures[0][:400])):
        measured = plain_accuracy(network, images, labels)
        mean = network.crossbar_layers()[0].running_mean.clone()

    assert measured >= plain_accuracy(network, images, labels)
    assert not torch.equal(mean, before["layers.0.running_mean"])
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    assert not network.training
