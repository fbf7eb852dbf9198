"""Designs a second of the hardware model: random VGG16-sized designs in batches of several sizes, on one core.

    python benchmarks/simulator_rate.py [--hardware xpert-rram] [--batches 1 50 1000 10000] [--seconds 1]

Processor seconds, so that other work on the machine counts little; the best of the repetitions.
"""

import argparse
import resource
import sys
import time

import numpy as np

from xpert_evo.design.designs import ADC_TYPES
from xpert_evo.design.space import SearchSpace, SpaceSettings
from xpert_evo.hardware.model import HardwareModel


def best_seconds(hardware: HardwareModel, space: SearchSpace, batch: int, seconds: float) -> float:
    """Processor seconds of one evaluation of fresh designs."""
    generator = np.random.default_rng(batch)
    times: list[float] = []
    hardware.evaluate(space.decode(space.sample(batch, generator)))
    while sum(times) < seconds or len(times) < 3:
        designs = space.decode(space.sample(batch, generator))
        began = time.process_time()
        hardware.evaluate(designs)
        times.append(time.process_time() - began)
    return min(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hardware", default="xpert-rram", help="preset or TOML file")
    parser.add_argument("--batches", type=int, nargs="+", default=[1, 50, 1000, 10_000], help="designs in a batch")
    parser.add_argument("--seconds", type=float, default=1.0, help="least processor time for each size of batch")
    arguments = parser.parse_args()

    hardware = HardwareModel.from_preset(arguments.hardware)
    adc_types = tuple(kind for kind in ADC_TYPES if kind != "flash" or hardware.preset.tech_node_nm != 65)
    space = SearchSpace.build(
        SpaceSettings(adc_type=adc_types), backbone_name="vgg16", image_size=32, image_channels=3, classes=10
    )
    print(f"{hardware.name}, {hardware.network_model}: VGG16 on 32 x 32 images, {space.layers} layers")
    for batch in arguments.batches:
        seconds = best_seconds(hardware, space, batch, arguments.seconds)
        print(f"{batch:>8} designs: {seconds * 1e3:8.2f} ms, {batch / seconds:8.0f} designs/s")
    unit = 2**20 if sys.platform == "darwin" else 2**10  # of ru_maxrss: bytes there, KiB elsewhere
    print(f"largest memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit:.0f} MiB")


if __name__ == "__main__":
    main()
