"""How a layer and its filler are cut into tiles and PEs, and how often they are duplicated (section 7).

Symbols: R rows and C columns of a layer's cell matrix; T and P cells a side of a tile and a PE; q PEs and s
crossbars a side of a tile and a PE; S cells a side of a crossbar.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xpert_evo.design.mapping import groups_together
from xpert_evo.hardware.components.wires import ceil_log2

_SMALLEST_TILE = 4  # crossbars a side
_SMALLEST_PE = 2


@dataclass(frozen=True)
class Matrix:
    """A layer's cell matrix: rows and columns, int64 arrays of one shape.

    A grouped convolution's is what its groups make where they lie in blocks on the diagonals of crossbars, as many to a
    crossbar as fit, and the crossbars side by side: each has inputs of its own, and columns without weights.

    Attributes:
        inputs: of a grouped convolution all values of a window, 0 of others; None where there is no such layer.
        filled: share of the columns that hold weights, float; None likewise.
    """

    rows: np.ndarray
    columns: np.ndarray
    inputs: np.ndarray | None = None
    filled: np.ndarray | None = None

    @classmethod
    def of_groups(cls, groups: np.ndarray, rows: np.ndarray, columns: np.ndarray, crossbar_size: int) -> Matrix:
        """The matrix of convolutions in groups, each of so many rows and columns; of one group it is that group's."""
        together = groups_together(rows, columns, crossbar_size, groups)
        bundles = -(-groups // together)
        last = (groups - (bundles - 1) * together) * columns
        bundle = -(-together * columns // crossbar_size) * crossbar_size
        all_columns = (bundles - 1) * bundle + last
        return cls(
            together * rows,
            all_columns,
            np.where(groups > 1, groups * rows, 0),
            groups * columns / all_columns,
        )

    def parts(self, side: np.ndarray | int) -> tuple[np.ndarray, np.ndarray]:
        """Into how many squares of that side it is cut, down and across."""
        return -(-self.rows // side), -(-self.columns // side)


@dataclass(frozen=True)
class Floorplan:
    """int64 arrays of one shape.

    Attributes:
        tile_cells, pe_cells: T and P.
        pes_per_side, crossbars_per_side: q and s.
        tile_rows, tile_columns: of the layer.
        filler_tiles: of the filler.
        pair_tile_rows: the larger number of tile rows of layer and filler.
        row_speedup, column_speedup: Sr and Sc.
    """

    tile_cells: np.ndarray
    pe_cells: np.ndarray
    pes_per_side: np.ndarray
    crossbars_per_side: np.ndarray
    tile_rows: np.ndarray
    tile_columns: np.ndarray
    filler_tiles: np.ndarray
    pair_tile_rows: np.ndarray
    row_speedup: np.ndarray
    column_speedup: np.ndarray

    @property
    def tiles(self) -> np.ndarray:
        """nt, of the layer."""
        return self.tile_rows * self.tile_columns

    @property
    def speedup(self) -> np.ndarray:
        """Copies of the layer that work side by side."""
        return self.row_speedup * self.column_speedup

    @property
    def duplicated(self) -> np.ndarray:
        """Whether there is more than one copy, bool."""
        return self.speedup > 1

    @property
    def fully_duplicated(self) -> np.ndarray:
        """Whether every PE of a tile holds a copy, bool."""
        q = self.pes_per_side
        return self.duplicated & (self.row_speedup >= q) & (self.column_speedup >= q)

    @property
    def chip_tiles(self) -> np.ndarray:
        """NT, of layer and filler."""
        return self.tiles + self.filler_tiles


def paired_floorplan(layer: Matrix, filler: Matrix, crossbar_size: int) -> Floorplan:
    """The floorplan of every layer with its filler, which together choose the sizes of tiles and PEs."""
    pair = (layer, filler)
    tile = _tile_size(pair, crossbar_size)
    pe = _pe_size(pair, tile, crossbar_size)
    filler_rows, filler_columns = filler.parts(tile)
    return _floorplan(layer, tile, pe, crossbar_size, filler_rows, filler_columns)


def fixed_floorplan(layer: Matrix, tile_cells: int, pe_cells: int, crossbar_size: int) -> Floorplan:
    """The floorplan of every layer by itself on tiles and PEs of given sizes."""
    tile, pe = np.full_like(layer.rows, tile_cells), np.full_like(layer.rows, pe_cells)
    nothing = np.zeros_like(layer.rows)
    return _floorplan(layer, tile, pe, crossbar_size, nothing, nothing)


def _floorplan(
    layer: Matrix,
    tile: np.ndarray,
    pe: np.ndarray,
    crossbar_size: int,
    filler_rows: np.ndarray,
    filler_columns: np.ndarray,
) -> Floorplan:
    q, s = tile // pe, -(-pe // crossbar_size)
    tile_rows, tile_columns = layer.parts(tile)
    in_tile = _duplication(layer, tile, pe, q)
    in_pe = _duplication(layer, pe, np.full_like(pe, crossbar_size), s)
    return Floorplan(
        tile_cells=tile,
        pe_cells=pe,
        pes_per_side=q,
        crossbars_per_side=s,
        tile_rows=tile_rows,
        tile_columns=tile_columns,
        filler_tiles=filler_rows * filler_columns,
        pair_tile_rows=np.maximum(tile_rows, filler_rows),
        row_speedup=in_tile[0] * in_pe[0],
        column_speedup=in_tile[1] * in_pe[1],
    )


def _tile_size(pair: tuple[Matrix, Matrix], crossbar_size: int) -> np.ndarray:
    """The first of T_max, T_max / 2, ... above 4 S that is used best."""
    smallest = _SMALLEST_TILE * crossbar_size
    widest = np.maximum(pair[0].columns, pair[1].columns)
    candidate = np.maximum(smallest, 2 ** ceil_log2(widest))
    tile, best = np.full_like(candidate, smallest), np.full(candidate.shape, -1.0)
    while (candidate > smallest).any():
        used = np.where(candidate > smallest, _utilisation(pair, candidate), -1.0)
        better = used > best
        tile, best = np.where(better, candidate, tile), np.where(better, used, best)
        candidate = np.maximum(candidate // 2, smallest)
    return tile


def _pe_size(pair: tuple[Matrix, Matrix], tile: np.ndarray, crossbar_size: int) -> np.ndarray:
    """T / 2, or a smaller one above 2 S that is used strictly better than the tile."""
    smallest = _SMALLEST_PE * crossbar_size
    pe, best = tile // 2, _utilisation(pair, tile)
    candidate = np.maximum(tile // 2, smallest)
    while (candidate > smallest).any():
        used = np.where(candidate > smallest, _utilisation(pair, tile, candidate), -1.0)
        better = used > best
        pe, best = np.where(better, candidate, pe), np.where(better, used, best)
        candidate = np.maximum(candidate // 2, smallest)
    return pe


def _utilisation(pair: tuple[Matrix, Matrix], tile: np.ndarray, pe: np.ndarray | None = None) -> np.ndarray:
    """Share of the tiles' cells that hold weights, copies inside a tile included where PEs are given."""
    used: np.ndarray | float = 0.0
    tiles: np.ndarray | int = 0
    for matrix in pair:
        copies: np.ndarray | int = 1
        if pe is not None:
            down, across = _duplication(matrix, tile, pe, -(-tile // pe))
            copies = down * across
        rows, columns = matrix.parts(tile)
        used = used + copies * matrix.rows * matrix.columns
        tiles = tiles + rows * columns
    return np.asarray(used / (tiles * tile.astype(float) ** 2))


def _duplication(
    matrix: Matrix, outer: np.ndarray, inner: np.ndarray, per_side: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Copies, down and across, that fit where a matrix is smaller than the outer square in one direction."""
    fits = (matrix.rows <= outer) | (matrix.columns <= outer)
    rows, columns = matrix.parts(inner)
    return (
        np.where(fits, np.maximum(1, per_side // rows), 1),
        np.where(fits, np.maximum(1, per_side // columns), 1),
    )
