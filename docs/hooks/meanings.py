"""What keys mean whose classes don't say so themselves; a test tells when one does and its line here can go."""

from __future__ import annotations

GENES = {
    "channels": "output channels of a convolution",
    "column_sharing": "conversions that one ADC does one after the other",
    "adc_type": "circuit of the converters: `flash`, `sar`, or an ADC that the hardware preset has a table of",
    "adc_bits": "precision of the converters: 2 to this power levels",
    "input_bits": "precision of the convolution's inputs, which come in bit by bit",
    "weight_bits": "precision of the convolution's weights, which lie in neighbouring cells; 8 where it is left out",
}
ARRAY = {
    "crossbar_size": "rows and columns of a crossbar",
    "bits_per_cell": "bits that a memory cell holds",
    "crossbars_per_tile": "crossbars of a tile; not with `xpertsim`, whose filler layers shape tiles",
}
MEANINGS: dict[str, dict[str, str]] = {
    "Problem": {
        "format": "that it is a problem file, and of which version",
        "dataset": "images by name, which `xpert-evo list` has; or `folder:PATH` with your own, "
        "[from where the command runs](../how-to/own-images.md)",
        "preset": "which of the file's presets was laid over it; a run writes it down",
    },
    "SpaceSettings": {**GENES, "layer": "choices of single layers, by number from 1"},
    "LayerChoices": GENES,
    "ArrayChoices": ARRAY,
    "HardwareSettings": {"network_model": "how layers are put on chips"},
    "SearchSettings": {
        "objectives": "what is to be small (error, energy, latency, area, EDAP, ...) or large (TOPS, TOPS/W, TOPS/mm2)",
        "constraints": 'what a design must keep, such as `"area_um2 <= 5e7"`',
    },
    "HardwarePreset": {
        "name": "what tables and pictures call the chip",
        "memory": "what cells are made of",
        "bits_per_cell": ARRAY["bits_per_cell"],
        "read_voltage_v": "at the rows of an RRAM crossbar that is read",
    },
    "Design": {
        "format": "that it is a design file, and of which version",
        "id": "name of the design in tables and of its files",
        "backbone": "network whose layers follow, where it is one of ours; `vgg16` by default",
        "classes": "number of classes that the network tells apart",
    },
    "Network": {
        "name": "of the network, in tables and pictures",
        "image_channels": "of the image that the standard network reads",
    },
    "Operation": {
        "name": "that later operations call it by; `image` is the network's input",
        "kind": "what it computes",
        "inputs": "names of what it reads",
        "channels": "outputs of a convolution or linear layer in the standard network",
        "kernel": "height and width, of convolutions and pools",
        "stride": "height and width; 1 of a convolution, its kernel of a pool, where it is left out",
        "padding": "with zeros at each side; none where it is left out",
        "groups": "of a convolution; as many as it reads channels means depthwise, at any width",
        "ceil": "whether a pool's last window may hang over the edge",
        "size": "height and width that an adaptive pool gives",
    },
    "LayerDesign": GENES,
    "ArrayDesign": ARRAY,
    "ImageShape": {"size": "side of the square images in pixels", "channels": "1 for grey, 3 for colour"},
}
