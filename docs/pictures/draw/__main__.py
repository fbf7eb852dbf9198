"""Draws the pictures of the documentation: `python docs/pictures/draw`."""

from __future__ import annotations

from pathlib import Path

from arrays import idea, sharing
from chips import accuracies, network_models
from fronts import front
from weights import encodings, levels, slices

PICTURES = {
    "idea": idea,
    "sharing": sharing,
    "encodings": encodings,
    "slices": slices,
    "levels": levels,
    "network-models": network_models,
    "accuracies": accuracies,
    "front": front,
}


def main(folder: Path) -> None:
    """Writes all of them into a folder."""
    for name, draw in PICTURES.items():
        draw().save(folder / f"{name}.svg")


if __name__ == "__main__":
    main(Path(__file__).resolve().parents[1])
