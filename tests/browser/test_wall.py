"""A window larger than 1440 × 900, a projector's, shows the same page larger; what is pointed at there is what is found."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.shared import deeply, painted, until, visit
from tests.browser.test_story_room import CUT, STANDS, WHOLE

PLOTS = True

LEAST = 10.5  # pixels on a projector's screen of 1920 × 1080: a number in smaller letters is not read from the back of a room
ROOT = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
# The letters' sizes on the screen, however the drawing that they stand in is enlarged.
SIZES = """() => [...document.querySelectorAll('.stage-number')].map((number) => {
  const { a, b } = number.getScreenCTM();
  return Math.hypot(a, b) * parseFloat(getComputedStyle(number).fontSize);
})"""
MIDDLES = """() => [...document.querySelectorAll('.stage-number[data-path^="trace.layers"]')].map((number) => {
  const { left, top, width, height } = number.getBoundingClientRect();
  return [left + width / 2, top + height / 2, number.dataset.path];
})"""
# What leads beyond the window's sides, or the first screen's foot.
SEEN = ".masthead > *, .hero .panel, .stage .main-svg, .plots .main-svg, .plots canvas"
BEYOND = """(seen) => [...document.querySelectorAll(seen)].filter((each) => {
  const { left, right, bottom } = each.getBoundingClientRect();
  return left < -1 || right > innerWidth + 1 || bottom > innerHeight + 1;
}).map((each) => each.className.baseVal ?? each.className)"""
# The middles of the points that Plotly has drawn of the batch's examples.
POINTS = """() => {
  const graph = document.querySelector('.boundary-box .plot-graph'), groups = [...graph.querySelectorAll('.scatterlayer .trace')];
  const all = new Map(graph.data.flatMap((trace, i) => (trace.customdata ?? []).map((index, at) => [index, [i, at]])));
  return chainrule.get('trace.batch.indices').map((index) => {
    const [trace, at] = all.get(index);
    const { left, top, width, height } = groups[trace].querySelectorAll('.point')[at].getBoundingClientRect();
    return [left + width / 2, top + height / 2];
  });
}"""
# Would the equations be in sight whole, set one step larger still?  False where they are as large as they become.
ROOM_LEFT = """() => {
  const page = document.querySelector('.story-page'), tight = Number(page.dataset.tight);
  const grown = page.style.getPropertyValue('--grown');
  if (tight === -9) return false;
  page.dataset.tight = String(tight - 1);
  page.style.setProperty('--grown', String(Math.max(0, (1 - tight) / 9)));
  const fits = page.scrollHeight <= page.clientHeight + 1
    && [...page.querySelectorAll('.cells')].every((row) => row.scrollWidth <= row.clientWidth + 1);
  page.dataset.tight = String(tight);
  page.style.setProperty('--grown', grown);
  return fits;
}"""
DRAWN = "document.querySelectorAll('.plots .plot:not(.is-drawing) .main-svg').length >= 3"


def shown(page: Page, place: str, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    visit(page, place)
    until(page, STANDS)
    until(page, "document.querySelector('.stage-figure').getAttribute('aria-busy') === 'false'")
    painted(page)


def told(page: Page, cursor: int) -> None:
    page.evaluate("(cursor) => chainrule.store.patch({ cursor, transition: null })", cursor)
    painted(page)
    painted(page)


@pytest.mark.deep
def test_up_to_1440_by_900_nothing_is_enlarged(page: Page) -> None:
    for width, height in ((1440, 900), (1920, 790), (1440, 1700), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        visit(page, "preset=xor")
        assert page.evaluate(ROOT) == 16
        assert page.evaluate("getComputedStyle(document.querySelector('.stage .drawing')).transform") == "none"


@pytest.mark.parametrize("place", ["preset=xor", deeply("preset=iris"), deeply("preset=digits-cnn"), deeply("preset=text")])
def test_on_a_projector_every_number_can_be_read_and_the_story_is_in_sight_whole(page: Page, place: str) -> None:
    shown(page, place, 1920, 1080)
    assert page.evaluate(ROOT) == pytest.approx(19.2)
    until(page, DRAWN)
    assert page.evaluate(BEYOND, SEEN) == []
    for cursor in range(page.evaluate("chainrule.get('substeps.length')") + 1):
        told(page, cursor)
        assert page.evaluate(CUT) == WHOLE, cursor
        assert not page.evaluate(ROOM_LEFT), cursor
        assert min(page.evaluate(SIZES), default=LEAST) >= LEAST, cursor


@pytest.mark.parametrize(("place", "cursor"), [("preset=xor", 6), deeply("preset=iris", 6)])
@pytest.mark.deep
def test_what_a_browser_s_bars_take_of_a_projector_makes_nothing_smaller(page: Page, place: str, cursor: int) -> None:
    shown(page, place, 1920, 950)
    assert page.evaluate(ROOT) == pytest.approx(19.2)
    until(page, DRAWN)
    assert page.evaluate(BEYOND, SEEN) == []
    told(page, cursor)
    assert page.evaluate(CUT) == WHOLE
    assert min(page.evaluate(SIZES)) >= LEAST


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), deeply(3840, 2160)])
@pytest.mark.deep
def test_on_a_wall_the_pointer_finds_the_number_it_is_on(page: Page, width: int, height: int) -> None:
    shown(page, "preset=xor&step=1", width, height)
    middles = page.evaluate(MIDDLES)
    assert len(middles) > 10
    for x, y, path in (middles[0], middles[len(middles) // 2], middles[-1]):
        page.mouse.move(x, y)
        assert page.locator(f'.stage-tip [data-path="{path}"]').count() == 1, path
        tip, box = page.locator(".stage-tip").bounding_box(), page.locator(".stage-figure").bounding_box()
        assert tip
        assert box
        assert box["x"] <= tip["x"]
        assert tip["x"] + tip["width"] <= box["x"] + box["width"] + 1
        assert abs(tip["x"] + tip["width"] / 2 - x) < tip["width"]


@pytest.mark.deep
def test_on_a_wall_a_click_among_the_points_chooses_the_example_that_is_there(page: Page) -> None:
    shown(page, "preset=xor", 1920, 1080)
    until(page, "document.querySelector('.boundary-chosen').getAttribute('visibility') === 'visible'")
    places = page.evaluate(POINTS)
    last = len(places) - 1
    page.mouse.click(*places[last])
    until(page, f"chainrule.get('example') === {last}")
    ring = page.locator(".boundary-chosen circle").bounding_box()
    assert ring
    assert ring["x"] + ring["width"] / 2 == pytest.approx(places[last][0], abs=1.5)
    assert ring["y"] + ring["height"] / 2 == pytest.approx(places[last][1], abs=1.5)


@pytest.mark.deep
def test_in_a_larger_window_of_the_same_proportions_pictures_are_drawn_as_fine(page: Page) -> None:
    """There a drawing is laid out as before but for its borders, which are a pixel at any size."""
    fine = """() => ['.stage-tiles', '.boundary-box .plot-field'].map((name) => document.querySelector(name))
      .map((canvas) => Math.abs(canvas.width - canvas.getBoundingClientRect().width * devicePixelRatio) <= 1)"""
    shown(page, "preset=xor&step=1", 1920, 1080)
    until(page, DRAWN)
    assert page.evaluate(fine) == [True, True]
    page.set_viewport_size({"width": 2560, "height": 1440})
    until(page, f"({fine})().every(Boolean)")
