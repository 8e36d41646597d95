"""The numbers that Plotly writes about the 3-D scene are whole, are read off one axis each, and no words lie on them."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.plots.desk import SETTLED, VISIBLE, comes_to, opened, stepped
from tests.browser.plots.test_scene import OFF
from tests.browser.shared import deeply, painted, until, visit

WEBGL = True
BEYOND = 31  # pixels from an axis to the middle of its numbers, as seen in pictures of the scene
# Plotly's own ticks with its own camera: each number's axis, how wide it is written, and where it stands.
NUMBERS = f"""async (beyond) => {{
  const {{ projection }} = await ours('plot/plotly-adapter.js');
  const graph = document.querySelector('{VISIBLE} .plot-graph');
  const {{ axesOptions, dataScale }} = graph._fullLayout.scene._scene;
  const {{ eye }} = graph._fullLayout.scene._scene.getCamera();
  const place = projection(graph), {{ x, y, z }} = graph._fullData[0];
  const ends = (all) => [Math.min(...all), Math.max(...all)];
  const [xs, ys, zs] = [ends([...x]), ends([...y]), ends([...z].flatMap((row) => [...row]))];
  const [side, near] = [xs[eye.x > 0 ? 1 : 0], ys[eye.y > 0 ? 1 : 0]];
  const [u, v] = xs.flatMap((a) => ys.map((b) => [a, b])).sort((a, b) => place(...a, zs[1])[0] - place(...b, zs[1])[0])[0];
  const centre = place((xs[0] + xs[1]) / 2, (ys[0] + ys[1]) / 2, zs[0]);
  const out = ([a, b]) => {{
    const far = beyond / Math.hypot(a - centre[0], b - centre[1]);
    return [a + far * (a - centre[0]), b + far * (b - centre[1])];
  }};
  const left = ([a, b]) => [a - beyond, b + 0.28 * beyond];
  const at = [(t) => out(place(t, near, zs[0])), (t) => out(place(side, t, zs[0])), (t) => left(place(u, v, t))];
  const pen = document.createElement('canvas').getContext('2d');
  return axesOptions.ticks.flatMap((ticks, axis) => ticks.map((tick) => {{
    pen.font = `${{tick.fontSize}}px ${{tick.font}}`;
    const wide = pen.measureText(tick.text).width;
    return {{ axis, text: tick.text, wide, size: tick.fontSize, at: at[axis](tick.x / dataScale[axis]) }};
  }}));
}}"""
WORDS = f"""() => {{
  const home = document.querySelector('{VISIBLE} .plot-graph').getBoundingClientRect();
  const seen = (each) => each.textContent && each.checkVisibility({{ visibilityProperty: true }});
  return [...document.querySelectorAll('{VISIBLE} .actors text')].filter(seen).map((each) => {{
    const {{ left, right, top, bottom }} = each.getBoundingClientRect();
    return {{ text: each.textContent, sides: [left - home.left, right - home.left, top - home.top, bottom - home.top] }};
  }});
}}"""
SIZE = f"""() => {{
  const {{ clientWidth, clientHeight }} = document.querySelector('{VISIBLE} .plot-graph');
  return [clientWidth, clientHeight];
}}"""


def numbers(page: Page) -> list[dict[str, Any]]:
    until(page, SETTLED)
    comes_to(page, OFF, pytest.approx([0.0, 0.0], abs=1.0))
    painted(page)
    found: list[dict[str, Any]] = page.evaluate(NUMBERS, BEYOND)
    assert {each["axis"] for each in found} == {0, 1, 2}
    assert all(sum(each["axis"] == axis for each in found) >= 2 for axis in range(3)), found
    return found


@pytest.mark.parametrize(
    ("size", "preset"),
    [deeply((1920, 1080), "digits"), ((1440, 900), "poisson"), deeply((820, 1180), "xor"), deeply((1440, 900), "line")],
)
@pytest.mark.deep
def test_every_number_is_whole(page: Page, size: tuple[int, int], preset: str) -> None:
    """«.57» is not 3.57."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    opened(page, preset, view="3-D")
    stepped(page, 1)
    found = numbers(page)
    wide, high = page.evaluate(SIZE)
    for each in found:
        x, y = each["at"]
        assert each["wide"] / 2 <= x <= wide - each["wide"] / 2, each
        assert each["size"] / 2 <= y <= high - each["size"] / 2, each


@pytest.mark.deep
def test_below_the_losses_no_number_of_another_axis_reads_as_one(page: Page) -> None:
    """Farther from the lowest loss than that is from the next."""
    visit(page, "preset=xor&step=5&plane.kind=trajectory&plane.view=3d")
    page.locator("[data-panel=surface] .plot-larger").click()
    found = numbers(page)
    lowest, following = sorted((each["at"] for each in found if each["axis"] == 2), key=lambda at: -at[1])[:2]
    nearest = min(each["at"][1] for each in found if each["axis"] != 2 and each["at"][0] < page.evaluate(SIZE)[0] / 2)
    assert nearest - lowest[1] > 1.5 * (lowest[1] - following[1])
    page.locator("[data-panel=surface] .plot-larger").click()


@pytest.mark.parametrize("size", [(1440, 900), deeply((820, 1180)), deeply((1280, 800))])
@pytest.mark.deep
def test_no_words_lie_on_a_number(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    opened(page, "line", view="3-D")
    page.locator(".surface-planes").get_by_label("Rates").select_option("all")
    until(
        page,
        f"[...document.querySelectorAll('{VISIBLE} .actor-name text')].filter((t) => t.textContent.includes('η')).length === 4",
    )
    found = numbers(page)
    words = page.evaluate(WORDS)
    assert sum("η" in each["text"] for each in words) == 4
    for each in found:
        x, y = each["at"]
        on = [
            word["text"] for word in words if word["sides"][0] < x < word["sides"][1] and word["sides"][2] < y < word["sides"][3]
        ]
        assert on == [], each
