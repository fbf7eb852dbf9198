import numpy as np
import pandas as pd

from benchmarks.search.growth import BATCH, filled, play
from xpert_evo.search.records.run_folder import existing_store


def test_a_store_that_was_filled_is_what_the_search_would_have_written(tmp_path):
    count = filled(tmp_path / "filled", 3)
    assert len(play(tmp_path / "filled", 4)) == 4  # resumed: its designs are those that the search asks for
    assert len(play(tmp_path / "searched", 4)) == 4
    one, other = (existing_store(tmp_path / name) for name in ("filled", "searched"))
    assert 2 < count <= 2 + 3 * BATCH
    pd.testing.assert_frame_equal(one.evaluations(), other.evaluations())
    assert one.baselines() == other.baselines() and len(one.rounds()) == len(other.rounds()) == 4
    np.testing.assert_array_equal(*(store.accuracies()["accuracy"].sort_values() for store in (one, other)))
