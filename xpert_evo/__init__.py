"""Co-search of DNN architecture and analog in-memory-computing periphery.

What is public here needs neither torch nor pymoo until it is called.
"""

from xpert_evo.design.designs import Design, Designs, load_designs
from xpert_evo.version import __version__

__all__ = ["Design", "Designs", "__version__", "load_designs"]
