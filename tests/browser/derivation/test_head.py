"""The head of a derivation: the question, which number it is, what can be done with it, and what it comes to."""

import pytest
from playwright.sync_api import Page

from tests.browser.shared import deeply, still, until, visit

HEAD = "[data-panel=derivation] .lens-head"
# [top, bottom] of the question, of the fields and of the buttons.
PARTS = f"""[...document.querySelectorAll('{HEAD} > *')].map((part) => {{
  const {{ top, bottom }} = part.getBoundingClientRect();
  return [top, bottom];
}})"""
# How low the words of each part of the summary stand, whether or not a fraction stands among them.
WORDS = """[...document.querySelectorAll('[data-panel=derivation] .overview li')].map((part) => {
  const range = document.createRange();
  range.selectNodeContents(part.firstChild);
  return range.getBoundingClientRect().bottom;
})"""


@pytest.mark.parametrize("width", [1440, deeply(1280)])
@pytest.mark.deep
def test_the_head_is_one_row_and_the_summary_stands_on_one_line(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    visit(page, "preset=xor&step=3&selection=2/W/0,3&lens=derivation")
    page.locator(HEAD).scroll_into_view_if_needed()
    until(page, "document.querySelectorAll('[data-panel=derivation] .overview li').length === 3")
    parts = still(page, PARTS)
    assert len(parts) == 3
    assert max(top for top, _ in parts) < min(bottom for _, bottom in parts), parts
    words = page.evaluate(WORDS)
    assert max(words) - min(words) < 1, words
