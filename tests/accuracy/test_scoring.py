import torch
import torch.nn.functional as F

from xpert_evo.accuracy.networks.network import build_network
from xpert_evo.accuracy.scoring import evaluate, plain_accuracy
from xpert_evo.accuracy.settings import TrainingSettings
from xpert_evo.accuracy.training.loop import train
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
    for number, layer in enumerate(network.crossbar_layers()):
        x = F.hardtanh(x, 0, 1 if number == 0 else float(255 * layer.input_step))
        x = F.conv2d(x, layer.weight, padding=1)
        x = F.batch_norm(x, layer.running_mean, layer.running_var, layer.gain, layer.shift)
        x = F.max_pool2d(x, 2) if layer.pool else x

    assert torch.allclose(network.plain(images), F.relu(x).mean(dim=(2, 3)) @ network.classifier.T, atol=1e-5)


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


def test_a_network_that_was_trained_with_the_adcs_does_no_worse_in_floating_point(pictures):
    """Two-bit inputs clip a lot: without the clipping, trained statistics would fit nothing."""
    few_bits = SETTINGS.model_copy(update={"epochs": 6, "float_epochs": 0})
    network = trained(pictures, settings=few_bits, input_bits=2, adc_bits=4)

    noisy = evaluate(network, *held_out(pictures))

    assert noisy > 0.6
    assert plain_accuracy(network, *held_out(pictures)) > noisy - 0.05
