"""What `import xpert_evo` gives."""

import subprocess
import sys

import xpert_evo

LIGHT = "Design", "Designs", "Problem", "Resources", "homogeneous", "load_designs", "register_dataset", "simulate"


def test_every_name_is_there_and_shown():
    assert dir(xpert_evo) == sorted(xpert_evo.__all__)
    assert all(getattr(xpert_evo, name) is not None for name in xpert_evo.__all__)


def test_names_that_train_nothing_load_neither_torch_nor_pymoo():
    code = f"import sys, xpert_evo; [getattr(xpert_evo, name) for name in {LIGHT}]; print('torch' in sys.modules)"
    code += "; print('pymoo' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).split() == ["False", "False"]
