"""Images a second: of training steps, float, fake-quantised, with ADC noise, folded; of scoring, up to the exact.

    XPERT_EVO_DATA=/path/to/data python -m benchmarks.accuracy.training_rate [--width 0.25] [--resolution 16]

VGG16 at a fraction of its width, CIFAR-10 at a lower resolution, on one thread: what bounds a proxy training.
"""

import argparse
import time
from collections.abc import Callable
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from xpert_evo.accuracy.networks.building import build_network
from xpert_evo.accuracy.networks.network import CrossbarNetwork
from xpert_evo.accuracy.pixels import as_pixels, resized
from xpert_evo.accuracy.settings import Fidelity
from xpert_evo.accuracy.training.batches import augmented
from xpert_evo.accuracy.training.optimizer import Muon
from xpert_evo.data import load_train
from xpert_evo.design.design import homogeneous
from xpert_evo.design.networks.chains import chain_of


def float_network(network: CrossbarNetwork) -> nn.Sequential:
    """The same geometry with torch's own layers."""
    modules: list[nn.Module] = []
    chain = chain_of(network.graph)
    assert chain is not None and network.classifier is not None
    for layer, pool in zip(network.crossbar_layers(), chain.pools, strict=True):
        outputs, inputs = layer.weight.shape[:2]
        modules += [nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(True)]
        if pool:
            modules.append(nn.MaxPool2d(2))
    classifier = nn.Linear(*network.classifier.shape[::-1])
    return nn.Sequential(*modules, nn.AdaptiveAvgPool2d(1), nn.Flatten(), classifier).to(
        memory_format=torch.channels_last
    )


class NoNoise:
    """In a noise pool's place: a zero that broadcasts, so that adding it takes one pass and reads no normals."""

    def like(self, x: Tensor) -> Tensor:
        return x.new_zeros(())


def rate(
    network: nn.Module, images: Tensor, labels: Tensor, batch: int, *, mixed: bool = False, **options: Fidelity
) -> float:
    """Images a second over one pass, after some steps to warm up.

    Args:
        mixed: compute in bfloat16 where torch thinks it safe.
        options: of the network's forward pass.
    """
    optimizer = Muon(network.parameters(), learning_rate=0.01, momentum=0.9)
    generator = torch.Generator().manual_seed(0)
    warm_up, began = 3, 0.0
    steps = len(images) // batch
    for number in range(steps):
        if number == warm_up:
            began = time.perf_counter()
        picks = torch.randint(len(images), (batch,), generator=generator)
        optimizer.zero_grad()
        pixels = augmented(images, picks, padding=0, flip=True, generator=generator)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=mixed):
            loss = F.cross_entropy(network(pixels, **options), labels[picks])
        loss.backward()
        optimizer.step()
    return (steps - warm_up) * batch / (time.perf_counter() - began)


def seconds_an_image(network: Callable[[Tensor], Tensor], images: Tensor) -> float:
    """Of a forward pass in batches of 50."""
    with torch.no_grad():
        network(as_pixels(images[:50]))
        began = time.perf_counter()
        for some in images.split(50):
            network(as_pixels(some))
    return (time.perf_counter() - began) / len(images)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--width", type=float, default=0.25, help="share of VGG16's channels")
    parser.add_argument("--resolution", type=int, default=16, help="image side")
    parser.add_argument("--batch", type=int, default=128, help="images a step")
    parser.add_argument("--exact-images", type=int, default=100, help="images of each exact pass")
    parser.add_argument("--images", type=int, default=5120, help="images of each pass")
    arguments = parser.parse_args()
    torch.set_num_threads(1)

    data = load_train("cifar10", download=False)
    images = torch.from_numpy(resized(data.pixels[: arguments.images], arguments.resolution))
    labels = torch.from_numpy(data.labels[: arguments.images])
    rows = images.permute(0, 2, 3, 1).contiguous()

    def build(**genes: int) -> CrossbarNetwork:
        design = homogeneous(width=arguments.width, **genes)
        return build_network(design, resolution=arguments.resolution)

    plain, quantized, noisy = float_network(build()), build(), build()
    quantized.noise = NoNoise()  # type: ignore[assignment]  # stands in its place
    noisy.calibrate(as_pixels(images[:128]))
    print(f"VGG16 x {arguments.width}, {arguments.resolution} x {arguments.resolution}, batch {arguments.batch}")
    steps = arguments.batch
    rates = {
        "float": rate(plain, rows, labels, steps),
        "fake-quantised": rate(quantized, rows, labels, steps),
        "noise": rate(noisy, rows, labels, steps),
        "folded": rate(noisy, rows, labels, steps, fidelity="folded"),
        "noise, bfloat16": rate(noisy, rows, labels, steps, mixed=True),
    }
    for name, images_a_second in rates.items():
        times = rates["fake-quantised"] / images_a_second
        print(f"{name:>15}: {images_a_second:6.0f} images/s, a step is {times:.2f}x fake-quantised")
    began = time.perf_counter()
    for _ in range(5):
        noisy.calibrate(as_pixels(images[:128]))
    print(f"{'calibration':>15}: {(time.perf_counter() - began) * 200:6.0f} ms")
    noisy.eval()
    scoring = seconds_an_image(plain.eval(), images[:1000])
    print(f"{'float scoring':>15}: {1 / scoring:6.0f} images/s")
    print(f"{'noise scoring':>15}: {1 / seconds_an_image(noisy, images[:1000]):6.0f} images/s")
    for bits in (1, 2, 4, 8):
        network = build(input_bits=bits, adc_bits=5).eval()
        network.calibrate(as_pixels(images[:128]))
        ideal = torch.Generator()
        cells = [layer.cells(ideal) for layer in network.crossbar_layers()]
        seconds = seconds_an_image(partial(network.exact, cells=cells), images[: arguments.exact_images])
        print(f"{f'exact, {bits} bits':>15}: {1 / seconds:6.1f} images/s, {seconds / scoring / bits:.1f}x float a bit")


if __name__ == "__main__":
    main()
