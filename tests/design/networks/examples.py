"""Small networks whose every figure can be worked out by hand."""

from xpert_evo.design.networks.graph import Network


def network(*operations: dict, name: str = "small", image_channels: int = 1) -> Network:
    """Of operations that are named by their kind and number where they have no name."""
    return Network.model_validate({"name": name, "image_channels": image_channels, "operations": operations})


def convolution(name: str, of: str, channels: int, kernel: int = 3, **more) -> dict:
    """Same-padded at a stride of 1."""
    content = {"name": name, "kind": "convolution", "inputs": [of], "channels": channels}
    return content | {"kernel": [kernel, kernel], "padding": [kernel // 2, kernel // 2]} | more


def digital(name: str, kind: str, *of: str, **more) -> dict:
    return {"name": name, "kind": kind, "inputs": list(of), **more}


END = (
    digital("average", "adaptive_average_pool", "end", size=[1, 1]),
    digital("flat", "flatten", "average"),
    digital("classes", "linear", "flat", channels=10),
)

# Layers a, b and c; a's outputs go to b and past it.
RESIDUAL = network(
    convolution("a", "image", 4),
    digital("p", "relu", "a"),
    convolution("b", "p", 4),
    digital("sum", "add", "b", "p"),
    digital("q", "relu", "sum"),
    convolution("c", "q", 6, stride=[2, 2]),
    digital("end", "relu", "c"),
    *END,
)

# Layer b is depthwise, c reads signed values; d reads a and c side by side.
MIXED = network(
    convolution("a", "image", 6, 1, padding=[0, 0]),
    digital("p", "relu6", "a"),
    convolution("b", "p", 6, groups=6),
    convolution("c", "b", 4, 1, padding=[0, 0]),
    digital("both", "concatenate", "p", "c"),
    convolution("d", "both", 8),
    digital("end", "relu", "d"),
    *END,
)
