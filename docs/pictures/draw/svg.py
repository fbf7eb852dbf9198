"""A picture made of SVG elements on a white card, readable on light and dark pages; equal input gives equal text."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

BLUE, ORANGE, GREEN, PURPLE, AMBER, SKY = "#0072b2", "#d55e00", "#009e73", "#a04c7d", "#e69f00", "#56b4e9"
INK, FAINT, PALE = "#24292f", "#8a929a", "#eef1f4"


class Picture:
    """Elements in the order in which they are drawn; lengths in pixels, y downwards."""

    def __init__(self, width: int, height: int, title: str) -> None:
        """An empty card. `title` is what a screen reader says."""
        self.lines = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
            'font-family="Helvetica, Arial, Liberation Sans, DejaVu Sans, sans-serif" role="img">',
            f"<title>{escape(title)}</title>",
            '<defs><marker id="head" markerWidth="9" markerHeight="8" refX="8" refY="4" orient="auto">'
            f'<path d="M0,0 L9,4 L0,8 z" fill="{INK}"/></marker></defs>',
        ]
        self.rect(0.5, 0.5, width - 1, height - 1, fill="#ffffff", stroke="#d0d7de", radius=12)

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str = "none",
        stroke: str = "none",
        radius: float = 0,
        dashed: bool = False,
    ) -> None:
        """A rectangle by its upper left corner."""
        rounded = f' rx="{radius:g}"' if radius else ""
        pattern = ' stroke-dasharray="5 4"' if dashed else ""
        self.lines.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"{rounded} fill="{fill}" '
            f'stroke="{stroke}"{pattern}/>'
        )

    def circle(self, x: float, y: float, radius: float, *, fill: str = INK, stroke: str = "none") -> None:
        """A disc by its centre."""
        self.lines.append(f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{fill}" stroke="{stroke}"/>')

    def path(
        self, points: Sequence[tuple[float, float]], *, stroke: str = INK, width: float = 1.5, fill: str = "none"
    ) -> None:
        """A line through points."""
        joined = " ".join(f"{x:g},{y:g}" for x, y in points)
        self.lines.append(f'<polyline points="{joined}" fill="{fill}" stroke="{stroke}" stroke-width="{width:g}"/>')

    def arrow(self, points: Sequence[tuple[float, float]], *, width: float = 1.5) -> None:
        """The same with a head at its end."""
        self.path(points, width=width)
        self.lines[-1] = self.lines[-1].replace("/>", ' marker-end="url(#head)"/>')

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = 16,
        anchor: str = "middle",
        fill: str = INK,
        bold: bool = False,
    ) -> None:
        """Words on a base line; `anchor` is start, middle or end."""
        weight = ' font-weight="bold"' if bold else ""
        self.lines.append(
            f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" text-anchor="{anchor}" fill="{fill}"{weight}>'
            f"{escape(words)}</text>"
        )

    def adc(self, x: float, y: float, width: float, height: float, *, label: str = "ADC", size: float = 14) -> None:
        """A converter: wide where columns come in, narrow where bits go out."""
        slant = min(0.2 * width, 12)
        corners = [(x, y), (x + width, y), (x + width - slant, y + height), (x + slant, y + height), (x, y)]
        self.path(corners, fill=ORANGE, stroke=ORANGE)
        self.text(x + width / 2, y + height / 2 + 0.36 * size, label, size=size, fill="#ffffff", bold=True)

    def cells(
        self,
        x: float,
        y: float,
        columns: int,
        rows: int,
        pitch: float,
        *,
        fill: str = GREEN,
        shades: Sequence[int] = (),
    ) -> None:
        """A crossbar: word lines, bit lines and a cell at every crossing, `shades` cycling through three depths."""
        for row in range(rows):
            middle = y + (row + 0.5) * pitch
            self.path([(x - 0.3 * pitch, middle), (x + columns * pitch, middle)], stroke=FAINT, width=1)
        for column in range(columns):
            middle = x + (column + 0.5) * pitch
            self.path([(middle, y), (middle, y + (rows + 0.3) * pitch)], stroke=FAINT, width=1)
        depths = (0.3, 0.6, 1.0)
        for row in range(rows):
            for column in range(columns):
                depth = depths[shades[(row * columns + column) % len(shades)]] if shades else 1.0
                side = 0.6 * pitch
                corner = (x + column * pitch + 0.2 * pitch, y + row * pitch + 0.2 * pitch)
                self.rect(*corner, side, side, fill="#ffffff", radius=2)
                self.rect(*corner, side, side, fill=fill, radius=2)
                self.lines[-1] = self.lines[-1].replace("/>", f' fill-opacity="{depth:g}"/>')

    def save(self, path: Path) -> None:
        """Writes the file."""
        path.write_text("\n".join([*self.lines, "</svg>", ""]), encoding="utf-8")
