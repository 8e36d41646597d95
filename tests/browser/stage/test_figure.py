"""The network as Plotly's figure: its insides are where the adapter looks; its name, its table, any size and theme."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.shared import painted, until
from tests.browser.stage.reading import LINES, NUMBERS, count, opened, told


def test_plotly_has_its_insides_where_the_adapter_looks(page: Page) -> None:
    opened(page)
    source = page.get_attribute('meta[name="plotly-src"]', "content") or ""
    assert f"plotly-{page.evaluate('Plotly.version')}.min.js" in source
    lines = page.evaluate(LINES)
    edges = [each for each in lines if each["name"].startswith("edge:")]
    assert len(edges) == 17
    assert all(each["style"] for each in edges)
    counts = page.evaluate("""async () => {
      const { points, area } = await ours("plot/plotly-adapter.js");
      const graph = document.querySelector(".stage-graph");
      const { width, toX, fromX } = area(graph);
      return [graph.data.map((trace, i) => [trace.mode, trace.x.length, points(graph, i).length]), width, fromX(toX(100))];
    }""")
    assert all(found == (wanted if mode == "markers" else 0) for mode, wanted, found in counts[0])
    assert counts[1] == pytest.approx(page.evaluate("document.querySelector('.stage-graph').clientWidth"))
    assert counts[2] == pytest.approx(100)


def test_plotly_writes_no_style_of_its_own(page: Page) -> None:
    """The policy would refuse it, loudly; the adapter has told Plotly that the rules are there already."""
    opened(page)
    assert page.evaluate("[...document.querySelectorAll('head style')].length") == 0
    assert page.evaluate("getComputedStyle(document.querySelector('.stage-graph .main-svg')).position") == "absolute"


def test_size_and_theme_may_change_at_any_time(page: Page) -> None:
    opened(page)
    told(page, 8)
    colour = "getComputedStyle(document.querySelector('.stage-arrow')).fill"
    before = page.evaluate(colour)
    page.set_viewport_size({"width": 820, "height": 1180})
    widths = "['.stage-graph', '.stage-graph .main-svg'].map(each => document.querySelector(each).clientWidth)"
    until(page, f"new Set({widths}).size === 1")
    page.evaluate("chainrule.store.set('theme', 'dark')")
    painted(page)
    assert page.evaluate(colour) != before
    numbers = page.evaluate(NUMBERS)
    assert len(numbers) > 20
    assert all(each["shown"] == each["expected"] for each in numbers)


def test_the_table_holds_every_weight(page: Page) -> None:
    """It opens with the link that is told, where one is."""
    opened(page)
    closed = page.locator(".stage-table details:not([open]) > summary")
    shown = "[...document.querySelectorAll('.stage-table details')].map((each) => each.open && !!each.querySelector('td'))"
    for cursor, link in ((3, page.evaluate("chainrule.get('substeps.2.link')")), (count(page), 0)):
        told(page, cursor)
        page.locator(".stage-table > summary").click()
        until(page, f"JSON.stringify({shown}) === JSON.stringify([0, 1, 2, 3].map((each) => each === {link}))")
        if cursor == 3:
            assert link > 0
            page.locator(".stage-table > summary").click()
    for summary in closed.all()[::-1]:
        summary.click()
    until(page, "[...document.querySelectorAll('.stage-table details')].every((each) => each.querySelector('[data-path]'))")
    painted(page)
    paths = page.evaluate("[...document.querySelectorAll('.stage-table [data-path]')].map(each => each.dataset.path)")
    assert sum(path.startswith("state.params.") for path in paths) == 17
    assert sum(".grad_output." in path for path in paths) == 10
    assert page.evaluate("[...document.querySelectorAll('.stage-table [data-path]')].every(each => each.textContent !== '')")
    # Of another example its own share of the gradient comes a moment later.
    page.get_by_role("button", name="Next example").click()
    until(page, "chainrule.get('trace.example.row') === chainrule.get('example')")
    until(page, "[...document.querySelectorAll('.stage-table td')].every((each) => each.textContent !== '')")
    row = page.evaluate("chainrule.get('example')")
    assert row > 0
    assert page.locator(f".stage-table [data-path^='trace.layers.0.output.{row}.']").count() == 4
    assert page.locator(".stage-table [data-path^='trace.example.grads.']").count() == 17


def test_the_figure_has_a_name_and_a_sentence(page: Page) -> None:
    opened(page)
    assert "17 weights and biases" in page.get_attribute(".stage-figure", "aria-label")
    told(page, 7)
    assert "from right to left" in page.text_content(".stage-sentence")
