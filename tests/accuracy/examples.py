"""A full training that takes a second or two."""

from xpert_evo.accuracy.audit import Audit
from xpert_evo.accuracy.settings import ArrayShape, DeviceSpread, TrainingSettings
from xpert_evo.accuracy.training.full import FullTraining, train_design
from xpert_evo.data import Images
from xpert_evo.design.designs import homogeneous

DESIGN = homogeneous(width=0.05, input_bits=3, image_size=16, image_channels=1, classes=4)
SETTINGS = TrainingSettings(
    epochs=3, float_epochs=1, batch_size=50, crop_padding=1, calibration_images=20, device_variation=True
)
SPREAD = DeviceSpread(cell_variation=0.05, mirror_mismatch=0.01, on_off_ratio=150.0)
TRAINING, TEST = 200, 80


def run(pictures, folder, **options):
    """Trains DESIGN on the first pictures, tests it on the last; options as in `train_design` and `FullTraining`."""
    images, labels = pictures
    return train_design(
        options.pop("design", DESIGN),
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
