"""Banks of flip-flops (section 5.1)."""

from typing import Any

import numpy as np

from xpert_evo.hardware.components.standard_cells import standard_cells
from xpert_evo.hardware.process.technology import Technology


def width_at_height(tech: Technology, count: Any, height: Any) -> Any:
    """Width, m, of a bank whose height is given."""
    per_column = np.minimum(np.floor(height / tech.cell_height_m), count)
    return standard_cells(tech).dff_width * np.ceil(count / per_column)


def height_at_width(tech: Technology, count: Any, width: Any) -> Any:
    """Height, m, of a bank whose width is given."""
    per_row = np.minimum(np.floor(width / standard_cells(tech).dff_width), count)
    return tech.cell_height_m * np.ceil(count / per_row)


def area(tech: Technology, count: Any) -> Any:
    """Area, m2, of a bank without bounds."""
    return count * standard_cells(tech).dff_width * tech.cell_height_m
