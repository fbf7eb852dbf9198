"""What a picture shows as text, for tests that look at it as a reader does."""

from itertools import combinations
from typing import NamedTuple

from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from xpert_evo.analysis import style


class Drawn(NamedTuple):
    """A text that is really drawn, in points on the picture's paper."""

    text: str
    size: float
    box: Bbox


def drawn_texts(figure: Figure, monkeypatch) -> list[Drawn]:
    """Every text of a picture: titles, labels of axes and ticks, legends, annotations."""
    found = []
    draw = Text.draw

    def noted(self, renderer, *args, **kwargs):
        if self.get_visible() and self.get_text().strip():
            box = self.get_window_extent(renderer)
            scale = 72 / self.get_figure(root=True).dpi
            found.append(Drawn(self.get_text(), self.get_fontsize(), Bbox(box.get_points() * scale)))
        draw(self, renderer, *args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(Text, "draw", noted)
        style.settle(figure)
        found.clear()
        figure.canvas.draw()
    return found


def assert_legible(figure: Figure, monkeypatch) -> list[Drawn]:
    """Letters of 7 pt and more, none on another, none beyond the paper."""
    texts = drawn_texts(figure, monkeypatch)
    small = [text for text in texts if text.size < 7 - 1e-9]
    assert not small, f"smaller than 7 pt: {small}"
    width, height = figure.get_size_inches() * 72
    outside = [t.text for t in texts if t.box.x0 < 0 or t.box.y0 < 0 or t.box.x1 > width or t.box.y1 > height]
    assert not outside, f"beyond the paper: {outside}"
    on_others = [(a.text, b.text) for a, b in combinations(texts, 2) if overlap(a.box, b.box)]
    assert not on_others, f"on each other: {on_others}"
    return texts


def overlap(one: Bbox, other: Bbox) -> bool:
    """Whether two boxes share more than a hair."""
    shared = Bbox.intersection(one, other)
    return shared is not None and shared.width > 0.05 and shared.height > 0.05
