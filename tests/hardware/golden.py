"""What the original tool printed: single layers, networks, components. Ten significant digits."""

import gzip
import json
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from xpert_evo.design.genes import ADC_TYPES
from xpert_evo.design.mapping import WEIGHT_BITS
from xpert_evo.hardware.layers import LayerMetrics, LayerTable
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.hardware.network_models.costs import NetworkCosts, sum_layers

FOLDER = Path(__file__).parent / "golden"
PRINTED = 1e-9  # relative error of a figure with ten digits
CONFIGS = (
    "xpert-rram",
    "xpert-rram-csafix",
    "xpert-sram",
    "rram-22nm",
    "rram-2bit",
    "rram-128",
    "rram-45nm",
    "rram-65nm",
)

EXACT = {  # what data do not touch; ours: the tool's
    "tile_cells": "tile_size_cells",
    "pe_cells": "pe_size_cells",
    "tiles": "tiles",
    "filler_tiles": "filler_tiles",
    "speedup": "speedup",
    "bus_width_bits": "global_bus_width_bits",
    "clock_ns": "clk_ns",
    "tile_area_um2": "tile_area_um2",
    "chip_area_um2": "chip_area_um2",
    "array_area_um2": "array_area_um2",
    "interconnect_area_um2": "ic_area_um2",
    "adc_area_um2": "adc_area_um2",
    "accumulation_area_um2": "accum_area_um2",
    "other_area_um2": "other_area_um2",
    "latency_ns": "latency_ns",
    "adc_latency_ns": "adc_latency_ns",
    "accumulation_latency_ns": "accum_latency_ns",
    "other_latency_ns": "other_latency_ns",
    "buffer_latency_ns": "buffer_latency_ns",
    "interconnect_latency_ns": "ic_latency_ns",
    "accumulation_energy_pj": "accum_energy_pJ",
    "buffer_energy_pj": "buffer_energy_pJ",
    "interconnect_energy_pj": "ic_energy_pJ",
    "leakage_power_uw": "leakage_power_uW",
    "leakage_energy_pj": "leakage_energy_pJ",
    "operations": "num_computations",
}


@cache
def layers() -> pd.DataFrame:
    return pd.read_csv(FOLDER / "xpertsim_layers.csv")


@cache
def other_precisions() -> pd.DataFrame:
    """Layers whose weights have 2 to 6 bits, in cells of `bits_per_cell`."""
    return pd.read_csv(FOLDER / "weight_bits_layers.csv")


@cache
def networks() -> pd.DataFrame:
    return pd.read_csv(FOLDER / "xpertsim_networks.csv")


@cache
def network_layers() -> dict[str, pd.DataFrame]:
    """A row a layer, its results among the columns, by network and configuration: 'network @ config'."""
    content = json.loads(gzip.decompress((FOLDER / "xpertsim_networks.json.gz").read_bytes()))
    return {
        f"{network['network']} @ {network['config']}": pd.DataFrame(
            [{**{k: v for k, v in layer.items() if k != "result"}, **layer["result"]} for layer in network["layers"]]
        )
        for network in content
    }


@cache
def components() -> list[dict]:
    return json.loads((FOLDER / "component_examples.json").read_text())


def layer_table(rows: pd.DataFrame, *, measured: bool) -> LayerTable:
    """Golden rows as a table, with the activity of the tool's run or without."""

    def whole(column: str) -> np.ndarray:
        return rows[column].to_numpy().astype(np.int64)

    activity = {}
    if measured:
        activity = {
            "active_rows": rows["act_row_fraction"].to_numpy(),
            "column_siemens": rows["mean_column_conductance_S"].to_numpy(),
            "idle_columns": rows["zero_column_fraction"].to_numpy(),
        }
    pooled = rows["max_pool"].to_numpy() == 1 if "max_pool" in rows else np.zeros(len(rows), dtype=bool)
    return LayerTable(
        input_size=whole("h_in_padded") - 2,
        in_channels=whole("c_in"),
        out_channels=whole("c_out"),
        kernel=np.full(len(rows), 3),
        max_pool=pooled,
        column_sharing=whole("cs"),
        adc_type=np.array([ADC_TYPES.index(kind) for kind in rows["adc_type"]]),
        adc_bits=whole("ap_bits"),
        input_bits=whole("ip_bits"),
        weight_bits=whole("weight_bits") if "weight_bits" in rows else np.full(len(rows), WEIGHT_BITS),
        levels=whole("levels"),
        filler_input_size=whole("filler_h") - 2 if "filler_h" in rows else None,
        **activity,
    )


def network_costs(*, measured: bool) -> NetworkCosts:
    """What the model says of every golden network, each of its layers on a chip of its own."""
    parts = []
    for name, rows in network_layers().items():
        model = HardwareModel.from_preset(name.split(" @ ")[1], "xpertsim")
        parts.append(model.evaluate_layers(layer_table(rows, measured=measured)))
    layers = LayerMetrics(**{name: np.stack([getattr(part, name) for part in parts]) for name in vars(parts[0])})
    return NetworkCosts.of_layers(layers, area_um2=sum_layers(layers.tiles * layers.tile_area_um2))


def relative_error(given: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Absolute where 0 is expected."""
    given, expected = np.asarray(given, dtype=float), np.asarray(expected, dtype=float)
    return np.abs(given - expected) / np.where(expected == 0, 1, np.abs(expected))


def ranks_agree(a: np.ndarray, b: np.ndarray) -> float:
    """Spearman's correlation."""
    return float(pd.Series(np.asarray(a)).corr(pd.Series(np.asarray(b)), method="spearman"))
