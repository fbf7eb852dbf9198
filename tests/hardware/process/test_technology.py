import pytest

from xpert_evo.errors import InputError
from xpert_evo.hardware.process.technology import NODES, technology


@pytest.mark.parametrize(
    ("node", "beta", "gate", "junction", "sidewall", "channel", "wire"),
    [  # the specification's table of derived quantities, section 3
        (22, 1.319394, 1.42980e-9, 7.17137e-4, 2.00742e-10, 4.01483e-11, 1.32566e7),
        (32, 1.500500, 1.69070e-9, 7.07107e-4, 1.98884e-10, 3.97768e-11, 6.55471e6),
        (45, 1.667333, 1.95668e-9, 6.88247e-4, 1.95367e-10, 3.90734e-11, 3.04228e6),
        (65, 1.675744, 2.39327e-9, 6.70820e-4, 1.92088e-10, 3.84176e-11, 1.42991e6),
    ],
)
def test_derived_quantities(node, beta, gate, junction, sidewall, channel, wire):
    tech = technology(node)
    derived = (
        tech.beta,
        tech.gate_f_per_m,
        tech.junction_f_per_m2,
        tech.sidewall_f_per_m,
        tech.drain_channel_f_per_m,
        tech.wire_ohm_per_m,
    )
    assert derived == pytest.approx((beta, gate, junction, sidewall, channel, wire), rel=1e-5)


def test_other_nodes_are_refused():
    with pytest.raises(InputError, match=r"tech_node_nm: 28 .* 22, 32, 45, 65"):
        technology(28)
    assert sorted(NODES) == [22, 32, 45, 65]
