"""What the tests of the network share: a place in a step, and everything that is drawn there."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.shared import painted, visit

NUMBERS = """async () => {
  const { show } = await ours("base/format.js");
  return [...document.querySelectorAll(".stage-layer [data-path]")].map(each => ({
    path: each.dataset.path, shown: each.textContent, expected: show(chainrule.get(each.dataset.path)) }));
}"""
LINES = """async () => {
  const { line } = await ours("plot/plotly-adapter.js");
  const graph = document.querySelector(".stage-graph");
  return graph.data.map((trace, i) => line(graph, i)).map((path, i) => ({
    name: graph.data[i].name, style: path?.style.cssText ?? null, dash: path?.style.strokeDasharray }));
}"""
ARROWS = """() => [...document.querySelectorAll(".stage-arrow")].flatMap(path =>
  [...path.getAttribute("d")?.matchAll(/M(-?[\\d.]+) /g) ?? []].map(found => Number(found[1])))"""


def opened(page: Page, place: str = "preset=xor") -> Page:
    visit(page, place)
    painted(page)
    return page


def told(page: Page, cursor: int) -> None:
    """Put the cursor behind so many sub-steps, at rest."""
    page.evaluate("cursor => chainrule.store.patch({ cursor, transition: null })", cursor)
    painted(page)


def count(page: Page) -> int:
    return int(page.evaluate("chainrule.get('substeps').length"))
