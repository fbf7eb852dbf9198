import pandas as pd
import pytest

from xpert_evo.errors import InputError
from xpert_evo.export.pick import pick_designs

NAN = float("nan")
TABLE = pd.DataFrame(
    {
        "id": ["cheap", "middle", "good", "forbidden"],
        "feasible": [1, 1, 1, 0],
        "accuracy": [0.4, 0.75, 0.9, 0.99],
        "repeated_accuracy": [NAN, 0.65, 0.88, NAN],
        "edap_pj_ns_um2": [1.0, 10.0, 100.0, 0.1],
        "tops_per_w": [5.0, 2.0, 3.0, 9.0],
        "tops_per_mm2": [0.1, 0.3, 0.2, 9.0],
    }
)
FRONT = TABLE.assign(knee=[False, True, False, False])


@pytest.mark.parametrize(
    ("pick", "identity"),
    [
        ("knee", "middle"),
        ("good", "good"),
        ("go", "good"),
        ("best-edap@0.4", "cheap"),
        ("best-edap@0.6", "middle"),
        ("best-edap@0.7", "good"),  # by the repeated accuracy, where there is one
        ("best-tops-per-w@0.4", "cheap"),
        ("best-tops-per-w@0.5", "good"),
        ("best-tops-per-mm2@0.4", "middle"),
        ("best-tops-per-mm2@0.88", "good"),
    ],
)
def test_a_pick_names_one_feasible_design(pick, identity):
    assert pick_designs(FRONT, TABLE, [pick]) == {identity: (pick,)}


def test_picks_of_the_same_design_are_kept_together():
    named = pick_designs(FRONT, TABLE, ["knee", "cheap", "best-edap@0.6", "knee"])
    assert named == {"middle": ("knee", "best-edap@0.6"), "cheap": ("cheap",)}


@pytest.mark.parametrize(
    ("pick", "says"),
    [
        ("nobody", "no design of this id"),
        ("", "4 designs of this id"),
        ("best-edap@lots", "'lots' is no number"),
        ("best-tops-per-w@3", "3 is no accuracy"),
        ("best-tops-per-mm2@0.95", "no design reaches it; the best proxy accuracy is 0.88"),
        ("best-speed@0.5", "no design of this id.*best-tops-per-mm2@ACCURACY"),
    ],
)
def test_a_pick_that_fits_nothing_is_named(pick, says):
    with pytest.raises(InputError, match=f"--pick {pick}: .*{says}"):
        pick_designs(FRONT, TABLE, ["knee", pick])


def test_a_run_without_feasible_designs_has_no_knee():
    with pytest.raises(InputError, match="no feasible design"):
        pick_designs(FRONT[:0], TABLE, ["knee"])
