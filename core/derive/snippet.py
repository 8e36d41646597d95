"""A script that needs nothing but NumPy, recomputes one number of a step by the chain rule, and prints it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core.address import Address
from core.derive.snippet_code import HELPERS, NoScriptError, Place, code, loss_slope, penalty_slope
from core.derive.symbols import Symbols
from core.derive.told import Told
from core.numeric import Array
from core.spec import lowered

COUNTED = (
    "# Names count the experiment's layers from 0, as addresses do: x2 goes into layers[2], W2 and b2 are its parameters.\n"
    "# So do indices, where the symbols of the page count from 1."
)
NODES = ("input", "output", "grad_input", "grad_output")


def script(told: Told, address: Address) -> dict[str, str]:
    """{"python": the script}, or {"no_python": a sentence that says why there is none}."""
    try:
        return {"python": snippet(told, address)}
    except NoScriptError as why:
        return {"no_python": str(why)}


def snippet(told: Told, address: Address) -> str:
    """The script: the batch, the parameters before the step, forward, backward as far as needed, and the number."""
    network, i = told.network, address.layer
    places = [Place(layer, n, network.shapes[n], network.shapes[n + 1]) for n, layer in enumerate(network.layers)]
    back = address.name not in ("input", "output")
    stop = i if address.name == "grad_input" else i + 1  # the boundary at which the way back ends
    written = places if back else places[: i + (address.name == "output")]
    codes = [code(place) for place in written]
    needs = [name for c in codes for name in c.needs]
    ending: list[str] = []
    if back:
        ending, more = _end(told, stop)
        needs += more
        last = told.end if stop <= told.end else len(places)
        for n in reversed(range(stop, last)):
            ending += [f"# back through link {n + 1}, {network.layers[n].kind}", *codes[n].backward]
    what = f"{_meaning(told, address)} in step {told.trace.step + 1} of the {told.experiment.data.kind} data"
    helpers = [text for name, text in HELPERS.items() if name in needs]
    lines = [f"# {what}", *_given(told, address), COUNTED, "import numpy as np", *helpers, "", *_data(told, written, back), ""]
    for n, (place, c) in enumerate(zip(written, codes, strict=True)):
        lines += [f"# forward, link {n + 1}: {place.layer.kind} of x{n}", *c.forward]
    unused = tuple(f"d{name} =" for name in told.trace.before[i] if name != address.name)
    number = [] if address.name in NODES else [line for line in codes[i].grads if not line.startswith(unused)]
    return "\n".join([*lines, "", *ending, *number, *_printed(told, address, stop)]) + "\n"


def _meaning(told: Told, address: Address) -> str:
    if address.name in NODES:
        return f"{address} of example {told.trace.batch.indices[told.row]} (row {told.row + 1} of the batch)"
    whose = "" if told.experiment.gradient.kind == "backprop" else " by backpropagation"
    penalised = np.any(told.experiment.penalty.gradient_of(address.name, np.ones(1)))
    symbol = Symbols(told.network).param(address.layer, address.name, address.index)
    rest = f"the mean over a batch of {told.count}{', and the penalty' if penalised else ''},"
    return f"dL/dw of {address} (on the page {symbol}){whose}, {rest}"


def _given(told: Told, address: Address) -> Iterator[str]:
    """What the page shows, where the step's gradient is another method's than the script's."""
    method = told.experiment.gradient
    if address.name not in NODES and method.kind != "backprop":
        value = float(told.trace.layers[address.layer].grads[address.name][address.index])
        yield f"# The optimizer was given {value!r}: this step's gradient is found by {lowered(method.title)}."


def _data(told: Told, places: list[Place], back: bool) -> Iterator[str]:
    """The batch and the parameters, every digit of them."""
    yield f"x0 = {_array(told.trace.batch.x)}"
    if back:
        yield f"y = {_array(told.trace.batch.y)}"
    yield "N = len(x0)"
    for place in places:
        for name, value in told.trace.before[place.i].items():
            yield f"{name}{place.i} = {_array(value)}"
        noise = told.noises[place.i]
        if noise is not None:
            yield f"m{place.i} = {_array(noise.astype(int))}  # the dropout mask"


def _array(a: Array) -> str:
    """np.array([...]), one row a line, every number in the shortest form that reads back as itself."""
    rows = [repr(row) for row in a.tolist()] if a.ndim else [repr(a.item())]
    return f"np.array([{', '.join(rows)}])" if a.ndim < 2 else "np.array([\n    " + ",\n    ".join(rows) + "])"


def _end(told: Told, stop: int) -> tuple[list[str], list[str]]:
    """∂ℓ/∂(the chain's end): δ of a matched pair, or the loss's own slope."""
    network, last = told.network, len(told.network.layers)
    if network.head is not None and stop < last:
        scale = "" if network.head.factor == 1.0 else f"{network.head.factor:g} * "
        lines = [f"# backward; {network.loss.kind} after {network.layers[-1].kind}: delta = {scale}(prediction - target)"]
        residual = f"x{last} - y"
        return [*lines, f"g{last - 1} = {scale}({residual})" if scale else f"g{last - 1} = {residual}"], []
    expression, needs = loss_slope(network.loss, network.layers[-1], f"x{last - 1}", f"x{last}")
    return [f"# backward, the loss: {network.loss.kind}", f"g{last} = {expression}"], list(needs)


def _printed(told: Told, address: Address, stop: int) -> list[str]:
    """The line that prints the number."""
    index = ", ".join(map(str, address.index))
    if address.name in NODES:
        boundary = address.layer + address.name.endswith("output")
        return [f"print(repr(float({'g' if 'grad' in address.name else 'x'}{boundary}[{told.row}, {index}])))"]
    entry = f"{address.name}{address.layer}[{index}]"
    penalty, pull = told.experiment.penalty, ""
    if np.any(penalty.gradient_of(address.name, np.ones(1))):
        pull = f" + {penalty_slope(penalty, entry)}"
    return [f"print(repr(float(d{address.name}[{index}]{pull})))"]
