"""Trained networks with the peripherals that suit each network model best: accuracy depends on neither of them.

    python -m benchmarks.trained.solved_peripherals results/published/trained-cifar10

Column sharing and ADC type of every network in the folder are chosen anew for the lowest EDAP, in `chip` and in
`xpertsim`: layer by layer for co-searched networks, one for all layers for homogeneous ones, which stay so. Ratios are
to the homogeneous VGG16 with flash ADCs (sharing 8, 6-bit ADCs, 8-bit inputs). Nothing is trained; the same everywhere.
"""

import argparse
import itertools
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.trained.narrow_baselines import COLUMN_SHARING
from benchmarks.trained.table import PRESET, costs, gains_over_homogeneous, read, table_of
from xpert_evo.design.choices import ArrayChoices, LayerChoices, SpaceSettings
from xpert_evo.design.design import ArrayDesign, Design
from xpert_evo.design.designs import stack
from xpert_evo.design.genes import ADC_TYPES
from xpert_evo.design.space import SearchSpace
from xpert_evo.hardware.model import HardwareModel
from xpert_evo.hardware.switches import NETWORK_MODELS
from xpert_evo.search.candidates.peripherals import PeripheralSearch

EDAP = "edap_pj_ns_um2"


def solved(
    design: Design,
    hardware: HardwareModel,
    array: ArrayChoices | None = None,
    adc_types: tuple[str, ...] = ADC_TYPES,
) -> Design:
    """The design with the column sharing and ADC types of lowest EDAP; a homogeneous one stays homogeneous.

    Args:
        array: what may be chosen of the array as well: of one crossbar size, crossbars a tile; None leaves it as it is.
        adc_types: what may be chosen.
    """
    array = own_array(design) if array is None else array
    arrays = _arrays(array) or [design.array]
    if stack([design]).homogeneous().item():
        candidates = [_uniform(design, *chosen) for chosen in itertools.product(COLUMN_SHARING, adc_types, arrays)]
    else:
        space = _space_around(design, array, adc_types)
        genome = space.encode([_uniform(design, COLUMN_SHARING[0], adc_types[0], arrays[0])])[0]
        genomes = PeripheralSearch(hardware, space).best(genome, [EDAP])
        candidates = [space.decode(genomes).design(row) for row in range(len(genomes))]
    names = [str(number) for number in range(len(candidates))]
    return candidates[hardware.evaluate(stack(candidates)).to_frame(names)[EDAP].to_numpy().argmin()]


def own_array(design: Design) -> ArrayChoices:
    """No choice but what the design has chosen of its array."""
    own = design.array.model_dump(exclude_none=True) if design.array else {}
    return ArrayChoices.model_validate({gene: (value,) for gene, value in own.items()})


def _arrays(choices: ArrayChoices) -> list[ArrayDesign]:
    given = choices.model_dump(exclude_none=True)
    every = itertools.product(*given.values()) if given else ()
    return [ArrayDesign.model_validate(dict(zip(given, values, strict=True))) for values in every]


def _uniform(design: Design, column_sharing: int, adc_type: str, array: ArrayDesign | None) -> Design:
    update = {"column_sharing": column_sharing, "adc_type": adc_type}
    layers = tuple(layer.model_copy(update=update) for layer in design.layers)
    return design.model_copy(update={"layers": layers, "array": array})


def _space_around(design: Design, array: ArrayChoices, adc_types: tuple[str, ...]) -> SearchSpace:
    """Every choice of the peripherals, none of what accuracy depends on."""
    genes = ("channels", "adc_bits", "input_bits", "weight_bits")
    layers = {
        number: LayerChoices(**{gene: (getattr(layer, gene),) for gene in genes})
        for number, layer in enumerate(design.layers, start=1)
    }
    return SearchSpace.build(
        SpaceSettings(layer=layers, column_sharing=COLUMN_SHARING, adc_type=adc_types, array=array),
        network=design.graph,
        image_size=design.image.size,
        image_channels=design.image.channels,
        classes=design.classes,
    )


def table_in(model: str, networks: dict[str, tuple[Design, dict[str, Any]]]) -> pd.DataFrame:
    """A row a network with its peripherals solved in one network model: ratios, and its sharing and ADC types."""
    trained = table_of(networks)[["name", "exact_accuracy", "homogeneous", "narrow"]]
    encoding = next(iter(networks.values()))[1]["array"]["weight_encoding"]
    hardware = HardwareModel.from_preset(PRESET, model, encoding)
    designs = {name: solved(design, hardware) for name, (design, _) in networks.items()}
    table = trained.merge(costs(designs, encoding), on="name")
    gains = {column: table[f"{model}_{column}_gain_over_flash"] for column in (EDAP, "tops_per_w", "tops_per_mm2")}
    chosen = [designs[name].layers for name in table["name"]]
    return table[["name", "exact_accuracy"]].assign(
        model=model,
        **{f"{column}_gain_over_flash": values for column, values in gains.items()},
        edap_gain_over_narrow_homogeneous=gains_over_homogeneous(table, model),
        column_sharing=[" ".join(str(layer.column_sharing) for layer in layers) for layers in chosen],
        adc_type=[" ".join(layer.adc_type for layer in layers) for layers in chosen],
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    networks = read(folder)
    table = pd.concat([table_in(model, networks) for model in NETWORK_MODELS])
    table.to_csv(folder / "solved-peripherals.csv", index=False, float_format="%.6g")
    print(table.drop(columns=["column_sharing", "adc_type"]).to_string(index=False))


if __name__ == "__main__":
    main()
