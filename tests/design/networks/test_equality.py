"""Networks are the same where they hold the same, whatever has been asked of them."""

from __future__ import annotations

from xpert_evo.design.networks.graph import Network
from xpert_evo.design.networks.registry import backbone, reference


def test_networks_are_compared_by_what_they_hold():
    known = backbone("lenet5")
    same = Network.model_validate(known.to_json())
    same.widths(32)
    assert same == known and hash(same) == hash(known) and reference(same) == {"backbone": "lenet5"}
    other = Network.model_validate({**known.to_json(), "image_channels": 3})
    assert other != known and reference(other)["network"]["image_channels"] == 3
