"""An enlarged plot is read from the back of a room: its words are larger, and as they were when it is small again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from tests.browser.plots.desk import VISIBLE, comes_to, opened, stepped
from tests.browser.shared import deeply, until

# The sizes in pixels of the words that Plotly writes beside the axes, and of those above the picture.
SIZES = f"""() => {{
  const box = document.querySelector('{VISIBLE}');
  const {{ scene, xaxis, yaxis }} = box.querySelector('.plot-graph')._fullLayout;
  const axes = scene ? [scene.xaxis, scene.yaxis, scene.zaxis] : [xaxis, yaxis];
  const sizes = (words) => new Set(axes.map((axis) => words(axis).size));
  const above = parseFloat(getComputedStyle(box.querySelector('.actor-arrow text')).fontSize);
  return [...sizes((axis) => axis.tickfont), ...sizes((axis) => axis.title.font), above];
}}"""
# Does all that stands beside the axes of a contour lie within the plot?
WITHIN = f"""() => {{
  const home = document.querySelector('{VISIBLE}').getBoundingClientRect();
  const words = document.querySelectorAll('{VISIBLE} :is(.infolayer, .xtick, .ytick) text');
  const within = (r) => r.left > home.left - 1 && r.right < home.right + 1 && r.bottom < home.bottom + 1;
  return [...words].every((text) => within(text.getBoundingClientRect()));
}}"""


WEBGL = True


@pytest.mark.parametrize(("view", "usual"), [deeply("3-D", 10), ("Contour", 11)])
@pytest.mark.deep
def test_an_enlarged_plot_has_larger_words_and_a_small_one_its_own(page: Page, view: str, usual: int) -> None:
    opened(page, "xor", view=view)
    stepped(page, 1)
    until(page, f"document.querySelector('{VISIBLE} .actor-arrow text')")
    larger = page.locator("[data-panel=surface] .plot-larger")
    for _ in range(2):
        comes_to(page, SIZES, [usual, 11, 11])
        larger.click()
        comes_to(page, SIZES, [pytest.approx(1.3 * usual), pytest.approx(1.3 * 11), 14])
        comes_to(page, WITHIN, True)
        # Beside an enlarged plane each thing that is said of it is a paragraph.
        said = page.locator("[data-panel=surface] > .plot-about").inner_text()
        assert re.search(r"one of the whole\.\n+The gap is", said), said
        larger.click()
