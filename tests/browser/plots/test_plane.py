"""What is said of the plane is of the run's own states, exact, and of this plane only."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.plots.desk import (
    BALL,
    SETTLED,
    VISIBLE,
    comes_to,
    get,
    opened,
    plane,
    put,
    request,
    stepped,
    weights_shown,
)
from tests.browser.shared import deeply, listen, until

SURFACE = "[data-panel=surface]"
AXES = f"""() => {{
  const {{ xaxis, yaxis }} = document.querySelector('{VISIBLE} .plot-graph')._fullLayout;
  return [...xaxis.range, ...yaxis.range];
}}"""
PATH = f"() => document.querySelector('{VISIBLE} .actor-path').getAttribute('d')"


def press(page: Page, name: str) -> None:
    page.locator(SURFACE).get_by_role("button", name=name, exact=True).click()


def placed(page: Page, alpha: str, beta: str) -> None:
    """Put the ball somewhere by its coordinates."""
    before = get(page, "state.params")
    fields = page.locator(".surface-start input")
    fields.nth(0).fill(alpha)
    fields.nth(1).fill(beta)
    page.get_by_role("button", name="Put the ball here").click()
    until(page, "(before) => JSON.stringify(chainrule.get('state.params')) !== JSON.stringify(before)", arg=before)


@pytest.mark.deep
def test_what_is_no_number_is_said_and_does_not_hold_back_the_next_one(page: Page) -> None:
    opened(page)
    until(page, SETTLED)
    field = page.locator(".surface-start input").nth(0)
    field.fill("1;5")
    page.get_by_role("button", name="Put the ball here").click()
    until(page, "document.querySelector('.surface-start input').validationMessage === 'Expected a number, such as 0.5.'")
    placed(page, "1.5", "0.25")
    until(page, SETTLED)
    assert get(page, "surface.at") == pytest.approx({"alpha": 1.5, "beta": 0.25}, rel=1e-12)


@pytest.mark.deep
def test_a_ball_put_beyond_all_screens_is_drawn_with_numbers_that_a_browser_reads(page: Page) -> None:
    """`watch` fails the test for what the console says of a path that it cannot read."""
    opened(page)
    until(page, SETTLED)
    placed(page, "1e60", "0.25")
    until(page, "document.querySelector('[data-panel=loss] .plot-graph')._fullLayout.yaxis.range[1] > 1e50")
    page.get_by_role("button", name="Back", exact=True).click()
    until(page, "chainrule.get('frame.loss.train') < 10")
    until(page, SETTLED)


@pytest.mark.deep
def test_the_gap_of_a_pinned_plane_is_exact_while_the_run_plays_out_of_its_window(page: Page) -> None:
    opened(page)
    until(page, SETTLED)
    first, window = get(page, "state.params"), page.evaluate(AXES)
    press(page, "Pin")
    page.evaluate("chainrule.store.set('speed', 'max')")
    page.evaluate(
        """() => {
          window.measured = [];
          chainrule.store.subscribe('surface', (now) => {
            if (now?.measured > 0 && chainrule.get('playing')) window.measured.push(now);
          });
        }"""
    )
    page.get_by_role("button", name="Play", exact=True).click()
    until(page, "chainrule.get('state.step') > 400 && window.measured.length > 0")
    until(page, f"(window) => ({AXES})().some((end, i) => Math.abs(end - window[i]) > 0.1)", arg=window)
    until(page, f"({BALL})() !== null")
    page.get_by_role("button", name="Pause", exact=True).click()
    for seen in page.evaluate("window.measured"):
        assert seen["gap"] == pytest.approx(abs(seen["plane_loss"] - seen["true_loss"]), rel=1e-12)
        assert seen["largest"] >= seen["gap"]
    # By the reference: the start's weights, the two of the plane moved to where they are now.
    there = json.loads(json.dumps(first))
    for text, value in zip(weights_shown(page), get(page, "surface.at").values(), strict=True):
        put(there, text, value)
    answer = request(page, "/api/start", {"experiment": get(page, "experiment"), "state": {"step": 0, "params": there}})
    comes_to(page, "chainrule.get('surface.plane_loss')", pytest.approx(answer["frame"]["loss"]["train"], rel=1e-9))
    expect(page.locator(f"{SURFACE} .surface-gap")).to_contain_text("the run is off the plane")
    readout = page.locator(f"{SURFACE} .readout", has=page.locator("[data-path='surface.gap']"))
    expect(readout).to_have_attribute("title", re.compile("is off the plane"))


def test_a_plane_that_is_the_whole_loss_has_no_gap_at_any_moment(page: Page) -> None:
    opened(page, "line")
    until(page, SETTLED)
    page.evaluate(
        "() => { window.gaps = []; chainrule.store.subscribe('surface', (now) => window.gaps.push([now?.gap, now?.largest])); }"
    )
    stepped(page, 3)
    until(page, SETTLED)
    gaps = page.evaluate("window.gaps")
    assert gaps
    assert all(gap in (0, None) and largest in (0, None) for gap, largest in gaps)


@pytest.mark.deep
def test_the_run_s_own_plane_is_of_its_own_states_or_none(page: Page) -> None:
    paths: list[list[int]] = []

    def heard(asked: Request) -> None:
        if "/api/surface" in asked.url:
            body = asked.post_data_json
            if body["plane"]["kind"] == "trajectory":
                paths.append([state["step"] for state in body["path"]])

    listen(page, "request", heard)
    opened(page)
    plane(page, "trajectory")
    note = page.locator(f"{SURFACE} .plot-note")
    note.filter(has_text="so far there is one").wait_for()
    assert get(page, "surface") is None
    # A step that is still to be taken is no fault: nothing is red, and nothing alarms.
    assert page.locator(f"{SURFACE} [role=alert]").text_content() == ""
    colour = "(element) => getComputedStyle(element).color"
    alarm = page.locator(f"{SURFACE} [role=alert]").evaluate(colour)
    assert note.filter(has_text="so far there is one").evaluate(colour) != alarm
    page.locator(f"{SURFACE}.waiting").wait_for()
    assert paths == []
    page.evaluate("chainrule.store.patch({ speed: 'max' })")
    page.get_by_role("button", name="Play", exact=True).click()
    until(page, "chainrule.get('state.step') > 30 && chainrule.get('surface') != null")
    page.get_by_role("button", name="Pause", exact=True).click()
    until(page, SETTLED)
    assert all(len(path) > 1 and path[0] == 0 for path in paths)
    assert all(a < b for path in paths for a, b in pairwise(path))
    # From where the ball is put, another run begins: so far it has one state.
    placed(page, "0.5", "0.5")
    note.filter(has_text="so far there is one").wait_for()
    assert get(page, "surface") is None
    page.remove_listener("request", heard)


@pytest.mark.deep
def test_no_path_leads_to_where_the_ball_was_put(page: Page) -> None:
    opened(page)
    stepped(page, 2)
    until(page, SETTLED)
    assert page.evaluate(PATH).count("M") == 1
    placed(page, "2", "1.5")
    stepped(page, 1)
    until(page, f"({PATH})().split('M').length === 3")
    page.locator(f"{SURFACE} summary", has_text="The path as a table").click()
    rows = "[...document.querySelectorAll('[data-panel=surface] .plot-table tbody tr')]"
    cells = f"() => {rows}.map((row) => row.firstChild.textContent)"
    comes_to(page, cells, ["0", "1", "2", "2, put there", "3"])
    page.locator(f"{SURFACE} summary", has_text="The path as a table").click()
    for _ in range(2):
        page.get_by_role("button", name="Back", exact=True).click()
    until(page, f"({PATH})().split('M').length === 2")


@pytest.mark.deep
def test_the_window_depends_on_the_state_and_the_path_only(page: Page) -> None:
    opened(page)
    stepped(page, 2)
    until(page, SETTLED)
    stepping = page.evaluate(AXES)
    opened(page, "xor", step="2")
    until(page, SETTLED)
    comes_to(page, AXES, pytest.approx(stepping, rel=1e-9))
    assert stepping[1] - stepping[0] >= 6


def test_arrows_of_one_sum_share_a_factor_and_begin_where_the_step_began(page: Page) -> None:
    opened(page, "xor", optimizer__kind="momentum")
    stepped(page, 3)
    until(page, SETTLED)
    words = f"() => [...document.querySelectorAll('{VISIBLE} .actor-arrow text')].map((t) => t.textContent)"
    comes_to(page, f"() => ({words})().length", 3)
    told = page.evaluate(words)
    assert [bool(re.search("×", text)) for text in told] == [False, False, True]
    tips = f"""() => [...document.querySelectorAll('{VISIBLE} .actor-arrow')].map((group) => {{
      const [x0, y0, x1, y1] = group.children[0].getAttribute('d').match(/[-\\d.]+/g).map(Number);
      return [x1 - x0, y1 - y0, x0, y0];
    }})"""
    arrows: Any = page.evaluate(tips)
    # Against the gradient and along the old velocity: together they are the update, also as they are drawn.
    for k in range(2):
        assert arrows[0][k] + arrows[1][k] == pytest.approx(arrows[2][k], abs=0.5)
    # The step that was taken began so much before the ball, and its longer arrow ends beyond it.
    match = re.search(r"×(\d+)", told[2])
    assert told[2].startswith("last Δw")
    assert match
    ball = page.evaluate(BALL)
    for k in range(2):
        assert arrows[2][2 + k] + arrows[2][k] / int(match[1]) == pytest.approx(ball[k], abs=1.0)


HEADED = f"""() => {{
  const arrow = document.querySelector('{VISIBLE} .actor-update');
  if (arrow?.getAttribute('visibility') !== 'visible') return null;
  const [x0, y0, x1, y1, ...head] = arrow.children[0].getAttribute('d').match(/[-\\d.]+/g).map(Number);
  const ball = document.querySelector('{VISIBLE} .actor-ball');
  const [cx, cy] = ['cx', 'cy'].map((name) => Number(ball.getAttribute(name)));
  return {{ words: arrow.querySelector('text').textContent, wings: head.length,
    tip: Math.hypot(x1 - cx, y1 - cy), start: Math.hypot(x0 - cx, y0 - cy),
    ahead: (x1 - x0) * (cx - x0) + (y1 - y0) * (cy - y0) }};
}}"""


@pytest.mark.parametrize(("rate", "words"), [("0.05", "last Δw ×"), deeply("8", "last Δw")])
def test_a_taken_step_points_where_it_led_and_its_head_is_seen(page: Page, rate: str, words: str) -> None:
    """In its true length it ends at the ball's rim; one too short to be seen is drawn longer, beyond the ball."""
    opened(page, "xor", optimizer__learning_rate=rate)
    stepped(page, 1)
    until(page, SETTLED)
    comes_to(page, f"() => ({HEADED})()?.words.replace(/[0-9]/g, '')", words)
    arrow = page.evaluate(HEADED)
    assert arrow["wings"] == 6, "a head of two wings"
    assert arrow["ahead"] > 0, "from where it began towards the ball"
    if "×" in words:
        assert arrow["tip"] >= 16.0 > arrow["start"]
    else:
        assert arrow["tip"] == pytest.approx(9.0, abs=0.5)
        assert arrow["start"] >= 20.0


@pytest.mark.deep
def test_what_is_known_is_told_while_the_gap_is_asked_for(page: Page) -> None:
    """Where the weights lie needs no asking: nothing is said of it that is only not answered yet."""
    opened(page)
    plane(page, "random")
    until(page, SETTLED)
    press(page, "Pin")
    held = list[Route]()
    page.route("**/api/surface**", lambda route: held.append(route))  # noqa: PLW0108 (a built-in method cannot be wrapped)
    stepped(page, 1)
    until(page, "chainrule.get('surface.measured') === null")
    about = page.locator(f"{SURFACE} .plot-about")
    about.filter(has_text="This plane is pinned, and the run has left it.").wait_for(state="attached")
    sentence = page.locator(f"{SURFACE} .surface-gap")
    expect(sentence).to_have_text("The gap, how far apart the two losses are, is being computed.")
    known = get(page, "surface")
    assert (known["plane_loss"], known["gap"]) == (None, None)
    assert known["true_loss"] == get(page, "frame.loss.train")
    while not held:
        page.wait_for_timeout(25)
    for route in held:
        route.continue_()
    page.unroute("**/api/surface**")
    until(page, "chainrule.get('surface.measured') === 1")
    answered = get(page, "surface")
    assert [answered["distance"], answered["true_loss"]] == pytest.approx([known["distance"], known["true_loss"]], rel=1e-12)
    assert answered["distance"] > 0


def test_a_new_plane_shows_nobody_until_it_has_come(page: Page) -> None:
    opened(page)
    until(page, SETTLED)
    plane(page, "points")
    page.locator(f"{SURFACE} .plot-summary").filter(has_text="still the same").wait_for()
    overlay = f"getComputedStyle(document.querySelector('{VISIBLE} .plot-overlay'))"
    assert page.evaluate(f"[{overlay}.visibility, {overlay}.opacity]") == ["hidden", "0"], "not even what is visible by itself"
    assert page.evaluate(f"getComputedStyle(document.querySelector('{VISIBLE}')).visibility") == "hidden", "there is none"
    assert page.locator(f"{SURFACE} .surface-gap").text_content() == ""


def test_a_unit_is_as_long_on_both_axes_where_angles_mean_something(page: Page) -> None:
    opened(page)
    until(page, SETTLED)
    units = f"""() => {{
      const {{ xaxis, yaxis }} = document.querySelector('{VISIBLE} .plot-graph')._fullLayout;
      const unit = (axis) => axis._length / (axis.range[1] - axis.range[0]);
      return unit(xaxis) / unit(yaxis);
    }}"""
    comes_to(page, units, pytest.approx(1.0, rel=0.01))


def test_a_scene_is_not_seen_from_below_a_slope_that_the_step_climbed(page: Page) -> None:
    opened(page)
    down = """async (by) => {
      const { downhill } = await ours('surface/eye.js');
      const values = [-1, -0.5, 0, 0.5, 1];
      const loss = values.map((y) => values.map((x) => (x + 1) ** 2 + y ** 2));
      const picture = { spec: { kind: 'random' }, xs: values, ys: values, loss, along: () => by, visited: () => [0, 0] };
      return downhill(picture, { list: [{}] }, chainrule.store);
    }"""
    assert page.evaluate(down, [-0.5, 0.0]) == [-0.5, 0.0]
    assert page.evaluate(down, [0.5, 0.0]) == [-0.5, 0.0], "it climbed: the eye stands where it came from"
