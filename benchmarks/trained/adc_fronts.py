"""Fronts that were searched under two beliefs about ADCs, each costed under both.

    python -m benchmarks.trained.adc_fronts MODELS_RUN SURVEY_RUN --out results/published/adc-survey

The runs are searches whose ADCs were flash and SAR by their models, and the survey's. The designs of their fronts keep
what accuracy depends on; column sharing, ADCs and crossbars a tile are those of lowest EDAP under each belief, in the
network model that was searched. The survey begins at 4 bits: ADCs of fewer count as such ones there. Accuracies are
those of fresh seeds. Writes `fronts.csv`, a row a design and belief, and `fronts.png`.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import moocore
import numpy as np
import pandas as pd

from benchmarks.trained.adc_survey import ADC_BITS, BELIEFS, ENCODING, PRESET
from benchmarks.trained.solved_peripherals import EDAP, solved
from xpert_evo.analysis.palette import COLOURS
from xpert_evo.analysis.style import STYLE, foot, save
from xpert_evo.design.choices import ArrayChoices
from xpert_evo.design.design import Design, homogeneous
from xpert_evo.design.design_files import load_designs
from xpert_evo.design.designs import stack
from xpert_evo.hardware.model import HardwareModel

TILES = (4, 16, 64)
MJ_MS_MM2 = 1e-21  # of a pJ ns um2
ON_FRONT, ACCURACY = "on_error_edap_front", "repeated_accuracy"
SHOWN = {"models": COLOURS["front"], "survey": COLOURS["knee"]}


def costed(design: Design, belief: str, hardware: HardwareModel) -> Design:
    """The design with the peripherals of lowest EDAP under a belief."""
    if belief == "survey":
        layers = (layer.model_copy(update={"adc_bits": max(layer.adc_bits, ADC_BITS[0])}) for layer in design.layers)
        design = design.model_copy(update={"layers": tuple(layers), "id": None})
    rows = design.array.crossbar_size if design.array else None
    array = ArrayChoices(crossbar_size=rows and (rows,), crossbars_per_tile=TILES)
    return solved(design, hardware, array, BELIEFS[belief])


def rows_of(run: Path, searched_under: str, hardware: HardwareModel) -> list[dict[str, Any]]:
    """Of a run's front in error and EDAP, a row a design and belief."""
    front, rows = pd.read_csv(run / "front.csv", dtype={"id": str}), []
    for belief, kinds in BELIEFS.items():
        baselines = stack([homogeneous(adc_type=kind) for kind in kinds])
        baseline = hardware.evaluate(baselines).edap_pj_ns_um2.min()
        for _, row in front[front[ON_FRONT]].iterrows():
            found = costed(load_designs(run / "designs" / f"{row['id']}.json")[0], belief, hardware)
            edap = float(hardware.evaluate(stack([found])).edap_pj_ns_um2[0])
            layers = found.layers
            rows.append(
                {
                    "searched_under": searched_under,
                    "costed_under": belief,
                    "id": row["id"],
                    ACCURACY: row[ACCURACY],
                    EDAP: edap,
                    "edap_gain_over_vgg16_sharing_8": baseline / edap,
                    "mean_adc_bits": np.mean([layer.adc_bits for layer in layers]),
                    "mean_input_bits": np.mean([layer.input_bits for layer in layers]),
                    "mean_weight_bits": np.mean([layer.weight_bits for layer in layers]),
                    "column_sharing": " ".join(str(layer.column_sharing) for layer in layers),
                    "adc_type": " ".join(layer.adc_type for layer in layers),
                    "crossbar_size": found.array and found.array.crossbar_size,
                    "crossbars_per_tile": found.array and found.array.crossbars_per_tile,
                }
            )
    return rows


def hypervolumes(table: pd.DataFrame) -> pd.DataFrame:
    """Of each front under each belief, a share of the area up to the worst accuracy and EDAP of both."""
    found = {}
    for belief, part in table.groupby("costed_under"):
        points = np.column_stack([1 - part[ACCURACY], np.log10(part[EDAP])])
        low, high = points.min(axis=0), points.max(axis=0)
        units = (points - low) / (high - low)
        of_each = part["searched_under"].to_numpy()
        found[belief] = {name: moocore.hypervolume(units[of_each == name], ref=[1, 1]) for name in BELIEFS}
    return pd.DataFrame(found).rename_axis("searched under").rename_axis("costed under", axis=1)


def draw(table: pd.DataFrame, valid: str, path: Path) -> None:
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(1, 2, figsize=(10, 4.4), layout="constrained", sharey=True)
        for axis, (belief, part) in zip(axes, table.groupby("costed_under", sort=False), strict=True):
            for name, of_one in part.groupby("searched_under", sort=False):
                line = of_one.sort_values(EDAP)
                best = line[line[ACCURACY] >= line[ACCURACY].cummax()]
                axis.step(MJ_MS_MM2 * best[EDAP], 100 * best[ACCURACY], where="post", color=SHOWN[str(name)], lw=1)
                label = f"searched under the {name}"
                points = MJ_MS_MM2 * line[EDAP], 100 * line[ACCURACY]
                axis.plot(*points, "o", ms=4, color=SHOWN[str(name)], label=label)
            axis.set(xscale="log", xlabel=f"EDAP under the {belief} (mJ ms mm²), lower is better")
        axes[0].set_ylabel("proxy accuracy, fresh seeds (%)")
        axes[0].legend(frameon=False, fontsize=8, loc="lower right")
        foot(figure, valid)
        save(figure, path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", type=Path, help="a run's folder")
    parser.add_argument("survey", type=Path, help="a run's folder")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    hardware = HardwareModel.from_preset(PRESET, "chip", ENCODING)
    rows = [row for name in BELIEFS for row in rows_of(getattr(arguments, name), name, hardware)]
    table = pd.DataFrame(rows)
    arguments.out.mkdir(parents=True, exist_ok=True)
    table.to_csv(arguments.out / "fronts.csv", index=False, float_format="%.6g")
    valid = "cifar10 · quick proxy · chip, differential · peripherals of lowest EDAP under each belief"
    draw(table, valid, arguments.out / "fronts.png")
    print(hypervolumes(table).to_string(float_format="%.3f"))


if __name__ == "__main__":
    main()
