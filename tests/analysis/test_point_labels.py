from itertools import combinations

import numpy as np
import pytest
from matplotlib.transforms import Bbox

from tests.analysis.drawn import drawn_texts, overlap
from xpert_evo.analysis import style
from xpert_evo.analysis.point_labels import Named, label_points


@pytest.mark.parametrize("seed", range(4))
def test_names_cover_neither_each_other_nor_marks_nor_a_line(monkeypatch, seed):
    generator = np.random.default_rng(seed)
    places = [(x, y) for x in (1, 2, 3) for y in (1, 2.2)] + generator.uniform(1, 3, (2, 2)).tolist()
    points = [Named(x, y, 0.05, f"half width, {number}/4") for number, (x, y) in enumerate(places)]
    with style.drawing(3.5):
        figure = style.blank(3.5, 3)
        axis = figure.subplots()
        axis.plot([0, 4], [1.6, 1.6])
        axis.set(xlim=(0, 4), ylim=(0, 3))
        label_points(axis, points, [[(0, 1.6), (4, 1.6)]])
        texts = [text for text in drawn_texts(figure, monkeypatch) if text.text.startswith("half")]
    assert len(texts) == len(points)
    assert [(a.text, b.text) for a, b in combinations(texts, 2) if overlap(a.box, b.box)] == []
    scale = 72 / figure.dpi
    covered = []
    for x, y in places:
        mark = axis.transData.transform((x, y)) * scale
        box = Bbox.from_bounds(*(mark - 2), 4, 4)
        covered += [text.text for text in texts if overlap(text.box, box)]
    assert covered == []
    height = axis.transData.transform((0, 1.6))[1] * scale
    assert not [text.text for text in texts if text.box.y0 < height < text.box.y1]
