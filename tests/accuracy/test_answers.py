import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xpert_evo.accuracy.answers import as_bits, as_text, of_bits, of_text


@given(right=st.lists(st.booleans(), min_size=1, max_size=40))
def test_every_image_keeps_its_bit(right):
    assert of_bits(as_bits(np.array(right)), len(right)).tolist() == right
    assert of_text(as_text(np.array(right)), len(right)).tolist() == right


def test_ten_thousand_images_take_a_line():
    assert len(as_text(np.ones(10_000, bool))) < 1700


@pytest.mark.parametrize(("text", "images"), [("gA==", 9), ("gA==", 0), ("?", 3), ("gAA=", 8)])
def test_bits_that_are_of_other_images_are_refused(text, images):
    with pytest.raises(ValueError, match=r"wanted for|no base64"):
        of_text(text, images)
