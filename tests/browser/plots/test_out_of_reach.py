"""What lies behind an enlarged plot is neither seen nor reached, on a large screen and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.plots.desk import opened
from tests.browser.shared import PLACES, painted


@pytest.mark.deep
def test_what_lies_behind_an_enlarged_plot_is_out_of_reach_and_escape_brings_it_back_from_anywhere(page: Page) -> None:
    opened(page, "xor")
    larger = page.locator("[data-panel=surface] .plot-larger")
    larger.focus()
    page.keyboard.press("Enter")
    outside = "!document.activeElement.closest('[data-panel=surface], .masthead') && document.activeElement !== document.body"
    for _ in range(40):
        page.keyboard.press("Tab")
        assert not page.evaluate(outside), page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
    # Wherever the page stands, it fills the window below its head.
    page.evaluate("scrollTo(0, 300)")
    painted(page)
    places = page.evaluate(PLACES, [".masthead", ".plot-panel.enlarged"])
    assert page.evaluate("scrollY") > 0
    assert places[0]["bottom"] < places[1]["top"] < places[0]["bottom"] + 40
    assert 700 < places[1]["bottom"] <= 800
    play = page.get_by_role("button", name="Play", exact=True)
    page.set_viewport_size({"width": 390, "height": 844})
    seen = """(button) => {
      const { left, right, top, bottom } = button.getBoundingClientRect();
      return button.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2));
    }"""
    assert play.evaluate(seen), "on a phone too, whose transport stands at the foot"
    spilt = "(row) => row.scrollWidth - row.clientWidth"
    assert page.locator(".enlarged .plot-numbers").evaluate(spilt) <= 0
    # Whole words stand beside the plot's name: cut letters had stood in a column.
    lines = (
        "(words) => [words.getBoundingClientRect().height / parseFloat(getComputedStyle(words).lineHeight), words.clientWidth]"
    )
    height, width = page.locator(".enlarged .plot-subtitle").evaluate(lines)
    assert height < 2.5
    assert width >= 140
    play.focus()
    page.keyboard.press("Escape")
    expect(page.locator(".plot-panel.enlarged")).to_have_count(0)
    expect(larger).to_be_focused()
    assert page.locator("[inert]").count() == 0
