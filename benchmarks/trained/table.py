"""Trained networks side by side: accuracies on the test images, costs, ratios to the baselines; table and picture.

    xpert-evo train DESIGN.json --dataset NAME --out FOLDER/NAME      # each; DESIGN.json copied there as design.json
    python -m benchmarks.trained.table FOLDER

Nothing is trained or tested here. All networks must have been trained with the same settings but `bfloat16`, on the
same data, for the same arrays: ratios hold between such alone.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import moocore
import numpy as np
import pandas as pd

from benchmarks.trained.picture import KINDS, draw
from benchmarks.trained.publish import in_few_colours
from xpert_evo.accuracy.settings import TrainingSettings
from xpert_evo.accuracy.training.full import RESULT
from xpert_evo.analysis.names import said
from xpert_evo.analysis.style import DOT
from xpert_evo.design.design import Design, homogeneous
from xpert_evo.design.design_files import load_designs
from xpert_evo.design.designs import stack
from xpert_evo.design.genes import ACCURACY_ARRAY_GENES, ADC_TYPES
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.hardware.switches import NETWORK_MODELS

# Of a result: where they differ, so do recipes, and ratios mean nothing.
ALIKE = ("settings", "array", "data", "train_images", "exact_images", "seed")
PRESET = "xpert-rram"
PICTURE = "accuracies.png"
# Better by: the baseline's over the design's, or the other way round.
GAINS = {"edap_pj_ns_um2": -1, "tops_per_w": 1, "tops_per_mm2": 1}


def read(folder: Path) -> dict[str, tuple[Design, dict[str, Any]]]:
    """Name -> design and result of every training in a folder that has ended."""
    networks: dict[str, tuple[Design, dict[str, Any]]] = {}
    for path in sorted(folder.glob(f"*/{RESULT}")):
        networks[path.parent.name] = load_designs(path.parent / "design.json")[0], json.loads(path.read_text())
    first, *others = networks
    for name in others:
        for key in ALIKE:
            if _fact(networks[name][1], key) != _fact(networks[first][1], key):
                raise SystemExit(f"{folder / name / RESULT}: another {key} than in {first}: they can't be compared")
    return networks


def _fact(result: dict[str, Any], key: str) -> Any:
    """Of a result; a setting that is newer than the training has its default, which is what was done before."""
    if key == "settings":  # bfloat16 and float32 differ as two processors do: in rounding
        return TrainingSettings.model_validate({**result[key], "bfloat16": False})
    if key == "array":  # without what a design may choose for itself
        return {name: value for name, value in result[key].items() if name not in ACCURACY_ARRAY_GENES}
    return result.get(key)


def costs(designs: dict[str, Design], encoding: Any) -> pd.DataFrame:
    """A row a design: EDAP and efficiencies in both network models, and how much better than the baselines'.

    Designs are of one image size and number of classes; the baselines are VGG16s of the same.
    """
    task = next(iter(designs.values()))
    shape = {"image_size": task.image.size, "image_channels": task.image.channels, "classes": task.classes}
    baselines = {kind: homogeneous(adc_type=kind, **shape) for kind in ADC_TYPES}
    everything = [*baselines.values(), *designs.values()]
    columns: dict[str, Any] = {"name": list(designs)}
    for model in NETWORK_MODELS:
        hardware = HardwareModel.from_preset(PRESET, model, encoding)
        table = hardware.evaluate(stack(everything)).to_frame([str(number) for number in range(len(everything))])
        for metric, sign in GAINS.items():
            values = table[metric].to_numpy()
            columns[f"{model}_{metric}"] = values[len(baselines) :]
            for row, kind in enumerate(baselines):
                columns[f"{model}_{metric}_gain_over_{kind}"] = (values[len(baselines) :] / values[row]) ** sign
    columns["macs"] = stack(list(designs.values())).macs()
    columns["parameters"] = stack(list(designs.values())).parameters()
    return pd.DataFrame(columns)


def table_of(networks: dict[str, tuple[Design, dict[str, Any]]]) -> pd.DataFrame:
    """A row a network, cheapest first."""
    results = pd.DataFrame(
        {
            "name": name,
            "id": result["design"],
            "float_accuracy": result["float_accuracy"],
            "exact_accuracy": result["exact_accuracy"],
            "exact_standard_error": result["exact_standard_error"],
            "exact_images": result["exact_images"],
            "chips_accuracy": result.get("chips_mean_accuracy"),
            "chips_deviation": result.get("chips_deviation"),
            "chips_worst_accuracy": result.get("chips_worst_accuracy"),
            "chips": len(result.get("chips_accuracies", [])),
            "validation_accuracy": result["validation_accuracy"],
            "epochs": result["settings"]["epochs"],
            "training_seconds": result["training_seconds"],
            "test_seconds": result["test_seconds"],
        }
        for name, (_, result) in networks.items()
    )
    encoding = next(iter(networks.values()))[1]["array"]["weight_encoding"]
    designs = {name: design for name, (design, _) in networks.items()}
    joined = results.merge(costs(designs, encoding), on="name")
    batch = stack(list(designs.values()))
    joined["homogeneous"] = batch.homogeneous()
    joined["narrow"] = joined["homogeneous"] & (batch.channels[:, -1] < batch.network.channels[-1])
    for model in NETWORK_MODELS:
        joined[f"{model}_edap_gain_over_narrow_homogeneous"] = gains_over_homogeneous(joined, model)
    return joined.sort_values("chip_edap_pj_ns_um2", ignore_index=True)


def gains_over_homogeneous(table: pd.DataFrame, model: str) -> np.ndarray:
    """How much more EDAP a homogeneous network would have that is as accurate as each co-searched one, (N,).

    Between two trained homogeneous networks, narrower than the backbone and none of them dominated, the logarithm of
    EDAP is taken to be linear in exact accuracy. For networks more accurate than all of them the EDAP of the most
    accurate one counts, so that the true gain is larger: a line from there to the full-width baseline, which costs a
    hundred times as much, would credit a co-searched network with what a little more width does. NaN for those less
    accurate than all, and for homogeneous networks themselves.

    Args:
        model: the network model that EDAP is of.
    """
    edap = f"{model}_edap_pj_ns_um2"
    uniform = front(table[table["narrow"]], edap)
    if uniform.empty:
        return np.full(len(table), np.nan)
    equal = np.interp(table["exact_accuracy"], uniform["exact_accuracy"], np.log(uniform[edap]), left=np.nan)
    return np.where(table["homogeneous"], np.nan, np.exp(equal) / table[edap])


def front(table: pd.DataFrame, edap: str = "chip_edap_pj_ns_um2") -> pd.DataFrame:
    """The networks than which no other is cheaper and as accurate, cheapest first."""
    if table.empty:
        return table
    best = moocore.is_nondominated(
        table[[edap, "exact_accuracy"]].to_numpy(), maximise=[False, True], keep_weakly=False
    )
    return table[best].sort_values(edap)


def pictured(table: pd.DataFrame, designs: dict[str, Design]) -> pd.DataFrame:
    """The table with what `picture.accuracies` needs of every network: its kind and what it is called."""
    line = front(table[table["narrow"]]).index
    return table.assign(
        kind=[
            kind_of(name) if not same else "homogeneous"
            for name, same in zip(table["name"], table["homogeneous"], strict=True)
        ],
        called=[called(name, designs[name]) for name in table["name"]],
        full_width=table["homogeneous"] & ~table["narrow"],
        line=table.index.isin(line),
    )


def kind_of(name: str) -> str:
    """One of `picture.KINDS` of a network that isn't homogeneous, by its folder's name."""
    return next((kind for kind in KINDS if name.startswith(f"{kind}-")), "other")


def called(name: str, design: Design) -> str:
    """What a picture calls a network: what can be said of a homogeneous one, else the id that stands in its name."""
    return name.removeprefix(f"{kind_of(name)}-") if said(design) == design.named().id else said(design)


def valid(result: dict[str, Any]) -> str:
    """What the figures are valid for, of a result and all that it may be compared with."""
    encoding, epochs = result["array"]["weight_encoding"], result["settings"]["epochs"]
    name = result["data"][1].partition(",")[0]  # of the test images
    parts = (name, f"preset {PRESET}", "network model chip", f"{encoding} weight encoding", f"{epochs} epochs each")
    images = f"bars: standard errors of {result['exact_images']:,} test images"
    return DOT.join((*parts, images, "full-width VGG16: 8 columns to a 6-bit flash ADC, 8-bit inputs"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    networks = read(folder)
    table = table_of(networks)
    table.to_csv(folder / "table.csv", index=False, float_format="%.6g")
    _, result = next(iter(networks.values()))
    if len(table) > 1:
        shown = pictured(table, {name: design for name, (design, _) in networks.items()})
        draw(shown, folder / PICTURE, valid(result))
        in_few_colours(folder / PICTURE, folder / PICTURE)
    shown = table.set_index("name")
    print(shown.loc[:, np.isin(shown.columns, ["macs", "parameters"]) | shown.columns.str.contains("accuracy|gain")].T)


if __name__ == "__main__":
    main()
