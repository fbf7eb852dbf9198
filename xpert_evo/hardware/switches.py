"""The differences between the network models, each a switch that a preset's table [switches] may set.

`XPERTSIM` reproduces the original, slips included; `CHIP` is what we would build. README.md says what each one does.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from xpert_evo.strict import Strict

NetworkModel = Literal["chip", "xpertsim"]


class Switches(Strict):
    """How layers are put on chips, and which slips of the original are kept."""

    filler_layer: bool = Field(description="each layer on a chip of its own beside a filler layer; or all on one chip")
    chip_blocks: bool = Field(description="count the buffer, wires, adders, registers in the area; or tiles alone")
    tile_pitch: Literal["mean", "largest"] = Field(description="tile whose side is the pitch of the chip's grid")
    tile_sums: Literal["free", "moved"] = Field(description="bits of tiles' sums on the chip's wires to the adders")
    digital_clock: Literal["sensing", "own"] = Field(description="clock of everything but sensing")
    accumulation_rounding: Literal["floor", "ceil"] = Field(description="of sharing over cells a weight, for additions")
    operations: Literal["padded", "real"] = Field(description="count windows of the padded input; or those there are")
    max_pool: Literal["never", "network"] = Field(description="where max-pools are counted")
    zero_address_decoder: bool = Field(description="a decoder without address bits is nothing: inputs of one bit")
    flash_nmos_area: bool = Field(description="count the NMOS area of flash comparators (left out by the original)")
    repeat_stale_pe: bool = Field(description="count PEs outside the matrix as copies of the last one")
    drop_split_weights: bool = Field(description="leave weights whose cells lie on two tiles out of the tiles' traffic")
    rounding_accidents: bool = Field(description="keep gates that the original folds by a rounding error")


XPERTSIM = Switches(
    filler_layer=True,
    chip_blocks=False,
    tile_pitch="mean",
    tile_sums="free",
    digital_clock="sensing",
    accumulation_rounding="floor",
    operations="padded",
    max_pool="never",
    zero_address_decoder=False,
    flash_nmos_area=False,
    repeat_stale_pe=True,
    drop_split_weights=True,
    rounding_accidents=True,
)
CHIP = Switches(
    filler_layer=False,
    chip_blocks=True,
    tile_pitch="mean",
    tile_sums="free",
    digital_clock="own",
    accumulation_rounding="ceil",
    operations="real",
    max_pool="network",
    zero_address_decoder=True,
    flash_nmos_area=True,
    repeat_stale_pe=False,
    drop_split_weights=False,
    rounding_accidents=False,
)
NETWORK_MODELS: dict[NetworkModel, Switches] = {"chip": CHIP, "xpertsim": XPERTSIM}
