"""A small run, as a page is given it."""

from dataclasses import replace

import numpy as np
import pandas as pd

from tests.analysis.test_front import BASELINES, LABELS, repeats, some_designs, stored
from xpert_evo.analysis.front import evaluated, front_table
from xpert_evo.analysis.report.found import Found
from xpert_evo.design.designs import stack
from xpert_evo.hardware.metrics import breakdown_frame
from xpert_evo.hardware.model import HardwareModel

EDAP = [1e24, 1e22, 8e21, 1e20, 1e21]


def found(**changes) -> Found:
    """Five designs, the first of which is the flash baseline and the last one dominated."""
    rows = repeats([("k0", 1, 0.89), ("k1", 1, 0.85)])
    table = evaluated(stored([0.9, 0.88, 0.5, 0.4, 0.3], EDAP), rows)
    elsewhere = pd.DataFrame({"id": table["id"], "edap_pj_ns_um2": EDAP, "tops_per_w": 2.0, "tops_per_mm2": 3.0})
    elsewhere["edap_pj_ns_um2"] *= np.arange(1, 6)
    front = front_table(table, ("error", "edap_pj_ns_um2"), BASELINES, LABELS, {"xpertsim": elsewhere})
    designs = {str(design.id): design for design in some_designs(len(table))}
    small = Found(
        title="Co-search on Digits, seed 1",
        valid_for="digits",
        facts={"Run": {"seed": "1"}},
        sentences=["Nothing to say."],
        table=table,
        front=front,
        baselines=BASELINES,
        network="VGG16",
        designs=designs,
        layers=13,
        layers_of=lambda ids: layers_of([designs[identity] for identity in ids]),
        trained=table,
        fitted=0,
        sensitivity=None,
        predictions=None,
        rounds=pd.DataFrame(),
        history=None,
        whole=True,
    )
    return replace(small, **changes)


def layers_of(designs) -> pd.DataFrame | None:
    if not designs:
        return None
    stacked = stack(designs)
    return breakdown_frame(stacked, HardwareModel.from_preset("xpert-rram").costs(stacked))
