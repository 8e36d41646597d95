"""One rule of naming on both sides: what the page calls a number is what the derivations call it, for every sort of number."""

import re
from math import prod
from typing import Any

from playwright.sync_api import Page

from app.presets import presets
from core.derive.symbols import Symbols
from core.experiment import Experiment
from core.network import Network
from tests.browser.shared import visit

NAMES = """async ([info, layers, addresses]) => {
  const { symbol, plain, marked } = await ours("base/symbol.js");
  const { createStore } = await ours("base/store.js");
  const store = createStore({ info, experiment: { layers }, catalog: chainrule.get("catalog") });
  const shapes = info.param_shapes;
  return addresses.map((address) => [symbol(store, address), plain(address, shapes, layers), marked(address, shapes, layers)]);
}"""
UP, DOWN = str.maketrans("0123456789()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾"), str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
LATEX = re.compile(r"(\\?[a-z ]+?)(?:\^\{\((\d+)\)\})?(?:_\{([\d,]+)\})?")
LETTERS = {r"\delta": "δ", r"\hat y": "ŷ"}


def parts(latex: str) -> tuple[str, str, str, str]:
    r"""("∂ℓ/∂", letter, layer, places) of \frac{\partial \ell}{\partial a^{(1)}_{2}}."""
    inner = re.fullmatch(r"\\frac\{\\partial \\ell\}\{\\partial (.*)\}", latex)
    found = LATEX.fullmatch(inner[1] if inner else latex)
    assert found, latex
    return "∂ℓ/∂" if inner else "", LETTERS.get(found[1], found[1]), found[2] or "", found[3] or ""


def shown(mathml: str) -> tuple[str, str, str, str]:
    """The same of what the page writes."""
    by, text = "<mfrac>" in mathml, mathml.replace('<mi>y</mi><mo stretchy="false">ˆ</mo>', "<mi>ŷ</mi>")
    letter = re.findall(r"<mi>([^∂ℓ])</mi>", text)[0]
    layer = re.findall(r"<mo[^>]*>\(</mo><mn>(\d+)</mn>", text)
    places = re.findall(r"<mn>([\d,]+)</mn>", re.sub(r"<mo[^>]*>\(</mo><mn>\d+</mn>", "", text))
    return "∂ℓ/∂" if by else "", letter, "".join(layer), "".join(places)


def numbers(network: Network) -> dict[str, str]:
    """{address: LaTeX}: the last number of every array."""
    symbols, found = Symbols(network), {}
    for link, shapes in enumerate(network.param_shapes):
        for name, shape in shapes.items():
            last = tuple(size - 1 for size in shape)
            found[f"{link}/{name}/{','.join(map(str, last))}"] = symbols.param(link, name, last)
    for link, array in [(0, "input"), *((link, "output") for link in range(len(network.layers)))]:
        boundary = link + (array == "output")
        shape = network.shapes[boundary]
        node, at = prod(shape) - 1, ",".join(str(size - 1) for size in shape)
        found[f"{link}/{array}/{at}"] = symbols.value(boundary, node)
        found[f"{link}/grad_{array}/{at}"] = symbols.grad(boundary, node)
    return found


def test_a_number_has_one_name_on_the_page_and_in_a_derivation(page: Page) -> None:
    visit(page, "preset=xor")
    for preset in presets():
        network = Experiment.parse(preset["experiment"]).network
        wanted = numbers(network)
        info: dict[str, Any] = {
            "param_shapes": [{name: list(shape) for name, shape in shapes.items()} for shapes in network.param_shapes],
            "shapes": [list(shape) for shape in network.shapes],
        }
        found = page.evaluate(NAMES, [info, preset["experiment"]["layers"], list(wanted)])
        for (address, latex), (mathml, plain, marked) in zip(wanted.items(), found, strict=True):
            by, letter, layer, places = parts(latex)
            assert shown(mathml) == (by, letter, layer, places), (preset["slug"], address)
            is_parameter = address.split("/")[1] in ("W", "b")
            layer = layer and f"({layer})"
            assert plain == (letter + layer.translate(UP) + places.translate(DOWN) if is_parameter else address)
            above = f"<sup>{layer}</sup>" if layer else ""
            assert marked == (f"{letter}{above}<sub>{places}</sub>" if is_parameter else address)


def test_what_is_no_number_of_the_network_has_no_name(page: Page) -> None:
    visit(page, "preset=xor")
    store = """async (address) => {
      const { symbol, plain } = await ours("base/symbol.js");
      return [symbol(chainrule.store, address), plain(address, ...["info.param_shapes", "experiment.layers"].map(chainrule.get))];
    }"""
    assert page.evaluate(store, "9/W/0,0") == ["", "9/W/0,0"]
    assert page.evaluate(store, "the gradient") == ["", "the gradient"]
