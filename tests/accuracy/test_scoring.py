import torch
import torch.nn.functional as F

from tests.accuracy.examples import held_out, shallow
from xpert_evo.accuracy.networks.building import build_network
from xpert_evo.accuracy.scoring import evaluate, plain_accuracy
from xpert_evo.accuracy.settings import TrainingSettings
from xpert_evo.accuracy.training.loop import train

SETTINGS = TrainingSettings(epochs=6, float_epochs=5, batch_size=50, crop_padding=1, calibration_images=50)


def trained(pictures, *, settings=SETTINGS, seed=1, **genes):
    network = build_network(shallow(**genes), seed=seed)
    images, labels = (torch.from_numpy(array[:400]) for array in pictures)
    train(network, images, labels, settings=settings, flip=False, seed=seed)
    return network


def test_the_plain_network_is_what_torch_s_own_layers_give():
    """Two-bit inputs clip a lot, and statistics that were trained under the ADCs are those of clipped inputs."""
    network = build_network(shallow(input_bits=2)).eval()
    images = torch.rand(3, 1, 16, 16, generator=torch.Generator().manual_seed(0))

    def by_torch(clipped):
        x = images
        for number, layer in enumerate(network.crossbar_layers()):
            most = 1.0 if number == 0 else 3 * float(layer.input_step)
            x = F.hardtanh(x, 0, most) if clipped else F.relu(x)
            x = F.conv2d(x, layer.weight, padding=1)
            x = F.batch_norm(x, layer.running_mean, layer.running_var, layer.gain, layer.shift)
            x = F.max_pool2d(x, 2) if number < 3 else x
        return F.relu(x).mean(dim=(2, 3)) @ network.classifier.T

    assert torch.allclose(network.plain(images), by_torch(clipped=True), atol=1e-5)
    assert torch.allclose(network.plain(images, clipped=False), by_torch(clipped=False), atol=1e-5)
    assert (by_torch(clipped=True) - by_torch(clipped=False)).abs().max() > 0.01


def test_a_float_warm_up_learns_what_the_adcs_then_see(pictures):
    network = trained(pictures, input_bits=4)

    assert plain_accuracy(network, *held_out(pictures)) > 0.9, "chance is 0.25"
    assert evaluate(network, *held_out(pictures)) > 0.9


def test_float_epochs_leave_the_adcs_alone(pictures):
    settings = SETTINGS.model_copy(update={"epochs": 1, "float_epochs": 1})
    seen = []

    def look(report, _):
        seen.append(float(network.crossbar_layers()[3].noise_sigma))

    network = build_network(shallow(), seed=1)
    noise = network.noise.generator.get_state()
    images, labels = (torch.from_numpy(array[:100]) for array in pictures)
    train(network, images, labels, settings=settings, flip=False, seed=1, on_epoch=look)

    assert torch.equal(network.noise.generator.get_state(), noise), "no noise is drawn"
    assert seen[0] > 0, "but they are calibrated at the end"


def test_a_network_that_was_trained_with_the_adcs_does_no_worse_in_floating_point(pictures):
    few_bits = SETTINGS.model_copy(update={"float_epochs": 0})
    network = trained(pictures, settings=few_bits, input_bits=2, adc_bits=4)

    assert evaluate(network, *held_out(pictures)) > 0.9
    assert plain_accuracy(network, *held_out(pictures)) > 0.9
