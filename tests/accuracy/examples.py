"""A network that learns the `pictures` in a second whatever its seed, and trainings of it."""

import torch

from xpert_evo.accuracy.audit import Audit
from xpert_evo.accuracy.networks.building import build_network
from xpert_evo.accuracy.networks.network import CrossbarNetwork
from xpert_evo.accuracy.settings import ArrayShape, DeviceSpread, TrainingSettings
from xpert_evo.accuracy.training.full import FullTraining, train_design
from xpert_evo.accuracy.training.loop import train
from xpert_evo.accuracy.training.normalisation import normalise_anew
from xpert_evo.data import Images
from xpert_evo.design.design import Design, homogeneous
from xpert_evo.design.encodings import WeightEncoding
from xpert_evo.design.networks.families import vgg

# Thirteen narrow layers learn in a few steps or don't, by chance. These four classify 0.99 to 1.00 of the held-out
# pictures after forty steps, with any of eight seeds and whatever the processor's instructions.
SHALLOW = vgg("shallow", (8, 16, 32, 32), pool_after=(0, 1, 2))
FORTY_STEPS = TrainingSettings(epochs=4, batch_size=40, crop_padding=0)
SETTINGS = TrainingSettings(
    epochs=3, float_epochs=1, batch_size=50, crop_padding=1, calibration_images=20, device_variation=True
)
SPREAD = DeviceSpread(cell_variation=0.05, mirror_mismatch=0.01, on_off_ratio=150.0)
TRAINING, TEST = 200, 80


def shallow(**genes) -> Design:
    """A design of `SHALLOW` for the `pictures`; genes as of `homogeneous`."""
    return homogeneous(**{"network": SHALLOW, "image_size": 16, "image_channels": 1, "classes": 4} | genes)


def trained(pictures, *, adc_bits=5, encoding: WeightEncoding = "offset", seed=1) -> CrossbarNetwork:
    """Of 4-bit inputs, trained for forty steps on the first 400 pictures."""
    design, hardware = shallow(input_bits=4, adc_bits=adc_bits), ArrayShape(weight_encoding=encoding)
    network = build_network(design, hardware=hardware, seed=seed)
    images, labels = (torch.from_numpy(array[:400]) for array in pictures)
    train(network, images, labels, settings=FORTY_STEPS, flip=False, seed=seed)
    return network


def untrained(pictures, *, adc_bits=5, encoding: WeightEncoding = "offset") -> CrossbarNetwork:
    """The same with its first weights, normalised and calibrated on pictures, in evaluation mode."""
    design, hardware = shallow(input_bits=4, adc_bits=adc_bits), ArrayShape(weight_encoding=encoding)
    network = build_network(design, hardware=hardware, seed=1)
    normalise_anew(network, torch.from_numpy(pictures[0][:100]), calibration_images=50)
    return network


def held_out(pictures) -> tuple[torch.Tensor, torch.Tensor]:
    """The last 200 pictures and their labels."""
    images, labels = pictures
    return torch.from_numpy(images[400:]), torch.from_numpy(labels[400:])


def run(pictures, folder, **options):
    """A full training on the first pictures, tested on the last; options as in `train_design` and `FullTraining`."""
    images, labels = pictures
    return train_design(
        options.pop("design", None) or shallow(input_bits=3),
        Images(images[:TRAINING], labels[:TRAINING], options.pop("source", "pictures")),
        Images(images[-TEST:], labels[-TEST:]),
        FullTraining(
            settings=options.pop("settings", SETTINGS),
            array=ArrayShape(),
            spread=SPREAD,
            flip=False,
            seed=options.pop("seed", 1),
            held_out=options.pop("held_out", None),
            audit=Audit(images=60, chips=2, chip_images=40),
        ),
        out_dir=folder,
        **options,
    )
