"""What is written about the neurons says what they show, and nothing that moves stands on it."""

from itertools import combinations

import pytest
from playwright.sync_api import Page

from tests.browser.shared import deeply, painted, until, visit

# Of every half with a heading: what that says, how far it is from the first box below it, and the places of the numbers below.
HALVES = """() => {
  const at = (each) => each.getBoundingClientRect(), all = (selector) => [...document.querySelectorAll(selector)];
  const boxes = all('.stage-graph .points path').map(at).filter(({ width }) => width > 30);
  return all('.stage-small').filter((each) => /^(∂ℓ\\/∂)?[za]$/.test(each.textContent)).map((head) => {
    const { left, right, bottom } = at(head), x = (left + right) / 2;
    const below = boxes.filter((box) => box.left < x && box.right > x && box.bottom > bottom);
    const numbers = all('.stage-number').filter((each) => Math.abs((at(each).left + at(each).right) / 2 - x) < 12);
    const clear = Math.min(...below.map(({ top }) => top)) - bottom;
    return { head: head.textContent, clear, paths: numbers.map((each) => each.dataset.path) };
  });
}"""
# How many arrowheads there are, how many names of outputs, and how many of these an arrowhead stands on.
OVERLAPS = """() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const drawn = all('.stage-arrow').flatMap((path) => (path.getAttribute('d') ?? '').split('M').slice(1));
  const heads = drawn.map((d) => d.match(/-?[\\d.]+/g).map(Number)).map((numbers) => {
    const [x, y] = [0, 1].map((odd) => numbers.filter((_, i) => i % 2 === odd));
    return { left: Math.min(...x), right: Math.max(...x), top: Math.min(...y), bottom: Math.max(...y) };
  });
  const on = all('.stage-name').map((each) => each.getBBox()).filter(({ x, y, width, height }) => heads.some((head) =>
    head.left < x + width - 1 && head.right > x + 1 && head.top < y + height - 3 && head.bottom > y + 3));
  return { heads: heads.length, names: all('.stage-name').length, on: on.length };
}"""

# By how much each output's name stands lower than its number; the two letters' boxes are of one font.
LOWER = """() => {
  const middle = (each) => { const { top, bottom } = each.getBoundingClientRect(); return (top + bottom) / 2; };
  const last = chainrule.get('experiment.layers').length - 1;
  const of = (link) => [...document.querySelectorAll(`.stage-number[data-path^="trace.layers.${link}."]`)];
  const numbers = [...of(last), ...of(last - 1)];
  return [...document.querySelectorAll('.stage-name')].map((name, k) => {
    const number = numbers.find((each) => each.dataset.path.endsWith(`.${k}`));
    return middle(name) - middle(number);
  });
}"""


def told(page: Page, cursor: int) -> None:
    page.evaluate(f"chainrule.store.patch({{ cursor: {cursor}, transition: null }})")
    painted(page)


def test_a_heading_says_which_numbers_stand_below_it_and_is_clear_of_them(page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    for place in ("preset=digits-cnn", "preset=xor"):
        visit(page, place)
        steps = page.evaluate("chainrule.get('substeps')")
        loss = next(n for n, each in enumerate(steps) if each["phase"] == "loss") + 1
        for cursor in (loss, loss + 1, len(steps)):
            told(page, cursor)
            found = page.evaluate(HALVES)
            assert found, (place, cursor)
            for half in found:
                assert half["clear"] >= 0, (place, cursor, half)
                values = [path for path in half["paths"] if ".output." in path]
                gradients = [path for path in half["paths"] if ".grad_output." in path]
                assert values or gradients, half
                assert half["head"].startswith("∂ℓ/∂") == (not values), (place, cursor, half)


@pytest.mark.deep
def test_how_large_the_largest_is_stands_there_while_arrowheads_do(page: Page) -> None:
    visit(page, "preset=xor")
    for cursor, each in enumerate(page.evaluate("chainrule.get('substeps')"), 1):
        told(page, cursor)
        if each["phase"] != "backward":
            assert page.locator(".stage-scale").count() == 0, cursor
    told(page, 7)
    assert page.locator(".stage-scale").count() > 0


@pytest.mark.deep
def test_on_a_phone_no_arrowhead_stands_on_an_outputs_name(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    visit(page, "preset=digits")
    told(page, 6)
    until(page, "document.querySelectorAll('.stage-name').length === 10")
    painted(page)
    found = page.evaluate(OVERLAPS)
    assert found["heads"] >= 19, "at every output, and on every wire that has a gradient"
    assert found == {"heads": found["heads"], "names": 10, "on": 0}
    lower = page.evaluate(LOWER)
    assert len(lower) == 10
    assert max(map(abs, lower)) < 1.5, "a name stands at its neuron's height"
    # Between the column's title of two lines and its first neuron there is room for what its numbers are.
    lines = page.locator(".stage-title").evaluate_all("""(all) => all.filter((each) => each.textContent)
      .map((each) => Number(each.getAttribute('y')))""")
    assert max(lines) <= 24
    # So many edges have no ticks, and the legend does not speak of any.
    told(page, page.evaluate("chainrule.get('substeps').length"))
    drawn = page.evaluate(
        "[document.querySelector('.stage-tick').getAttribute('d'), document.querySelector('.stage-key > .is-now').textContent]"
    )
    assert drawn[0] == ""
    assert "Δw" not in drawn[1]
    assert "after the update" in drawn[1]


TITLES = """() => [...document.querySelectorAll('.stage-title')].filter((each) => each.textContent).map((each) => {
  const { left, right, top, bottom } = each.getBoundingClientRect();
  return { text: each.textContent, sides: [left, right, top + 1, bottom - 1] };
})"""


@pytest.mark.parametrize(("width", "height"), [(820, 1180), deeply(390, 844), deeply(1440, 900)])
@pytest.mark.parametrize("preset", ["text", "signals", deeply("digits-cnn"), deeply("dropout"), deeply("spiral")])
def test_a_column_is_titled_in_words_that_touch_no_others(page: Page, width: int, height: int, preset: str) -> None:
    """«3» above a pooling layer says nothing."""
    page.set_viewport_size({"width": width, "height": height})
    visit(page, f"preset={preset}")
    until(page, "[...document.querySelectorAll('.stage-title')].some((each) => each.textContent === 'input')")
    painted(page)
    found = page.evaluate(TITLES)
    assert [each["text"] for each in found if each["text"].isdigit()] == []
    for one, other in combinations(found, 2):
        (left, right, top, bottom), (x0, x1, y0, y1) = one["sides"], other["sides"]
        assert right <= x0 or x1 <= left or bottom <= y0 or y1 <= top, (one, other)
        # On one line, two that stand nearer read as one, where there is room for them to stand further apart.
        assert width < 1440 or abs(top - y0) > 1 or max(x0 - right, left - x1) >= 12, (one, other)
