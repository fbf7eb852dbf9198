"""Does it pay to train without quantisation, noise and ADCs first, and for how many of the epochs?

    XPERT_EVO_DATA=/path/to/datasets python -m benchmarks.accuracy.float_warmup --out results/published/float-warmup

A homogeneous VGG16, trained at a quarter of its width on 12,000 CIFAR-10 images at 16 x 16 pixels, at equal epochs and
with one learning-rate schedule over all of them, 0 or more of them in floating point. Scored under the ADCs' noise on
5,000 held-out training images.
"""

import time
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks import record
from xpert_evo.accuracy.estimators.proxy_training import ProxyTraining
from xpert_evo.accuracy.settings import ArrayShape, ProxySettings
from xpert_evo.data import load_train, split
from xpert_evo.design.design import homogeneous
from xpert_evo.workflows.estimator import SPLIT_SEED

# ADC bits, input bits, epochs, float epochs, seeds
STUDIES = (
    (3, 2, 6, (0, 1, 2, 3, 4, 5), (1, 2, 3)),
    (6, 8, 6, (0, 3, 5), (1, 2, 3)),
    (3, 2, 12, (0, 6, 9), (1, 2)),
)
ARRAY = ArrayShape(weight_encoding="differential")


def measure(task: tuple[int, int, int, int, int]) -> dict[str, Any]:
    adc_bits, input_bits, epochs, float_epochs, seed = task
    settings = ProxySettings(epochs=epochs, float_epochs=float_epochs)
    data = load_train("cifar10", download=False)
    parts = split(data, train=settings.train_images, validation=settings.validation_images, seed=SPLIT_SEED)
    proxy = ProxyTraining(settings, *parts, array=ARRAY, flip=True)
    estimate = proxy.estimate(homogeneous(adc_bits=adc_bits, input_bits=input_bits), seed)
    return {
        "adc_bits": adc_bits,
        "input_bits": input_bits,
        "epochs": epochs,
        "float_epochs": float_epochs,
        "seed": seed,
        "accuracy": estimate.accuracy,
        "standard_error": estimate.standard_error,
        "seconds": round(estimate.seconds, 1),
    }


def main() -> None:
    out: Path = record.parser(__doc__).parse_args().out
    tasks = [
        (adc_bits, input_bits, epochs, float_epochs, seed)
        for adc_bits, input_bits, epochs, shares, seeds in STUDIES
        for float_epochs in shares
        for seed in seeds
    ]
    began = time.monotonic()
    table = pd.DataFrame(record.side_by_side(measure, tasks, "trainings"))
    out.mkdir(parents=True, exist_ok=True)
    table.to_csv(out / "trainings.csv", index=False)
    record.write_run(out, "benchmarks.accuracy.float_warmup", seconds=round(time.monotonic() - began))
    print(table.groupby(["adc_bits", "input_bits", "epochs", "float_epochs"])["accuracy"].agg(["mean", "std"]))


if __name__ == "__main__":
    main()
