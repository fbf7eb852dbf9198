"""A design on its way out of a run: a folder that explains itself."""

import json
from pathlib import Path

import pandas as pd

from xpert_evo.analysis.breakdown import breakdown_picture
from xpert_evo.analysis.front import Labels
from xpert_evo.analysis.outputs import layer_frame
from xpert_evo.design.designs import Design, save_design
from xpert_evo.errors import InputError
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.search.store import METRIC_COLUMNS
from xpert_evo.version import __version__

README = """# Design {identity}

From a search on {dataset} (xpert-evo {version}).

| figure | value |
| --- | --- |
{rows}

Accuracies are proxy accuracies: a short training of a scaled network. They rank designs; train the design
for its real accuracy.

| file | what |
| --- | --- |
| design.json | the design file: depths, column sharing, ADC type and precision, input precision of every layer |
| metrics.json | the figures above, and what they are valid for |
| layers.csv | genes, energy (pJ), latency (ns) and area (um2) layer by layer and part by part |
| design.png | the same as a picture |

Simulate it again, train it in full with the ADC model in the loop, simulate every conversion of what was trained:

    xpert-evo simulate design.json --hardware {hardware_preset} --network-model {network_model} \\
        --weight-encoding {weight_encoding} --breakdown
    xpert-evo train design.json --dataset {dataset} --hardware {hardware_preset} \\
        --weight-encoding {weight_encoding} --epochs 60 --out training
    xpert-evo audit design.json --weights training/checkpoint.pt --dataset {dataset} --hardware {hardware_preset} \\
        --weight-encoding {weight_encoding}

In Python, `xpert_evo.build_network(xpert_evo.load_designs("design.json")[0])` is its torch module.
"""


def write_folder(folder: Path, *, design: Design, figures: pd.Series, hardware: HardwareModel, labels: Labels) -> Path:
    """Writes design file, metrics, breakdown, picture and README of one design.

    Args:
        folder: to be made; must not hold anything yet.
        figures: the design's row of `analysis.front.evaluated`.

    Raises:
        InputError: the folder is in use.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder}: is in use; name a new folder")
    folder.mkdir(parents=True, exist_ok=True)
    save_design(design, folder / "design.json")
    metrics = {name: float(figures[name]) for name in METRIC_COLUMNS}
    accuracies = {
        "proxy_accuracy": float(figures["accuracy"]),
        "proxy_standard_error": float(figures["standard_error"]),
    }
    if figures["repeats"]:
        accuracies |= {
            "proxy_accuracy_fresh_seeds": float(figures["repeated_accuracy"]),
            "proxy_standard_error_fresh_seeds": float(figures["repeated_standard_error"]),
        }
    content = {"id": design.id, **accuracies, **metrics, **vars(labels), "version": __version__}
    (folder / "metrics.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    layers = layer_frame(design, hardware)
    layers.to_csv(folder / "layers.csv", index=False)
    breakdown_picture(f"design {design.id}", layers, labels.sentence(), folder / "design.png")
    rows = "\n".join(f"| {name} | {value:.5g} |" for name, value in {**accuracies, **metrics}.items())
    text = README.format(
        identity=design.id,
        version=__version__,
        rows=rows,
        dataset=labels.dataset,
        hardware_preset=labels.hardware_preset,
        network_model=labels.network_model,
        weight_encoding=labels.weight_encoding,
    )
    (folder / "README.md").write_text(text, encoding="utf-8")
    return folder
