"""The levels of the model rebuilt for the tool's component break-downs (golden/component_examples.json)."""

from dataclasses import dataclass

import numpy as np

from tests.hardware import golden
from xpert_evo.design.genes import ADC_TYPES
from xpert_evo.hardware.arrays.crossbar import Periphery, crossbar
from xpert_evo.hardware.arrays.devices import DEVICES, MemoryArray
from xpert_evo.hardware.arrays.floorplan import Floorplan, Matrix, paired_floorplan
from xpert_evo.hardware.arrays.pe import ProcessingElement, processing_element
from xpert_evo.hardware.arrays.tile import Tile, tile_of
from xpert_evo.hardware.preset import HardwarePreset, load_preset

UM, UM2, UW, PJ = 1e6, 1e12, 1e6, 1e12  # from SI
RELATIVE = 2e-7  # of what the break-downs print: eight digits
COARSE = 5e-6  # lengths are printed with six


@dataclass(frozen=True)
class Example:
    name: str
    golden: dict
    preset: HardwarePreset
    layer: Matrix
    periphery: Periphery
    array: MemoryArray
    plan: Floorplan
    pe: ProcessingElement
    tile: Tile

    @property
    def components(self) -> dict:
        return self.golden["components"]

    @property
    def misc(self) -> dict:
        return self.golden["crossbar_misc"]

    @property
    def adcs(self) -> int:
        return self.preset.crossbar_size // int(self.periphery.sharing[0])


def build(content: dict) -> Example:
    preset, genes = load_preset(content["config"], "xpertsim"), content["layer"]
    periphery = Periphery(
        sharing=np.array([genes["cs"]]),
        adc_type=np.array([ADC_TYPES.index(genes["adc_type"])]),
        levels=np.array([genes["levels"]]),
        input_bits=np.array([genes["ip_bits"]]),
        cells_per_weight=np.array([preset.cells_per_weight(8)]),
    )
    n_c = preset.cells_per_weight(8)
    layer = Matrix(np.array([genes["c_in"] * 9]), np.array([genes["c_out"] * n_c]))
    plan = paired_floorplan(layer, Matrix(np.array([64 * 9]), np.array([512 * n_c])), preset.crossbar_size)
    pe = processing_element(preset, periphery, crossbar(preset, periphery), plan.crossbars_per_side)
    tile = tile_of(preset, periphery, pe, plan.pes_per_side, plan.pe_cells)
    name = f"{content['config']} {genes['adc_type']} cs{genes['cs']} ip{genes['ip_bits']} l{genes['levels']}"
    return Example(name, content, preset, layer, periphery, DEVICES[preset.memory].array(preset), plan, pe, tile)


EXAMPLES = [build(content) for content in golden.components()]
