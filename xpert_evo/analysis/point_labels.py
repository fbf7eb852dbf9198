"""Names beside the points of a picture, where they cover neither each other nor what is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import matplotlib
import numpy as np
from matplotlib.axes import Axes

from xpert_evo.analysis.style import figure_of, settle, text_width_pt

_GAPS_PT = (3.0, 6.0, 9.0, 13.0)  # between a mark and its name
_SIDES = ((1, 0), (1, 1), (1, -1), (-1, 0), (0, 1), (0, -1), (-1, 1), (-1, -1))  # of equal places the first
_MARK_PT, _BAR_PT, _LINE_PT = 3.0, 1.0, 2.0  # halves of what is drawn
_NEAR_PT = 9.0  # how far a name keeps from others and their marks where it can
_COVERED, _NEAR_MARK, _NEAR_NAME = 10.0, 0.3, 0.1  # how much a square point counts
_FAR = 2.0  # how much a point of distance from its own mark counts
_SWEEPS = 6  # over all names, each put where the others leave the best place


class Named(NamedTuple):
    """A point of a picture, in the data's units, with the half of its error bar and its name."""

    x: float
    y: float
    error: float
    name: str


def label_points(axis: Axes, points: Sequence[Named], lines: Iterable[Sequence[tuple[float, float]]] = ()) -> None:
    """Writes every point's name beside it; to be called when all else is drawn.

    Args:
        lines: corners of what else a name should keep clear of, in the data's units.
    """
    figure = figure_of(axis)
    settle(figure)
    scale = 72 / figure.dpi
    drawn = [_along(axis.transData.transform(line) * scale) for line in lines]
    marks = [_marks(axis, point, scale) for point in points]
    places = [_places(axis.transData.transform((point.x, point.y)) * scale, point.name) for point in points]
    limits = (axis.get_window_extent().get_points() * scale).reshape(1, 4)
    fixed = []
    for row, boxes in enumerate(places):
        others = np.concatenate([*marks[:row], *marks[row + 1 :], np.empty((0, 4))])
        outside = _area(boxes) - _shared(boxes, limits)
        covered = _shared(boxes, np.concatenate([*drawn, *marks]))
        near = _shared(_padded(boxes), others)
        far = np.repeat(_GAPS_PT, len(_SIDES))
        fixed.append(_COVERED * (outside + covered) + _NEAR_MARK * near + _FAR * far)
    chosen = np.array([boxes[0] for boxes in places])
    for _ in range(_SWEEPS):
        for row, boxes in enumerate(places):
            names = np.delete(chosen, row, axis=0)
            badness = fixed[row] + _COVERED * _shared(boxes, names) + _NEAR_NAME * _shared(_padded(boxes), names)
            chosen[row] = boxes[badness.argmin()]
    for point, box in zip(points, chosen, strict=True):
        offset = box[:2] - axis.transData.transform((point.x, point.y)) * scale
        axis.annotate(
            point.name,
            (point.x, point.y),
            xytext=(float(offset[0]), float(offset[1])),
            textcoords="offset points",
            ha="left",
            va="bottom",
            in_layout=False,
            zorder=7,
        )


def _places(at: np.ndarray, name: str) -> np.ndarray:
    """Where the name of a point (2,) may stand, float (places, 4): left, bottom, right, top; all in points."""
    x, y = at
    width = max(map(text_width_pt, name.split("\n")))
    height = 1.25 * matplotlib.rcParams["font.size"] * len(name.split("\n"))
    boxes = []
    for gap in _GAPS_PT:
        for side_x, side_y in _SIDES:
            away = _MARK_PT + (gap if 0 in (side_x, side_y) else gap / 2)
            left = x + {1: away, 0: -width / 2, -1: -away - width}[side_x]
            bottom = y + {1: away, 0: -height / 2, -1: -away - height}[side_y]
            boxes.append((left, bottom, left + width, bottom + height))
    return np.array(boxes)


def _marks(axis: Axes, point: Named, scale: float) -> np.ndarray:
    """A point's mark and its error bar, (2, 4)."""
    ends = [(point.x, point.y - point.error), (point.x, point.y), (point.x, point.y + point.error)]
    (x, low), (_, y), (_, high) = axis.transData.transform(ends) * scale
    mark = (x - _MARK_PT, y - _MARK_PT, x + _MARK_PT, y + _MARK_PT)
    return np.array([mark, (x - _BAR_PT, low - _BAR_PT, x + _BAR_PT, high + _BAR_PT)])


def _along(corners: np.ndarray) -> np.ndarray:
    """Small boxes along a line, (boxes, 4)."""
    steps = [np.linspace(start, end, 2 + int(abs(end - start).max() / _LINE_PT)) for start, end in pairwise(corners)]
    places = np.concatenate(steps)
    return np.concatenate([places - _LINE_PT / 2, places + _LINE_PT / 2], axis=1)


def _padded(boxes: np.ndarray) -> np.ndarray:
    return boxes + _NEAR_PT * np.array([-1, -1, 1, 1])


def _area(boxes: np.ndarray) -> np.ndarray:
    return (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])


def _shared(boxes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Square points that each box (P, 4) shares with others (Q, 4), (P,)."""
    low = np.maximum(boxes[:, None, :2], others[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
    return np.clip(high - low, 0, None).prod(axis=2).sum(axis=1)
