"""How closely the `xpertsim` model answers what the original tool answered, over all golden rows.

    python -m benchmarks.hardware.fidelity [--out results/published/fidelity]      # or: make fidelity

Prints a row a configuration, and the networks' figures; `--out` writes them as README.md and CSV. The tests in
tests/hardware/network_models hold the same figures to bounds.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from tests.hardware import golden
from xpert_evo.hardware.metrics import Metrics
from xpert_evo.hardware.model import HardwareModel

FLOORPLAN = ("tile_cells", "pe_cells", "tiles", "filler_tiles", "speedup", "bus_width_bits")
GROUPS = {  # of figures that no data touch: ours
    "floorplan": FLOORPLAN,
    "area": tuple(name for name in golden.EXACT if name.endswith("area_um2") and name != "chip_area_um2"),
    "chip area": ("chip_area_um2",),
    "clock": ("clock_ns",),
    "latency": tuple(name for name in golden.EXACT if name.endswith("latency_ns")),
    "leakage power": ("leakage_power_uw",),
}


def of_layers() -> pd.DataFrame:
    """Relative errors of layers, a row a configuration."""
    rows = []
    for config in golden.CONFIGS:
        expected = golden.layers()[golden.layers()["config"] == config]
        model = HardwareModel.from_preset(config, "xpertsim")
        default, given = (
            model.evaluate_layers(golden.layer_table(expected, measured=measured)) for measured in (False, True)
        )
        row: dict[str, object] = {"configuration": config, "rows": len(expected)}
        for group, names in GROUPS.items():
            errors = [golden.relative_error(getattr(default, name), expected[golden.EXACT[name]]) for name in names]
            row[f"{group}, worst"] = np.max(errors)
        measured = golden.relative_error(given.energy_pj, expected["energy_pJ"])
        free = golden.relative_error(default.energy_pj, expected["energy_pJ"])
        row |= {
            "energy, measured activity, median": np.median(measured),
            "energy, measured activity, worst": measured.max(),
            "energy, default activity, median": np.median(free),
            "energy, default activity, 95 %": np.quantile(free, 0.95),
        }
        rows.append(row)
    return pd.DataFrame(rows)


def of_networks() -> pd.DataFrame:
    """Relative errors of the golden networks, a row an activity."""
    expected = golden.networks()
    rows = []
    for measured in (True, False):
        metrics = Metrics.of(golden.network_costs(measured=measured))
        energy = golden.relative_error(metrics.energy_pj, expected["energy_pJ"])
        rows.append(
            {
                "activity": "measured" if measured else "default",
                "networks": len(expected),
                "latency, worst": golden.relative_error(metrics.latency_ns, expected["latency_ns"]).max(),
                "area, worst": golden.relative_error(metrics.area_um2, expected["area_tiles_um2"]).max(),
                "energy, median": np.median(energy),
                "energy, worst": energy.max(),
                "EDAP, Spearman": golden.ranks_agree(metrics.edap_pj_ns_um2, expected["edap_mJ_ms_mm2"]),
            }
        )
    return pd.DataFrame(rows)


def as_markdown(frame: pd.DataFrame) -> str:
    """A table of names, counts and relative errors."""

    def worded(name: str, value: object) -> str:
        if isinstance(value, float):
            return f"{value:.6f}" if "Spearman" in name else f"{value:.1e}"
        return str(value)

    lines = [" | ".join(frame.columns), " | ".join("---" for _ in frame.columns)]
    lines += [
        " | ".join(worded(str(name), value) for name, value in zip(frame.columns, row, strict=True))
        for row in frame.itertuples(index=False)
    ]
    return "\n".join(f"| {line} |" for line in lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, help="folder to be written")
    out = parser.parse_args().out
    layers, networks = of_layers(), of_networks()
    page = "\n\n".join(
        [
            "# Fidelity of the hardware model",
            "`make fidelity` wrote this page. It compares the network model `xpertsim` with what the original tool\n"
            "printed (ten digits) for single layers and for networks. Figures are relative errors; no random number\n"
            "and no machine enters them.",
            "## Layers\n\n" + as_markdown(layers),
            "Energies with measured activity differ where the original knows more than a layer's means: where it\n"
            "counts an empty place of a tile as a copy of the last PE, it takes that PE's own data.",
            "## Networks of 13 convolutions\n\n" + as_markdown(networks),
        ]
    )
    print(page)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        (out / "README.md").write_text(page + "\n", encoding="utf-8")
        layers.to_csv(out / "layers.csv", index=False)
        networks.to_csv(out / "networks.csv", index=False)


if __name__ == "__main__":
    main()
