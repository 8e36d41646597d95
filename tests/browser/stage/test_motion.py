"""What travels: numbers forward, gradients backward along their own ways, weights to where the update takes them."""

from __future__ import annotations

import itertools
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.shared import painted, until
from tests.browser.stage.reading import ARROWS, NUMBERS, opened, told

# Where the marks of a kind stand while a sub-step moves: the mean of their x, some ten times in its two and a half seconds.
MOVING = """async ([cursor, mark]) => {
  const places = [];
  const [substep, began] = [chainrule.get("substeps")[cursor - 1], performance.now()];
  chainrule.store.patch({ cursor, transition: { from: cursor - 1, to: cursor, duration: 2500, substep } });
  for (let last = began; performance.now() < began + 2200; ) {
    const now = await new Promise(requestAnimationFrame);
    if (now < last + 180) continue;
    last = now;
    const all = [...document.querySelectorAll(mark)].flatMap((path) =>
      [...(path.getAttribute("d") ?? "").matchAll(/M(-?[\\d.]+) /g)].map((found) => Number(found[1])));
    if (all.length > 0) places.push(all.reduce((sum, x) => sum + x, 0) / all.length);
  }
  return places;
}"""


@pytest.mark.motion
def test_the_gradient_travels_from_right_to_left_along_the_edges(page: Page) -> None:
    opened(page)
    told(page, 6)
    places = page.evaluate(MOVING, [7, ".stage-arrow"])
    assert len(places) >= 4
    leftward = [later < earlier for earlier, later in itertools.pairwise(places)]
    # An arrowhead that has arrived is gone, which moves the mean of the others back a little.
    assert sum(leftward) >= 0.6 * len(leftward), places
    assert places[0] - min(places) > 25, places


@pytest.mark.motion
def test_what_is_told_link_by_link_keeps_its_numbers_while_the_next_step_is_waited_for(page: Page) -> None:
    """Only whole steps that stream past go without: a slow server had taken them off the network."""
    opened(page, "preset=xor&step=1")
    shown = "document.querySelectorAll('.stage-number').length"
    all_ = page.evaluate(shown)
    page.evaluate("chainrule.store.patch({ playing: true, transition: null })")
    painted(page)
    assert page.evaluate(shown) == all_ > 17
    page.evaluate("chainrule.store.set('speed', 'max')")
    painted(page)
    assert page.evaluate(shown) < all_
    page.evaluate("chainrule.store.patch({ playing: false, speed: 4 })")


@pytest.mark.motion
def test_forward_dots_travel_the_other_way(page: Page) -> None:
    opened(page)
    told(page, 2)
    places = page.evaluate(MOVING, [3, ".stage-dot"])
    assert len(places) >= 4
    assert places[-1] > places[0]


def test_without_motion_the_arrowheads_stand_still_on_the_edges(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    opened(page)
    told(page, 6)
    page.get_by_role("button", name="Sub-step", exact=True).click()
    until(page, "chainrule.get('cursor') === 7")
    painted(page)
    first = page.evaluate(ARROWS)
    page.wait_for_timeout(200)
    assert first
    assert page.evaluate(ARROWS) == first


@pytest.mark.motion
def test_the_update_moves_the_edges_to_the_new_weights(page: Page) -> None:
    opened(page)
    page.get_by_role("button", name="Step", exact=True).click()
    until(page, "chainrule.get('cursor') === chainrule.get('substeps').length && chainrule.get('state.step') === 1")
    until(page, "document.querySelector('.stage-tick')?.getAttribute('d')")
    page.evaluate("chainrule.store.set('transition', null)")  # the motion is over, or taken as such
    painted(page)
    labels = [each for each in page.evaluate(NUMBERS) if each["path"].startswith("state.params")]
    assert labels
    assert all(each["shown"] == each["expected"] for each in labels)
    assert page.evaluate("document.querySelector('.stage-tick').getAttribute('d')")


def test_where_edges_stand_close_the_largest_updates_have_a_tick_and_none_lies_on_another(page: Page) -> None:
    """Sixty-four ticks between two columns of a phone had been one blot."""
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, "preset=spiral")
    page.get_by_role("button", name="Step", exact=True).click()
    until(page, "chainrule.get('cursor') === chainrule.get('substeps').length && chainrule.get('state.step') === 1")
    page.evaluate("chainrule.store.set('transition', null)")
    until(page, "document.querySelector('.stage-tick')?.getAttribute('d')")
    painted(page)
    drawn = page.evaluate("document.querySelector('.stage-tick').getAttribute('d')").split("M")[1:]
    ticks = [[float(number) for number in re.findall(r"-?[\d.]+", each)] for each in drawn]  # left, base, width, middle, tip
    boxes = [(x, min(base, tip), x + width, max(base, tip)) for x, base, width, _, tip in ticks]
    assert len(boxes) > 40
    for (left, top, right, bottom), (x0, y0, x1, y1) in itertools.combinations(boxes, 2):
        shared = max(0, min(right, x1) - max(left, x0)) * max(0, min(bottom, y1) - max(top, y0))
        smaller = min((right - left) * (bottom - top), (x1 - x0) * (y1 - y0))
        assert shared <= 0.35 * smaller, "but for the corners that triangles leave free"
    weights = sum(len(row) for link in page.evaluate("chainrule.get('trace.updates')") for row in link.get("W", []))
    assert len(boxes) < weights
    expect(page.locator(".stage-key > .is-now")).to_contain_text("largest Δw")


def test_a_pooling_sends_one_arrowhead_from_each_window_to_its_winner(page: Page) -> None:
    opened(page, "preset=text")
    pooling = page.evaluate("chainrule.get('substeps').findIndex(each => each.phase === 'backward' && each.link === 3)")
    told(page, pooling + 1)
    assert len(page.evaluate(ARROWS)) == 4, "one a channel: its window is the whole sequence"
    assert page.evaluate("document.querySelector('.stage-pulse').getAttribute('d')").count("M") == 4
    told(page, pooling + 3)
    assert len(page.evaluate(ARROWS)) == 16, "from each of four maps to each of four"


# How many crosses there are, and the gradients' numbers that one runs through.
CROSSED = """() => {
  const path = document.querySelector('.stage-cross'), { left, top } = path.ownerSVGElement.getBoundingClientRect();
  const lines = path.getAttribute('d').split('M').slice(1).map((line) => line.split(/[ L]/).map(Number));
  const boxes = lines.map(([x0, y0, x1, y1]) => [left + x0, left + x1, top + Math.min(y0, y1), top + Math.max(y0, y1)]);
  const on = ({ left: from, right: to, top: high, bottom: low }) =>
    boxes.some(([x0, x1, y0, y1]) => x0 < to && from < x1 && y0 < low - 3 && high + 3 < y1);
  const numbers = [...document.querySelectorAll('.stage-number.is-gradient')];
  return [boxes.length / 2, numbers.filter((each) => on(each.getBoundingClientRect())).map((each) => each.textContent)];
}"""


def test_nothing_travels_back_through_what_was_dropped(page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})  # a neuron has room for two numbers
    opened(page, "preset=dropout")
    link = page.evaluate("chainrule.get('experiment.layers').findIndex(each => each.kind === 'dropout')")
    at = page.evaluate(f"chainrule.get('substeps').findIndex(each => each.phase === 'backward' && each.link === {link})")
    told(page, at + 1)
    mask, back = page.evaluate(f"""() => ["mask", "grad_input"].map(name =>
      chainrule.get(`trace.layers.{link}.${{name}}.${{chainrule.get("example")}}`))""")
    assert 0 in mask
    assert len(page.evaluate(ARROWS)) == sum(each != 0 for each in back)
    scales = page.evaluate("[...document.querySelectorAll('.stage-scale')].map(each => Number(each.textContent.split('◂ ')[1]))")
    assert float(f"{max(map(abs, back)):.1g}") in scales
    assert page.evaluate(CROSSED) == [mask.count(0), []]
