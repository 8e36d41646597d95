"""The general rule of which a gradient is a case, in the symbols of its place in the network.

A link writes its rules as if it stood alone: x goes in, i counts the examples.  Here x is called what it is, the activation of
the layer before it or the words' numbers; layers are numbered, and the example stands above a letter, in square brackets.
"""

from __future__ import annotations

import re

from core.derive.symbols import Symbols
from core.network import Network
from core.penalties import BIASES, Penalty

# A letter and its index: the example i, if it has one, then the unit.
SYMBOL = re.compile(r"(?<![\\A-Za-z])(?P<stem>\\delta|[wbx])_(?P<at>\{\w+\}|\w)")


def gradient_rule(network: Network, penalty: Penalty, link: int, name: str) -> str:
    r"""∂L/∂w of a parameter: \frac{\partial L}{\partial w^{(2)}_{jk}} = \frac1N \sum_i \delta^{(2)[i]}_{j}\, a^{(1)[i]}_{k}."""
    layer = network.layers[link]
    written = layer.bias_derivative if name in BIASES else layer.derivative
    slope = "" if name in BIASES or not penalty.slope else f" + {penalty.slope}"
    weight = re.search(r"\\partial (\w+_\{\w+\})\}", written)
    if slope and weight:
        slope = re.sub(r"\bw\b", lambda _: weight[1], slope)
    return named(written + slope, network, link)


def handed_back(network: Network, link: int) -> str:
    """∂ℓ/∂(what a link reads), of a link with weights; of any other its own rule, which is written without places."""
    layer = network.layers[link]
    return named(layer.handed_back, network, link) if layer.handed_back else layer.derivative


def named(rule: str, network: Network, link: int) -> str:
    """A link's rule in the symbols of its place."""
    symbols = Symbols(network)
    own, before = symbols.layer(link), symbols.layer(link - 1) if link else ""

    def symbol(found: re.Match[str]) -> str:
        stem, at = found["stem"], found["at"].strip("{}")
        letter, layer = (symbols.stem(link), before) if stem == "x" else (stem, own)
        example = at.startswith("i")
        upper, lower = layer + ("[i]" if example else ""), at[example:]
        return letter + (f"^{{{upper}}}" if upper else "") + (f"_{{{lower}}}" if lower else "")

    return SYMBOL.sub(symbol, rule)
