"""Whoever puts the indices shown into the formula shown gets the factors shown: convolutions, poolings, words."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.told import go, opened
from tests.formula_reading import Place, within, worth

# Formulas as text, a letter's indices in braces: x_{1,23}; a rule's letters stand apart.
READ = """() => {
  const text = (node) => {
    if (node.nodeType === 3) return node.textContent;
    if (node.hidden) return '';
    const parts = [...node.childNodes].map(text);
    if (/^(msub|munder)(sup|over)?$/.test(node.localName)) return `${parts[0].trim()}_{${parts[1].trim()}} `;
    return parts.join(node.closest('.story-rule') ? ' ' : '');
  };
  const rule = document.querySelector('.story .story-rule');
  return {
    rule: rule && text(rule).replaceAll('−', '-').replace(/[\\s\u2061]+/g, ' ').trim(),
    lines: [...document.querySelectorAll('.story .equation:not([hidden])')].map((line) =>
      [...line.querySelectorAll('.cell')].filter((cell) => !cell.hidden).map((cell) => ({
        symbol: text(cell.querySelector('.cell-symbol:not(.cell-op)')).replace(/\\s+/g, ' ').trim(),
        paths: [...cell.querySelectorAll('.cell-number:not(.cell-op) [data-path]')].map((e) => e.getAttribute('data-path')),
        word: cell.querySelector('.cell-number:not(.cell-op)')?.textContent ?? '',
      }))),
  };
}"""
SYMBOL = re.compile(r"([a-z])_\{([\d,]+)\}")


def places(symbol: str) -> list[tuple[str, tuple[int, ...]]]:
    """[("w", (2, 1, 3)), ("x", (1, 23))] of a product's symbols."""
    return [(letter, tuple(map(int, at.split(",")))) for letter, at in SYMBOL.findall(symbol)]


def stored(path: str, axes: int) -> tuple[int, ...]:
    """Where a number stands in its array, counted from 1."""
    return tuple(int(part) + 1 for part in path.split(".")[-axes:])


def link_of(page: Page, kind: str) -> int:
    kinds: list[str] = page.evaluate("chainrule.get('experiment.layers').map((layer) => layer.kind)")
    return next(i for i, each in enumerate(kinds) if each.startswith(kind))


WINDOWED = [("signals", "conv1d"), ("signals", "mean_pool1d"), ("digits-cnn", "conv2d"), ("digits-cnn", "max_pool2d")]


@pytest.mark.parametrize(("preset", "kind"), [*WINDOWED, ("text", "conv1d")])
def test_the_factors_of_a_window_are_those_that_its_rule_names(page: Page, preset: str, kind: str) -> None:
    opened(page, preset)
    link = link_of(page, kind)
    layer: dict[str, Any] = page.evaluate("(link) => chainrule.get('experiment.layers')[link]", link)
    go(page, link + 1)
    told = page.evaluate(READ)
    (result, *cells), rule = told["lines"][0], told["rule"]
    named = within(rule, "x_{c} (" if "conv" in kind else "a_{c} (")
    windows = within(rule, rule[: rule.index("(") + 1])
    ((_, (first, *window)),) = places(result["symbol"])
    values: Place = {"s": layer["stride"], "p": layer.get("padding", 0)} | dict(zip(windows, window, strict=True))
    checked = 0
    for cell in cells:
        found, paths = places(cell["symbol"]), cell["paths"]
        if not found or found[0][0] == "b":
            continue
        for (_, at), path in zip(found, paths, strict=True):  # the number below stands where its symbol says
            assert stored(path, len(at)) == at, (cell["symbol"], path)
        if "conv" in kind:
            (f, c, *u), (channel, *met) = found[0][1], found[1][1]
            assert (f, channel) == (first, c)
            assert tuple(met) == tuple(worth(each, values | dict(zip("uv", u, strict=False))) for each in named), cell["symbol"]
        else:  # a pooling's formula has its cells u from 1 to k: the input is one of them
            channel, *met = found[0][1]
            begin = [worth(each, values | {"u": 1, "v": 1}) for each in named]
            assert channel == first
            assert all(0 <= n - start < layer["size"] for n, start in zip(met, begin, strict=True)), cell["symbol"]
        checked += 1
    assert checked >= 2


def test_a_words_row_has_one_name_on_the_whole_page(page: Page) -> None:
    """e_u(t) = w_{x(t),u}: with the number that stands there, the row is named so wherever the weight is."""
    opened(page, "text")
    go(page, 1)
    told = page.evaluate(READ)
    (result, row), (there, word) = told["lines"]
    assert told["rule"].startswith("e_{u} (")
    ((_, (unit, place)),) = places(result["symbol"])
    assert row["symbol"].replace(" ", "") == f"w_{{x_{{{place}}},{unit}}}"
    number = page.evaluate("(path) => chainrule.get(path)", there["paths"][0])
    assert there["symbol"] == f"x_{{{place}}}"
    assert number > 0
    assert word["word"] == page.evaluate("(n) => chainrule.get('info.vocabulary')[n]", number)
    assert row["paths"][0].endswith(f"before.0.W.{number}.{unit - 1}")
    name = f"w_{{{number},{unit}}}"
    go(page, page.evaluate("chainrule.get('substeps').findIndex((each) => each.phase === 'gradient' && each.link === 0)") + 1)
    lines = page.evaluate(READ)["lines"]
    assert all(name in line[0]["symbol"].replace(" ", "") for line in lines), lines
    page.evaluate("(address) => chainrule.store.set('selection', address)", f"0/W/{number},{unit - 1}")
    page.evaluate("chainrule.store.set('lens', 'derivation')")
    page.wait_for_function("(address) => chainrule.get('derivation')?.address === address", arg=f"0/W/{number},{unit - 1}")
    shown = "() => document.querySelector('.lens-title math').textContent.replaceAll(/[()\\s]/g, '')"
    page.wait_for_function(f"(wanted) => ({shown})().startsWith(wanted)", arg=f"w{number},{unit}")
    rows = page.evaluate(
        """() => {
          const [whole] = document.querySelectorAll('.stage-panel details, [data-panel=stage] details');
          whole.open = true;
          return new Promise((done) => setTimeout(() => {
            const own = whole.querySelector('details');
            own.open = true;
            setTimeout(() => done([...own.querySelectorAll('th')].map((head) => head.textContent)), 100);
          }, 100));
        }"""
    )
    assert f"{number} {word['word']}" in rows
