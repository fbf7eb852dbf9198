"""Does the proxy tell what it should: does it rise with its budget, and does it see the ADC?

Trains the homogeneous VGG16 (sharing 8, 8-bit inputs) with the proxy of a problem's preset: at 3 to 8 ADC bits with
the offset encoding and with differential pairs, and at smaller and larger budgets, three seeds each. Prints both tables
and writes them as CSV.

    python -m benchmarks.proxies.sanity --out results/published/proxy-sanity [--problem problems/cifar10.toml]
"""

import time

import pandas as pd

from benchmarks import record
from xpert_evo.accuracy.estimators.proxy_training import ProxyTraining
from xpert_evo.accuracy.settings import ProxySettings
from xpert_evo.data import dataset_info, load_train, split
from xpert_evo.design.design import Design, homogeneous
from xpert_evo.design.encodings import WeightEncoding
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.search.crossbars import array_shape
from xpert_evo.workflows.estimator import SPLIT_SEED

SEEDS = (101, 102, 103)
ADC_BITS = (8, 6, 5, 4, 3)
ADC_ENCODINGS: tuple[WeightEncoding, ...] = ("offset", "differential")
BUDGETS = ((3_000, 1), (6_000, 2), (12_000, 3), (24_000, 3))  # training images, epochs


def measure(task: tuple[str, str, ProxySettings, Design, int, WeightEncoding]) -> dict[str, float | int | str]:
    problem_path, study, settings, design, seed, encoding = task
    problem = record.as_published(problem_path)
    train, validation = split(
        load_train(problem.dataset), train=settings.train_images, validation=settings.validation_images, seed=SPLIT_SEED
    )
    chip = HardwareModel.from_preset(problem.hardware.preset, weight_encoding=encoding)
    proxy = ProxyTraining(
        settings,
        train,
        validation,
        array=array_shape(chip),
        flip=dataset_info(problem.dataset).flip,
    )
    estimate = proxy.estimate(design, seed)
    return {
        "study": study,
        "weight_encoding": encoding,
        "adc_bits": design.layers[0].adc_bits,
        "train_images": settings.train_images,
        "epochs": settings.epochs,
        "seed": seed,
        "accuracy": estimate.accuracy,
        "standard_error": estimate.standard_error,
        "seconds": round(estimate.seconds, 1),
    }


def main() -> None:
    parser = record.parser(__doc__)
    parser.add_argument("--problem", default="problems/cifar10.toml")
    arguments = parser.parse_args()
    problem = record.as_published(arguments.problem)
    info = dataset_info(problem.dataset)
    shape = {"image_size": info.image_size, "image_channels": info.image_channels, "classes": info.classes}
    tasks: list[tuple[str, str, ProxySettings, Design, int, WeightEncoding]] = []
    for seed in SEEDS:
        for bits in ADC_BITS:
            design = homogeneous(adc_bits=bits, **shape)
            for encoding in ADC_ENCODINGS:
                tasks.append((arguments.problem, "adc_bits", problem.proxy, design, seed, encoding))
        for images, epochs in BUDGETS:
            settings = problem.proxy.model_copy(update={"train_images": images, "epochs": epochs})
            tasks.append((arguments.problem, "budget", settings, homogeneous(**shape), seed, "differential"))
    began = time.monotonic()
    table = pd.DataFrame(record.side_by_side(measure, tasks, "trainings"))
    keys = ["study", "weight_encoding", "adc_bits", "train_images", "epochs"]
    summary = table.groupby(keys, sort=False)["accuracy"].agg(["mean", "std"]).reset_index()
    arguments.out.mkdir(parents=True, exist_ok=True)
    table.to_csv(arguments.out / "trainings.csv", index=False)
    summary.to_csv(arguments.out / "summary.csv", index=False, float_format="%.4f")
    record.write_run(
        arguments.out,
        "benchmarks.proxies.sanity",
        seconds=round(time.monotonic() - began),
        proxy=problem.proxy.model_dump(mode="json"),
    )
    print(summary.to_string(index=False))


if __name__ == "__main__":
    main()
