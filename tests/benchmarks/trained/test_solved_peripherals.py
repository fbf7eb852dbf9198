import pytest

from benchmarks.trained.solved_peripherals import EDAP, solved, table_in
from xpert_evo.design.design import ArrayDesign, Design, homogeneous
from xpert_evo.design.designs import stack
from xpert_evo.hardware.model import HardwareModel


def edap(design: Design, hardware: HardwareModel) -> float:
    return hardware.evaluate(stack([design])).to_frame(["0"])[EDAP].item()


def accuracy_genes(design: Design) -> list[tuple[int, int, int]]:
    return [(layer.channels, layer.adc_bits, layer.input_bits) for layer in design.layers]


def test_the_peripherals_of_least_edap_are_found_and_accuracy_keeps_its_genes():
    """Of a network whose first layer alone differs, so that no homogeneous choice is taken."""
    hardware = HardwareModel.from_preset("xpert-rram", "xpertsim", "differential")
    uniform = homogeneous(width=0.5, column_sharing=32, adc_type="sar", adc_bits=4, input_bits=4)
    first = uniform.layers[0].model_copy(update={"adc_bits": 6})
    mixed = uniform.model_copy(update={"layers": (first, *uniform.layers[1:])})

    found, found_uniform = solved(mixed, hardware), solved(uniform, hardware)

    assert accuracy_genes(found) == accuracy_genes(mixed)
    assert len({(layer.column_sharing, layer.adc_type) for layer in found_uniform.layers}) == 1
    assert edap(found_uniform, hardware) < edap(uniform, hardware)
    same = {"column_sharing": found_uniform.layers[0].column_sharing, "adc_type": found_uniform.layers[0].adc_type}
    as_uniform = mixed.model_copy(update={"layers": tuple(x.model_copy(update=same) for x in mixed.layers)})
    assert edap(found, hardware) < edap(as_uniform, hardware)


def test_a_network_on_an_array_of_its_own_stays_there():
    hardware = HardwareModel.from_preset("xpert-rram", "chip", "differential")
    array = ArrayDesign(crossbar_size=256, crossbars_per_tile=4)
    uniform = homogeneous(width=0.5, adc_bits=4, input_bits=4).model_copy(update={"array": array})
    first = uniform.layers[0].model_copy(update={"adc_bits": 6})
    mixed = uniform.model_copy(update={"layers": (first, *uniform.layers[1:])})

    assert all(solved(design, hardware).array == array for design in (uniform, mixed))
    assert edap(solved(mixed, hardware), hardware) < edap(mixed, hardware)


def test_what_is_solved_already_stays():
    hardware = HardwareModel.from_preset("xpert-rram", "chip", "differential")
    once = solved(homogeneous(width=0.5, adc_bits=4, input_bits=4), hardware)

    assert edap(solved(once, hardware), hardware) == pytest.approx(edap(once, hardware))


def test_a_networks_accuracy_stands_beside_what_it_costs_with_solved_peripherals():
    narrow, wide = homogeneous(width=0.5, adc_bits=4, input_bits=4), homogeneous(width=0.5, adc_bits=5, input_bits=4)
    mixed = narrow.model_copy(update={"layers": (wide.layers[0], *narrow.layers[1:])})
    result = {
        **dict.fromkeys(("float_accuracy", "validation_accuracy", "exact_standard_error", "exact_images"), 0.0),
        **dict.fromkeys(("training_seconds", "test_seconds"), 1.0),
        "settings": {"epochs": 24},
        "array": {"weight_encoding": "differential"},
    }
    networks = {
        name: (design, {**result, "design": name, "exact_accuracy": accuracy})
        for name, design, accuracy in (("narrow", narrow, 0.8), ("wide", wide, 0.9), ("mixed", mixed, 0.85))
    }

    table = table_in("xpertsim", networks).set_index("name")

    assert table.loc["mixed", "exact_accuracy"] == 0.85
    assert 1 < table.loc["mixed", "edap_gain_over_narrow_homogeneous"] < 2, "dearer than narrow, cheaper than wide"
    assert table.loc[["narrow", "wide"], "edap_gain_over_narrow_homogeneous"].isna().all()
