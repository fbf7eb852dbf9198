"""A network of the user's own, from a module of PyTorch to a network file."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import nn

from xpert_evo.accuracy.tracing.importing import network_of
from xpert_evo.design.networks.graph import Network
from xpert_evo.design.networks.network_file import write_network
from xpert_evo.errors import InputError
from xpert_evo.workflows.own import imported, said

_KEY = "network"


@dataclass(frozen=True)
class NetworkFacts:
    """What a network is, for a table.

    Attributes:
        image: channels, height and width; the figures are for such images.
        smallest_image: side of the smallest image that the network takes.
        free_widths: how many numbers of channels can be chosen, where tied layers share one.
        weights: on crossbars.
        macs: of the layers on crossbars, an image.
        digital: how many operations there are of each kind beside the layers on crossbars.
        classifier: inputs and outputs of the digital classifier; None where the last layer gives the classes.
    """

    name: str
    image: tuple[int, int, int]
    smallest_image: int
    layers: int
    free_widths: int
    weights: int
    macs: int
    digital: dict[str, int]
    classifier: tuple[int, int] | None


def import_network(name: str, image: tuple[int, int, int], to: Path, *, force: bool = False) -> NetworkFacts:
    """Writes the network file of a module.

    Args:
        name: FILE.py:NAME or MODULE:NAME of a module, or of what makes one; its code is run.
        image: channels, height, width.
        to: the file; the network has its name.
        force: whether a file that is there is replaced.

    Raises:
        InputError: the name leads to no module, the module can't be mapped, or the file is there.
    """
    if to.exists() and not force:
        raise InputError(f"{to}: exists already; name a new file, or --force")
    network = network_of(own_module(name), image, to.stem)
    try:
        write_network(network, to)
    except OSError as error:
        raise InputError(f"{to}: {error.strerror or error}") from error
    return facts(network, image)


def own_module(name: str) -> nn.Module:
    """The module of that name, or what a class or function of that name makes without arguments.

    Raises:
        InputError: there is none.
    """
    if not all(name.rpartition(":")[::2]):
        raise InputError(f"{_KEY}: {name}: FILE.py:NAME is wanted, of a module or of what makes one")
    module = imported(name, _KEY)
    if not isinstance(module, nn.Module) and callable(module):
        try:
            module = module()
        except Exception as error:
            raise InputError(f"{_KEY}: {name}: can't be made without arguments; {said(error)}") from error
    if not isinstance(module, nn.Module):
        raise InputError(f"{_KEY}: {name}: is no torch.nn.Module, and makes none")
    return module


def facts(network: Network, image: tuple[int, int, int]) -> NetworkFacts:
    """The facts about a network, for an image (channels, height, width)."""
    channels, size, _ = image
    outputs, sizes = network.scaled_channels(1.0, size), network.layer_sizes(size)
    inputs = network.input_channels(outputs, size, channels)
    weights = outputs * inputs // sizes.groups * sizes.kernel_height * sizes.kernel_width
    widths = network.widths(size)
    layers = {layer.name for layer in network.crossbar_layers}
    last = network.classifier
    beside = [each for each in network.operations if each.name not in layers and each is not last]
    features = sum(count * int(outputs[layer]) for layer, count in widths.outputs if layer >= 0)
    return NetworkFacts(
        name=network.name,
        image=image,
        smallest_image=network.smallest_image,
        layers=network.layers,
        free_widths=len({one for one, fixed in zip(widths.leader, widths.fixed, strict=True) if not fixed}),
        weights=int(weights.sum()),
        macs=int((weights * sizes.outputs**2).sum()),
        digital=dict(Counter(each.kind for each in beside)),
        classifier=(features, last.channels or 0) if last else None,
    )


def as_rows(network: NetworkFacts) -> dict[str, Any]:
    """What a table says, by row."""
    channels, size, _ = network.image
    none = "none; the last layer gives the classes"
    return {
        "network": network.name,
        "image": f"{channels} x {size} x {size}; the smallest is {network.smallest_image} x {network.smallest_image}",
        "layers on crossbars": str(network.layers),
        "widths to choose": str(network.free_widths),
        "weights on crossbars": f"{network.weights:,}",
        "MACs": f"{network.macs:,}",
        "digital": ", ".join(f"{count} {kind}" for kind, count in network.digital.items()) or "nothing",
        "classifier": f"digital, {network.classifier[0]} x {network.classifier[1]}" if network.classifier else none,
    }
