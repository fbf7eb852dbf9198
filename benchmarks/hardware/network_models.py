"""From the original's network model to ours, switch by switch; and XPert's design among the homogeneous ones in both.

    python -m benchmarks.hardware.network_models --out results/published/network-models      # from the project's root

Nothing is drawn at random and no time is taken: the same everywhere.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from tests.hardware import golden
from xpert_evo.design.design import Design, homogeneous
from xpert_evo.design.design_files import save_design
from xpert_evo.design.designs import stack
from xpert_evo.design.genes import ADC_TYPES
from xpert_evo.hardware.metrics import METRICS
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.hardware.preset import HardwarePreset, load_preset
from xpert_evo.hardware.switches import CHIP, XPERTSIM

ORDER = (
    "flash_nmos_area",
    "repeat_stale_pe",
    "drop_split_weights",
    "rounding_accidents",
    "accumulation_rounding",
    "zero_address_decoder",
    "operations",
    "filler_layer",
    "max_pool",
    "digital_clock",
    "chip_blocks",
)
XPERT = "xpert-cifar10-published @ xpert-rram"
COLUMNS = ("energy uJ", "latency us", "area mm2", "EDAP mJ ms mm2", "TOPS/W", "TOPS/mm2")


def figures(preset: HardwarePreset, designs: list[Design]) -> pd.DataFrame:
    """A row a design in the units of `COLUMNS`."""
    frame = HardwareModel(preset).evaluate(stack(designs)).to_frame([str(design.id) for design in designs])
    units = (1e-6, 1e-3, 1e-6, 1e-21, 1.0, 1.0)
    names = [name for name in METRICS if name not in ("tops", "leakage_energy_pj")]
    return pd.DataFrame(
        {"design": frame["id"]}
        | {column: frame[name] * unit for column, name, unit in zip(COLUMNS, names, units, strict=True)}
    )


def ablation() -> pd.DataFrame:
    """One switch after the other; then what the chip's free choices change."""
    designs = [homogeneous(adc_type=kind, id=kind) for kind in ADC_TYPES]
    chip = load_preset("xpert-rram", "chip", "offset")
    switches = XPERTSIM
    steps = [("xpertsim", chip.model_copy(update={"switches": XPERTSIM}))]
    for name in ORDER:
        switches = switches.model_copy(update={name: getattr(CHIP, name)})
        steps.append((f"{name} = {getattr(CHIP, name)}", chip.model_copy(update={"switches": switches})))
    assert switches == CHIP
    for name, value in (("tile_pitch", "largest"), ("tile_sums", "moved")):
        switches = CHIP.model_copy(update={name: value})
        steps.append((f"chip, but {name} = {value}", chip.model_copy(update={"switches": switches})))
    of_paper = {"crossbars_per_pe": 4, "pes_per_tile": 16}
    steps.append(("chip, but 4 crossbars a PE, 16 PEs a tile", chip.model_copy(update=of_paper)))
    for encoding in ("reference_column", "differential"):
        steps.append((f"chip, but weight_encoding = {encoding}", chip.model_copy(update={"weight_encoding": encoding})))
    parts = [figures(preset, designs).assign(step=name) for name, preset in steps]
    table = pd.concat(parts)
    return table[["design", "step", *COLUMNS]].sort_values("design", kind="stable").reset_index(drop=True)


def xpert_design() -> Design:
    """XPert's published CIFAR-10 design with the feature sizes that its network has."""
    layers = golden.network_layers()[XPERT]
    return Design.model_validate(
        {
            "format": "xpert-evo/design-1",
            "id": "xpert-cifar10",
            "backbone": "vgg16",
            "image": {"size": 32, "channels": 3},
            "classes": 10,
            "layers": [
                {
                    "channels": int(row.c_out),
                    "column_sharing": int(row.cs),
                    "adc_type": row.adc_type,
                    "adc_bits": int(row.ap_bits),
                    "input_bits": int(row.ip_bits),
                }
                for row in layers.itertuples()
            ],
        }
    )


def grid() -> list[Design]:
    """Homogeneous VGG16s: 5 sharings x 2 ADC types x 6 ADC x 7 input precisions."""
    return [
        homogeneous(
            column_sharing=m, adc_type=kind, adc_bits=bits, input_bits=ip, id=f"{kind}-share{m}-adc{bits}-in{ip}"
        )
        for kind in ADC_TYPES
        for m in (2, 4, 8, 16, 32)
        for bits in range(3, 9)
        for ip in range(2, 9)
    ]


def comparison() -> pd.DataFrame:
    """XPert's design and the grid in both network models."""
    designs = [xpert_design(), *grid()]
    parts = [
        figures(load_preset("xpert-rram", network_model, "offset"), designs).assign(**{"network model": network_model})
        for network_model in ("chip", "xpertsim")
    ]
    return pd.concat(parts)[["network model", "design", *COLUMNS]].reset_index(drop=True)


def gains(table: pd.DataFrame) -> pd.DataFrame:
    """XPert's design against baselines: EDAP, TOPS/W and TOPS/mm2, above one where it is better."""
    rows = []
    for network_model, part in table.groupby("network model", sort=False):
        by_name = part.set_index("design")
        best = by_name.drop("xpert-cifar10").filter(regex=r"-adc6-in8$", axis=0)["EDAP mJ ms mm2"].idxmin()
        against = {
            "flash, sharing 8, 6-bit ADC, 8-bit inputs": "flash-share8-adc6-in8",
            "SAR, sharing 8, 6-bit ADC, 8-bit inputs": "sar-share8-adc6-in8",
            f"best EDAP at 6-bit ADC, 8-bit inputs ({best})": best,
            "flash, sharing 8, 6-bit ADC, 4-bit inputs": "flash-share8-adc6-in4",
            "SAR, sharing 8, 6-bit ADC, 4-bit inputs": "sar-share8-adc6-in4",
        }
        xpert = by_name.loc["xpert-cifar10", list(COLUMNS)].astype(float)
        for words, name in against.items():
            ratio = by_name.loc[name, list(COLUMNS)].astype(float) / xpert
            rows.append(
                {
                    "network model": network_model,
                    "against VGG16 with": words,
                    "EDAP": ratio["EDAP mJ ms mm2"],
                    "TOPS/W": 1 / ratio["TOPS/W"],
                    "TOPS/mm2": 1 / ratio["TOPS/mm2"],
                }
            )
    return pd.DataFrame(rows)


def as_markdown(frame: pd.DataFrame) -> str:
    """A table with four significant digits."""
    lines = [" | ".join(map(str, frame.columns)), " | ".join("---" for _ in frame.columns)]
    for row in frame.itertuples(index=False):
        lines.append(" | ".join(f"{value:.4g}" if isinstance(value, float) else str(value) for value in row))
    return "\n".join(f"| {line} |" for line in lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder to be written")
    out = parser.parse_args().out
    steps, table = ablation(), comparison()
    shown = [f"{kind}-share{m}-adc6-in8" for kind in ADC_TYPES for m in (2, 4, 8, 16, 32)]
    rows = table[table["design"].isin(["xpert-cifar10", *shown])]
    xpert = gains(table)
    print(as_markdown(steps), as_markdown(rows), as_markdown(xpert), sep="\n\n")
    out.mkdir(parents=True, exist_ok=True)
    steps.to_csv(out / "ablation.csv", index=False, float_format="%.8g")
    table.to_csv(out / "designs.csv", index=False, float_format="%.8g")
    save_design(xpert_design(), out / "xpert-cifar10.json")
    (out / "tables.md").write_text(
        "<!-- written by benchmarks/hardware/network_models.py -->\n\n## Switch by switch\n\n"
        + as_markdown(steps)
        + "\n\n## XPert's design and homogeneous VGG16s\n\n"
        + as_markdown(rows)
        + "\n\n## What XPert's design gains\n\n"
        + as_markdown(xpert)
        + "\n",
        encoding="utf-8",
    )
    assert np.isfinite(table[list(COLUMNS)].to_numpy()).all()


if __name__ == "__main__":
    main()
