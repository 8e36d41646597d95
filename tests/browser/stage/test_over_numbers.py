"""Nothing that travels, is marked or is drawn as a path runs over a number of the network."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.shared import deeply, painted, until
from tests.browser.stage.reading import count, opened, told

# Where the arrowheads are, and whether one thing touches another.
HEADS = """
  const home = document.querySelector('.stage-moving').getBoundingClientRect();
  const paths = [...document.querySelectorAll('.stage-arrow')].map((path) => path.getAttribute('d') ?? '');
  const heads = paths.flatMap((d) => d.split('M').slice(1)).map((part) => {
    const points = [...part.matchAll(/(-?[\\d.]+) (-?[\\d.]+)/g)];
    const [xs, ys] = [points.map(([, x]) => home.left + Number(x)), points.map(([, , y]) => home.top + Number(y))];
    return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
  });
  const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3;
"""
# Arrowheads at rest that touch a number: [where the arrowhead is, the number].
COVERED = f"""() => {{{HEADS}
  const numbers = [...document.querySelectorAll('.stage-number')].map((each) => [each.textContent, each.getBoundingClientRect()]);
  const on = (head) => numbers.filter(([, box]) => meet(head, box)).map(([text]) => [head.left, head.top, text]);
  return [heads.length, heads.flatMap(on)];
}}"""


# What of «1.1» between its ones no rim reaches, in pixels: a dash of the edge had stood there like a figure of its own.
GAP = """() => {
  const number = document.querySelector('.stage-number.is-weight'), own = number.cloneNode();
  own.textContent = '1.1';
  number.after(own);
  const [one, point] = [0, 1].map((at) => own.getExtentOfChar(at).width);
  const { fontSize, strokeWidth } = getComputedStyle(own);
  own.remove();
  return one + point - 0.15 * parseFloat(fontSize) - parseFloat(strokeWidth);
}"""
OPAQUE = "(all) => [...new Set(all.map((each) => Number(getComputedStyle(each).opacity)))]"


@pytest.mark.parametrize("size", [(1440, 900), deeply((820, 1180)), deeply((390, 844))])
def test_at_rest_no_arrowhead_stands_on_a_number(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    opened(page, "preset=xor")
    until(page, "chainrule.get('spoken.weight')")
    assert page.evaluate(GAP) < 0.5
    seen = 0
    for cursor in range(count(page) + 1):
        told(page, cursor)
        painted(page)
        heads, covered = page.evaluate(COVERED)
        seen += heads
        assert covered == [], cursor
        rims = page.locator(".stage-number.is-weight, .stage-number.is-bias").evaluate_all(OPAQUE)
        assert rims == [1], "an edge runs through a number whose rim is seen through"
    assert seen >= 18


# What of the network is painted later than the numbers, and so over them.
LATER = """() => {
  const [number] = document.querySelectorAll('.stage-number');
  const over = (each) => number.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING;
  const drawn = document.querySelectorAll('.stage-route, .stage-selected, .stage-arrow, .stage-told, .stage-plate');
  const named = (all) => all.map((each) => each.getAttribute('class'));
  return [named([...drawn]), named([...drawn].filter(over))];
}"""
ORDER = (
    "(rule) => [...document.querySelectorAll('.stage-route, .stage-arrow, .stage-plate')].findIndex((each) => each.matches(rule))"
)
# How far the written share is from the ring about the number, to each side.
SHARE = """() => {
  const [share, ring] = ['.stage-share', '.stage-plate'].map((rule) => document.querySelector(rule).getBoundingClientRect());
  return [share.left - ring.right, ring.left - share.right, share.top - ring.bottom, ring.top - share.bottom];
}"""


def test_a_path_runs_below_the_numbers_and_its_share_stands_clear_of_the_ring(page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    opened(page, "preset=xor&step=3&selection=2/W/0,3&lens=derivation")
    until(page, "document.querySelector('.stage-share') && document.querySelector('.stage-plate').getAttribute('d')")
    painted(page)
    drawn, over = page.evaluate(LATER)
    assert {"stage-route", "stage-told", "stage-plate"} <= set(drawn)
    assert over == []
    assert max(page.evaluate(SHARE)) > -3  # its box is a line high, its figures are not
    plate, route, arrow = (page.evaluate(ORDER, rule) for rule in (".stage-plate", ".stage-route", ".stage-arrow"))
    assert plate > max(route, arrow)


# How many shares are written, and those that touch each other, a number, the ring about one, or an arrowhead.
CROWDED = f"""() => {{{HEADS}
  const box = (each) => each.getBoundingClientRect();
  const shares = [...document.querySelectorAll('.stage-share')];
  const others = [...document.querySelectorAll('.stage-number, .stage-share, .stage-plate')];
  const on = (share) => [...heads, ...others.filter((each) => each !== share).map(box)].some((each) => meet(box(share), each));
  return [shares.length, heads.length, shares.filter(on).map((share) => share.textContent)];
}}"""


@pytest.mark.deep
def test_the_shares_of_paths_stand_where_there_is_room(page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    opened(page, "preset=spiral&selection=0/W/1,0&lens=derivation")
    until(page, "document.querySelectorAll('.stage-share').length > 1")
    page.evaluate("scrollTo(0, 0)")  # the lens had come into sight, and the network gone out of it
    backward = page.evaluate("chainrule.get('substeps').flatMap(({ phase }, i) => (phase === 'backward' ? [i + 1] : []))")
    arrows = 0
    for cursor in backward:
        told(page, cursor)
        painted(page)
        shares, heads, crowded = page.evaluate(CROWDED)
        arrows += heads
        assert shares == 3, cursor
        assert crowded == [], cursor
    assert arrows > 60
