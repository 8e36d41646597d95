"""From the example to the batch, its mean and its penalty, to the update and what it does to the loss."""

from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from tests.browser.derivation.asked import PANEL, derived, whole
from tests.browser.shared import deeply, until, visit
from tests.browser.told import check, numbers
from tests.browser.walk import call


def test_the_batch_ends_in_its_sum_its_penalty_and_its_mean(page: Page) -> None:
    whole(page, "iris&penalty.kind=l2&penalty.rate=0.1", "0/W/2,1")
    foot = page.locator(f"{PANEL} .examples tfoot tr")
    expect(foot).to_have_count(3)
    doc = page.evaluate("chainrule.get('derivation')")
    assert doc["sum"] / doc["count"] + doc["penalty"] == pytest.approx(doc["gradient"], rel=1e-12)
    scroller = page.locator(f"{PANEL} .batch-examples")
    scroller.scroll_into_view_if_needed()
    expect(foot.last).to_be_in_viewport(ratio=1)
    assert scroller.evaluate("(box) => box.scrollHeight <= box.clientHeight"), "ten examples need no scrolling"
    for row in page.locator(f"{PANEL} .examples .product").all_inner_texts():
        assert "· −" not in row
    page.set_viewport_size({"width": 390, "height": 844})
    lines = page.locator(f"{PANEL} .examples .product").evaluate_all("(all) => all.map((each) => each.clientHeight)")
    assert max(lines) < 32, "of two negative factors too the product stands on one line"


@pytest.mark.deep
def test_the_order_is_example_batch_update(page: Page) -> None:
    whole(page, "spiral&step=1", "0/W/0,0")
    steps = page.locator(f"{PANEL} .overview .num")
    assert [steps.nth(n).get_attribute("data-path") for n in range(3)] == [
        "derivation.value", "derivation.gradient", "trace.updates.0.W.0.0",
    ]  # fmt: skip
    found = page.evaluate("chainrule.get('derivation.paths')")
    assert found["positive"] + found["negative"] == pytest.approx(found["sum"], rel=1e-9)
    assert found["positive"] > 0 > found["negative"]
    expect(page.locator(f"{PANEL} [data-path='derivation.paths.negative']")).to_be_visible()
    expect(page.locator(f"{PANEL} [data-path='derivation.sweeps.ratio']")).to_be_visible()
    check(numbers(page, f"{PANEL}"))


def test_a_nudge_of_the_weight_moves_the_loss_as_the_gradient_says(page: Page, server: str) -> None:
    """The loss is the server's for the same batch with this one number moved; the smaller the nudge, the closer the slope."""
    whole(page, "xor&step=1", "2/W/0,3")
    for size in ("0.1", "0.001"):
        page.get_by_role("button", name=f"w + {size}", exact=True).click()
        page.wait_for_function("(h) => chainrule.get('nudge.tries').some((each) => each.h === h)", arg=float(size))
    found = page.evaluate("chainrule.get('nudge.tries')")
    gradient, loss = page.evaluate("[chainrule.get('derivation.gradient'), chainrule.get('trace.loss.value')]")
    assert [each["h"] for each in found] == [0.1, 0.001]
    errors = [abs(each["slope"] - gradient) for each in found]
    assert errors[1] < errors[0] / 20
    assert errors[1] < 1e-3
    before = page.evaluate("chainrule.get('trace.before')")
    before[2]["W"][0][3] += 0.1
    state = {"step": 0, "params": before, "slots": page.evaluate("chainrule.get('trace.memory')")}
    asked = {"experiment": page.evaluate("chainrule.get('experiment')"), "state": state}
    witness = call(server, "/api/step", asked)[0]["trace"]["loss"]["value"]
    assert found[0]["loss"] == witness
    assert found[0]["slope"] == pytest.approx((witness - loss) / 0.1, rel=1e-12)
    check(numbers(page, f"{PANEL} .nudges"))


@pytest.mark.deep
def test_the_way_of_a_weight_is_drawn_from_the_states_that_were_kept(page: Page) -> None:
    whole(page, "xor", "2/W/0,3")
    assert page.locator(f"{PANEL} .weight-trail").count() == 0
    for step in (1, 2, 3):
        page.get_by_role("button", name="Step", exact=True).click()
        until(page, f"chainrule.get('state.step') === {step} && chainrule.get('cursor') === chainrule.get('substeps').length")
    page.evaluate("document.querySelector('.weight-trail').scrollIntoView()")  # it is drawn anew with every answer
    until(page, "document.querySelectorAll('.weight-trail circle').length === 4")
    ys = page.evaluate("[...document.querySelectorAll('.weight-trail circle')].map((dot) => Number(dot.getAttribute('cy')))")
    values = page.evaluate(
        "[...new Map([...chainrule.get('history').map((each) => each.state), chainrule.get('state')]"
        ".map((state) => [state.step, state.params[2].W[0][3]])).values()]"
    )
    assert [a < b for a, b in pairwise(ys)] == [a > b for a, b in pairwise(values)]
    told = """async (count) => {
      const { trail } = await ours('lenses/derivation-trail.js');
      const moment = (step) => ({ state: { step, params: [{ W: [[step]] }] } });
      const history = Array.from({ length: 2 * count }, (_, i) => moment(i >> 1));  // two moments of every update
      const found = trail({ address: '0/W/0,0', quantity: 'gradient' }, { get: (name) => (name === 'history' ? history : null) });
      return [found.querySelectorAll('circle').length, found.querySelector('p').textContent.split('; ')[1]];
    }"""
    assert page.evaluate(told, 60) == [60, "the dots are its 60 values that this page keeps, one an update."]
    assert page.evaluate(told, 61) == [0, "the line goes through its 61 values that this page keeps, one an update."]


@pytest.mark.deep
def test_levenberg_marquardts_system_stands_beside_its_update(page: Page) -> None:
    """Whole for two weights, with what was tried; a row of 17 weights for more of them."""
    whole(page, "line&optimizer.kind=levenberg_marquardt", "0/W/0,0")
    rows = page.locator(f"{PANEL} .system tbody tr")
    expect(rows).to_have_count(2)
    expect(page.locator(f"{PANEL} .damped li")).to_contain_text("accepted")
    check(numbers(page, f"{PANEL} .damped"))
    assert len(numbers(page, f"{PANEL} .system")) == 2 * 4
    whole(page, "xor&loss.kind=half_mse&optimizer.kind=levenberg_marquardt", "2/W/0,1")
    expect(rows).to_have_count(17)
    expect(page.locator(f"{PANEL} .system .here")).to_have_count(1)
    check(numbers(page, f"{PANEL} .damped"))
    expect(page.locator(f"{PANEL} .damped > p")).to_contain_text("this change is one entry of the solution")
    stubborn = "optimizer.kind=levenberg_marquardt&optimizer.damping=1e-12&optimizer.factor=1.0001&init.kind=normal&init.std=2"
    whole(page, f"xor&loss.kind=half_mse&layers=dense(units:4),tanh,dense(units:1)&{stubborn}", "2/W/0,1")
    expect(page.locator(f"{PANEL} .damped > p")).to_contain_text("would have moved together, by the solution")
    expect(page.locator(f"{PANEL} .damped > div > p")).to_have_text("No λ was accepted: the weights stay where they are.")


LINES = f"{PANEL} .lens-card .story-lines"
TOLD_BY = """(kind) => chainrule.get('story.substeps')?.at(-1).example.lines.length
  && chainrule.get('experiment.optimizer.kind') === kind"""
CUT = f"[...document.querySelectorAll('{LINES} .cells')].filter((e) => e.scrollWidth > e.clientWidth + 1).length"
# How far the middle of each equation's first number is from that of its sign, in pixels.
SLANTS = f"""[...document.querySelectorAll('{LINES} .equation')].map((equation) => {{
  const middle = (one) => (one.getBoundingClientRect().top + one.getBoundingClientRect().bottom) / 2;
  const [number, sign] = [':first-child .cell-number:not(.cell-op)', ':nth-child(2) .cell-op.cell-number'];
  return Math.abs(middle(equation.querySelector(`.cell${{number}}`)) - middle(equation.querySelector(`.cell${{sign}}`)));
}})"""


@pytest.mark.parametrize("width", [1440, deeply(390)])
@pytest.mark.deep
def test_every_optimizer_s_update_is_told_whole(page: Page, width: int) -> None:
    """Every slot is filled, no line is cut, and a number stands level with the fraction that it is equated with."""
    page.set_viewport_size({"width": width, "height": 900})
    for kind in ("rmsprop", "adamw", "levenberg_marquardt"):
        preset = "xor&loss.kind=half_mse" if kind == "levenberg_marquardt" else "dropout"
        visit(page, f"preset={preset}&optimizer.kind={kind}&step=4&lens=derivation&selection=0/W/1,0")
        page.locator(PANEL).scroll_into_view_if_needed()
        until(page, TOLD_BY, kind)
        derived(page, "0/W/1,0")
        page.locator(f"{LINES} [data-path^='trace.after.']").wait_for()
        found = numbers(page, LINES)
        assert len(found) >= 6, kind
        assert all(each["path"] and each["value"] is not None for each in found), kind
        check(found)
        assert page.evaluate(CUT) == 0, kind
        if kind == "levenberg_marquardt":
            tries = page.evaluate("chainrule.get('trace.tries')")
            at = {each["path"]: each["value"] for each in found}
            assert at["derived.story.rejected"] == len(tries) - 1
            assert at[f"trace.tries.{len(tries) - 1}.damping"] == tries[-1]["damping"]
        elif width == 1440:
            assert max(page.evaluate(SLANTS)) < 3, kind
