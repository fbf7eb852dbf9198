"""A front, its knee and its hypervolume."""

from __future__ import annotations

from svg import AMBER, BLUE, FAINT, INK, ORANGE, Picture

# error and log EDAP on the scales of the hypervolume, 0 best, 1 chance or the baseline
FRONT = ((0.16, 0.88), (0.21, 0.62), (0.29, 0.44), (0.45, 0.30), (0.68, 0.20))
DOMINATED = ((0.35, 0.75), (0.55, 0.55), (0.5, 0.85), (0.72, 0.42), (0.8, 0.7), (0.38, 0.58), (0.62, 0.72))
KNEE = 2


def front() -> Picture:
    """Left: what dominates, and the knee. Right: the hypervolume."""
    picture = Picture(900, 430, "A front of error and EDAP with its knee, and the area that it dominates")
    side = 300
    for left, title in ((80, "front and knee"), (540, "hypervolume")):
        top, bottom = 62, 62 + side

        def place(error: float, edap: float, left: float = left, bottom: float = bottom) -> tuple[float, float]:
            return left + side * edap, bottom - side * error

        picture.text(left + side / 2, 38, title, size=20, bold=True)
        if title == "hypervolume":
            corners = sorted(FRONT, key=lambda point: point[1])
            area = [place(1.0, corners[0][1])]
            for (error, edap), following in zip(corners, [*corners[1:], (0.0, 1.0)], strict=True):
                area += [place(error, edap), place(error, following[1])]
            area += [place(1.0, 1.0), area[0]]
            picture.path(area, fill="#d6e8f4", stroke=BLUE, width=1.5)
            picture.rect(left, top, side, side, stroke=FAINT, dashed=True)
            right, _ = place(1.0, 1.0)
            picture.circle(right, top, 6, fill=ORANGE)
            picture.text(right - 10, top + 24, "reference", size=15, anchor="end", fill=ORANGE, bold=True)
            picture.text(left + 0.66 * side, top + 0.36 * side, "the area that", size=16)
            picture.text(left + 0.66 * side, top + 0.36 * side + 22, "some design beats", size=16)
        else:
            ends = (FRONT[0], FRONT[-1])
            picture.path([place(*end) for end in ends], stroke=AMBER, width=2)
            for point in DOMINATED:
                picture.circle(*place(*point), 5, fill="#c3c7cb")
            knee = place(*FRONT[KNEE])
            picture.circle(*knee, 13, fill="none", stroke=ORANGE)
            picture.text(knee[0] - 16, knee[1] + 26, "knee", size=17, anchor="end", fill=ORANGE, bold=True)
            picture.text(left + 0.62 * side, top + 0.13 * side, "grey: beaten in both", size=15, fill=INK)
        for point in FRONT:
            picture.circle(*place(*point), 7, fill=BLUE)
        picture.arrow([(left, bottom), (left, top - 12)])
        picture.arrow([(left, bottom), (left + side + 14, bottom)])
        picture.text(left + 8, top - 10, "error", size=16, anchor="start")
        picture.text(left + side / 2, bottom + 26, "EDAP (log)", size=16)
        picture.text(left - 8, bottom + 8, "0", size=15, anchor="end")
        picture.text(left - 8, top + 8, "1" if title == "hypervolume" else "", size=15, anchor="end")
    picture.text(540, 414, "10,000x less", size=15)
    picture.text(840, 414, "the baseline's", size=15)
    return picture
