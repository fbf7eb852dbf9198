"""A network's operations as lines of PyTorch, one each, in which no name is kept longer than it is read."""

from __future__ import annotations

from xpert_evo.design.networks.graph import Network
from xpert_evo.design.networks.operations import IMAGE, Operation

NEXT = "x"  # what the next operation alone reads


def forward_lines(network: Network) -> list[str]:
    """The body of a method `forward(self, images)`."""
    operations = network.operations
    readers: dict[str, list[int]] = {}
    for position, operation in enumerate(operations):
        for name in operation.inputs:
            readers.setdefault(name, []).append(position)
    number = {layer.name: position for position, layer in enumerate(network.crossbar_layers)}
    called, kept, lines = {IMAGE: "images"}, 0, []
    for position, operation in enumerate(operations):
        text = _expression(operation, [called[name] for name in operation.inputs], network, number)
        if position + 1 == len(operations):
            lines.append(f"return {text}")
        elif readers[operation.name] == [position + 1]:
            called[operation.name] = NEXT
            lines.append(f"{NEXT} = {text}")
        else:
            kept += 1
            called[operation.name] = f"kept_{kept}"
            lines.append(f"kept_{kept} = {text}")
    return lines


def norm_name(operation: Operation) -> str:
    """What a batch normalisation that is no layer's own is called."""
    return f"norm_{operation.name.replace('.', '_').replace('-', '_')}"


def _expression(operation: Operation, given: list[str], network: Network, number: dict[str, int]) -> str:
    x, last = given[0], operation is network.operations[-1]
    if operation is network.classifier:
        return f"self.classifier({x}.flatten(1))"
    if operation.name in number:
        text = f"self._layer({number[operation.name]}, {x})"
    elif operation.kind == "batch_norm":
        text = f"self.{norm_name(operation)}({x})"
    elif operation.kind in ("relu", "relu6"):
        text = f"F.{operation.kind}({x})"
    elif operation.kind == "add":
        text = " + ".join(given)
    elif operation.kind == "concatenate":
        text = f"torch.cat([{', '.join(given)}], dim=1)"
    elif operation.kind == "flatten":
        text = f"{x}.flatten(1)[:, :, None, None]"
    elif operation.kind == "adaptive_average_pool":
        text = f"F.adaptive_avg_pool2d({x}, {operation.size})"
    else:
        kernel, stride, padding = operation.window
        pool = "max_pool2d" if operation.kind == "max_pool" else "avg_pool2d"
        over = ", ceil_mode=True" if operation.ceil else ""
        text = f"F.{pool}({x}, {kernel}, {stride}, {padding}{over})"
    return f"({text}).flatten(1)" if last else text
