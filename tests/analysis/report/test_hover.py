import pandas as pd

from xpert_evo.analysis.report.hover import brief_text, genes_in_short, hover_text
from xpert_evo.design.designs import homogeneous

DESIGN = homogeneous(input_bits=5, adc_bits=4, adc_type="sar", id="this")
ROW = pd.Series(
    {
        "id": "this",
        "design": DESIGN.model_dump_json(),
        "accuracy": 0.75,
        "standard_error": 0.01,
        "repeats": 2,
        "repeated_accuracy": 0.734,
        "repeated_standard_error": 0.008,
        "promoted_accuracy": 0.812,
        "promoted_standard_error": 0.007,
        "promoted_epochs": 30.0,
        "edap_pj_ns_um2": 2e21,
        "tops_per_w": 10.0,
        "tops_per_mm2": 0.5,
        "area_um2": 3e6,
    }
)


def test_genes_are_ranges_over_the_layers():
    assert genes_in_short(DESIGN) == "64–512 channels, 5-bit inputs, 4-bit sar, 8 col/ADC"
    layers = (DESIGN.layers[0].model_copy(update={"adc_type": "flash", "adc_bits": 8}), *DESIGN.layers[1:])
    mixed = DESIGN.model_copy(update={"layers": layers})
    assert genes_in_short(mixed) == "64–512 channels, 5-bit inputs, 4–8-bit flash/sar, 8 col/ADC"


def test_an_array_of_its_own_is_told():
    content = {**DESIGN.to_json(), "array": {"crossbar_size": 128}}
    assert genes_in_short(type(DESIGN).model_validate(content)).endswith("8 col/ADC, crossbar size 128")


def test_both_accuracies_and_all_ratios_are_told():
    reference = ROW.copy()
    reference[["edap_pj_ns_um2", "tops_per_w", "tops_per_mm2"]] = [2e23, 4.0, 1.0]

    lines = hover_text(ROW, {"flash": reference}).split("<br>")

    assert lines[0] == "<b>this</b>"
    assert "proxy accuracy 75.0 ± 1.0 % in the search" in lines
    assert "proxy accuracy 73.4 ± 0.8 % over 2 fresh seeds" in lines
    assert "proxy accuracy 81.2 ± 0.7 % trained for 30 epochs" in lines
    assert "EDAP (mJ ms mm²) 2" in lines and "area (mm²) 3" in lines
    assert "against the flash VGG16: 100x EDAP, 2.5x TOPS/W, 0.5x TOPS/mm²" in lines
    once = ROW.copy()
    once["repeats"], once["promoted_accuracy"] = 0, float("nan")
    assert "fresh" not in hover_text(once, {}) and "epochs" not in hover_text(once, {})
    assert brief_text(ROW).split("<br>") == [lines[0], lines[-1]]
