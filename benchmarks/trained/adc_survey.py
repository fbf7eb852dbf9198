"""What the ADC that one believes in changes: flash and SAR by their models, or published ADCs by a survey.

    python -m benchmarks.trained.adc_survey results/published/trained-cifar10-70-epochs \\
        --out results/published/adc-survey

Costs alone, on the preset `rram-adc-survey`, in both network models: homogeneous VGG16s over sharings, ADCs and their
bits; and trained networks with column sharing and ADCs solved anew under each belief, as they are and with one more
bit in every ADC. Nothing is trained; the same everywhere.
"""

import argparse
import itertools
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.trained.narrow_baselines import COLUMN_SHARING
from benchmarks.trained.solved_peripherals import EDAP, solved
from benchmarks.trained.table import read
from xpert_evo.design.design import Design, homogeneous
from xpert_evo.design.designs import stack
from xpert_evo.design.genes import ADC_TYPES
from xpert_evo.hardware.metrics import Metrics
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.hardware.preset import load_preset
from xpert_evo.hardware.switches import NETWORK_MODELS, NetworkModel

PRESET, ENCODING = "rram-adc-survey", "differential"
SURVEY = tuple(load_preset(PRESET).adc)
BELIEFS = {"models": ADC_TYPES, "survey": SURVEY}
ADC_BITS = (4, 5, 6, 7, 8)  # that both have
NETWORKS = {"full width, 8-bit inputs": (1.0, 8), "half the width, 4-bit inputs": (0.5, 4)}


def homogeneous_table(model: NetworkModel) -> pd.DataFrame:
    """A row a network, ADC and precision: the sharing of lowest EDAP, what it costs, what of it is ADCs."""
    rows = []
    for (name, (width, input_bits)), kind, bits in itertools.product(NETWORKS.items(), (*ADC_TYPES, *SURVEY), ADC_BITS):
        designs = [
            homogeneous(width=width, input_bits=input_bits, adc_type=kind, adc_bits=bits, column_sharing=sharing)
            for sharing in COLUMN_SHARING
        ]
        rows.append({"model": model, "network": name, "adc_type": kind, "adc_bits": bits, **_cheapest(model, designs)})
    table = pd.DataFrame(rows)
    six = table[table["adc_bits"] == 6].set_index(["network", "adc_type"])[EDAP]
    return table.assign(edap_of_6_bits=table[EDAP] / six.loc[[*zip(table.network, table.adc_type, strict=True)]].values)


def _cheapest(model: NetworkModel, designs: list[Design]) -> dict[str, Any]:
    costs = _hardware(model).costs(stack(designs))
    metrics = Metrics.of(costs)
    best, layers = int(metrics.edap_pj_ns_um2.argmin()), costs.layers
    return {
        "column_sharing": designs[best].layers[0].column_sharing,
        **{name: getattr(metrics, name)[best] for name in ("energy_pj", "latency_ns", "area_um2", EDAP)},
        "adc_share_of_energy": layers.adc_energy_pj[best].sum() / metrics.energy_pj[best],
        "adc_share_of_latency": layers.adc_latency_ns[best].sum() / metrics.latency_ns[best],
        "adc_share_of_area": layers.adc_area_um2[best].sum()
        / (costs.area_um2[best] if model == "chip" else layers.chip_area_um2[best].sum()),
    }


def trained_table(model: NetworkModel, networks: dict[str, Design], accuracies: dict[str, float]) -> pd.DataFrame:
    """A row a network and belief: peripherals solved; EDAP, how much lower than VGG16's, and with one more bit.

    The VGG16s have full width, 6-bit ADCs and 8-bit inputs, and the belief's ADC of lowest EDAP: with sharing 8, and
    with the sharing that suits it best.
    """
    hardware, rows = _hardware(model), []
    for belief, kinds in BELIEFS.items():
        fixed = min(_edap(hardware, homogeneous(adc_type=kind)) for kind in kinds)
        best = _edap(hardware, solved(homogeneous(), hardware, adc_types=kinds))
        for name, design in networks.items():
            found, finer = (solved(one, hardware, adc_types=kinds) for one in (design, _with_one_more_bit(design)))
            edap = _edap(hardware, found)
            rows.append(
                {
                    "model": model,
                    "belief": belief,
                    "name": name,
                    "exact_accuracy": accuracies[name],
                    EDAP: edap,
                    "edap_gain_over_vgg16_sharing_8": fixed / edap,
                    "edap_gain_over_vgg16_best_sharing": best / edap,
                    "edap_of_one_more_bit": _edap(hardware, finer) / edap,
                    "column_sharing": " ".join(str(layer.column_sharing) for layer in found.layers),
                    "adc_type": " ".join(layer.adc_type for layer in found.layers),
                }
            )
    return pd.DataFrame(rows)


def _with_one_more_bit(design: Design) -> Design:
    layers = (layer.model_copy(update={"adc_bits": layer.adc_bits + 1}) for layer in design.layers)
    return design.model_copy(update={"layers": tuple(layers), "id": None})


def _edap(hardware: HardwareModel, design: Design) -> float:
    return float(hardware.evaluate(stack([design])).edap_pj_ns_um2[0])


def _hardware(model: NetworkModel) -> HardwareModel:
    return HardwareModel.from_preset(PRESET, model, ENCODING)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    out, found = arguments.out, read(arguments.folder)
    networks = {name: design for name, (design, _) in found.items()}
    accuracies = {name: result["exact_accuracy"] for name, (_, result) in found.items()}
    out.mkdir(parents=True, exist_ok=True)
    tables = {
        "homogeneous.csv": pd.concat([homogeneous_table(model) for model in NETWORK_MODELS]),
        "trained.csv": pd.concat([trained_table(model, networks, accuracies) for model in NETWORK_MODELS]),
    }
    for name, table in tables.items():
        table.to_csv(out / name, index=False, float_format="%.6g")
        print(table.to_string(index=False))


if __name__ == "__main__":
    main()
