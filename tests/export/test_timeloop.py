import yaml

from xpert_evo.design.design import homogeneous
from xpert_evo.design.designs import stack
from xpert_evo.export.timeloop import dimensions, write_workload


def test_loops_are_the_networks_multiply_accumulates():
    for design in (homogeneous(), homogeneous(width=0.3, image_size=64, image_channels=1)):
        bounds = dimensions(design)
        products = [b["N"] * b["C"] * b["M"] * b["P"] * b["Q"] * b["R"] * b["S"] for b in bounds]
        assert sum(products) == stack([design]).macs()[0]
        assert [b["C"] for b in bounds] == [design.image.channels, *(b["M"] for b in bounds[:-1])]


def test_files_are_timeloop_problems(tmp_path):
    design = homogeneous(input_bits=3, adc_bits=5)

    paths = write_workload(design, tmp_path / "timeloop")

    assert [path.name for path in paths] == [f"convolution_{number:02d}.yaml" for number in range(1, 14)]
    assert "3-bit inputs" in paths[2].read_text() and "5-bit flash ADCs" in paths[2].read_text()
    for path, bounds in zip(paths, dimensions(design), strict=True):
        problem = yaml.safe_load(path.read_text())["problem"]
        assert problem["version"] == 0.4 and problem["instance"] == bounds
        shape = problem["shape"]
        assert set(shape["dimensions"]) == set(bounds)
        spaces = {space["name"]: space for space in shape["data_spaces"]}
        assert [name for name, space in spaces.items() if space.get("read_write")] == ["Outputs"]
        sides = {
            name: [1 + sum(bounds[term[0]] - 1 for term in axis) for axis in space["projection"]]
            for name, space in spaces.items()
        }
        side = bounds["P"] + 2  # of the padded input
        assert sides["Weights"] == [bounds["C"], bounds["M"], 3, 3]
        assert sides["Inputs"] == [1, bounds["C"], side, side]
        assert sides["Outputs"] == [1, bounds["M"], bounds["P"], bounds["Q"]]
