"""The loss surface from above: the ball, the planes, the gap, and starting anywhere."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Page

from tests.browser.plots.desk import (
    BALL,
    PIXEL,
    PLACE,
    SETTLED,
    VISIBLE,
    comes_to,
    get,
    number,
    opened,
    plane,
    played,
    request,
    stepped,
    watch,
    weights_shown,
)
from tests.browser.plots.moving import carry
from tests.browser.shared import deeply, listen, still, until


@pytest.mark.deep
def test_the_ball_is_at_its_weights_on_the_contour(page: Page) -> None:
    opened(page)
    stepped(page, 2)
    at = [number(get(page, "state.params"), address) for address in weights_shown(page)]
    # The axes may move while the plane settles, and the ball with them.
    off = (
        f"(at) => {{ const ball = ({BALL})(), place = ({PLACE})(at); return ball && [ball[0] - place[0], ball[1] - place[1]]; }}"
    )
    comes_to(page, off, pytest.approx([0.0, 0.0], abs=PIXEL), at)


# A browser counts for itself how often it has computed styles and laid the page out.
COUNTED = """() => {
  const words = document.querySelector('[data-panel=loss] .plot-summary');
  for (let i = 1; i <= 10; i += 1) {
    words.style.paddingTop = `${i / 50}px`;
    document.body.getBoundingClientRect();
  }
}"""


def test_what_changes_in_one_plot_asks_no_other_for_its_styles(page: Page) -> None:
    """Columns laid out for their height, and again to have it, had asked the lists of weights twice for 800 styles."""
    opened(page)
    counter = page.context.new_cdp_session(page)
    counter.send("Performance.enable")

    def counted() -> tuple[int, int]:
        told = {each["name"]: round(each["value"]) for each in counter.send("Performance.getMetrics")["metrics"]}
        return told["RecalcStyleCount"], told["LayoutCount"]

    found = []
    for _ in range(5):  # the page may draw a frame of its own between two counts
        before = counted()
        page.evaluate(COUNTED)
        found.append(tuple(after - was for after, was in zip(counted(), before, strict=True)))
    assert min(found) == (10, 10), found


# How a point of the plane is placed at this moment, by Plotly's own axes.
FLAT = "async () => (graph) => ([a, b]) => [graph._fullLayout.xaxis.d2p(a), graph._fullLayout.yaxis.d2p(b)]"


@pytest.mark.motion
def test_the_ball_is_at_its_weights_on_the_contour_at_every_frame_of_a_run(page: Page) -> None:
    opened(page)
    page.evaluate(watch(FLAT))
    played(page, 20, "full")
    frames = page.evaluate("window.seen")
    assert max(frame["off"] for frame in frames) <= PIXEL
    assert len({frame["step"] for frame in frames}) > 1


def test_the_gap_is_none_on_a_live_plane_and_real_on_a_pinned_one(page: Page) -> None:
    opened(page)
    until(page, "chainrule.get('surface.gap') === 0")
    page.locator("[data-panel=surface]").get_by_role("button", name="Pin").click()
    stepped(page, 4)
    until(page, "chainrule.get('surface.gap') > 0")
    # The plane's loss under the ball, by the reference: the start's weights, the two of the plane moved to where they are now.
    first = request(page, "/api/start", {"experiment": get(page, "experiment")})["state"]["params"]
    now = get(page, "state.params")
    for text in weights_shown(page):
        link, name, index = text.split("/")
        *head, last = [int(i) for i in index.split(",")]
        array = first[int(link)][name]
        for i in head:
            array = array[i]
        array[last] = number(now, text)
    measured = request(page, "/api/start", {"experiment": get(page, "experiment"), "state": {"step": 0, "params": first}})
    # Between two answers it is read off the grid; once the run rests it is exact.
    comes_to(page, "chainrule.get('surface.plane_loss')", pytest.approx(measured["frame"]["loss"]["train"], rel=1e-10))
    here = get(page, "surface")
    assert here["true_loss"] == get(page, "frame.loss.train")
    assert here["gap"] == pytest.approx(abs(here["plane_loss"] - here["true_loss"]), rel=1e-12)
    assert here["largest"] >= here["gap"]
    assert here["distance"] > 0
    assert here["step"] == 0
    page.locator("[data-panel=surface] .plot-subtitle").filter(has_text="pinned at update 0").wait_for(state="attached")


def test_the_ball_starts_anywhere_and_back_undoes_it(page: Page) -> None:
    opened(page)
    before = get(page, "state.params")
    fields = page.locator(".surface-start input")
    assert [field.evaluate("(field) => field.labels[0].innerText.trim()") for field in fields.all()] == ["α", "β"]
    fields.nth(0).fill("1.25")
    fields.nth(1).fill("−0.5")
    page.get_by_role("button", name="Put the ball here").click()
    until(page, "Math.abs(chainrule.get('surface.at.alpha') - 1.25) < 1e-9")
    moved = get(page, "state.params")
    assert [number(moved, text) for text in weights_shown(page)] == pytest.approx([1.25, -0.5], abs=1e-12)
    answer = request(page, "/api/start", {"experiment": get(page, "experiment"), "state": {"step": 0, "params": moved}})
    assert get(page, "frame.loss.train") == answer["frame"]["loss"]["train"]
    assert get(page, "trace.before") == moved
    page.get_by_role("button", name="Back", exact=True).click()
    until(page, "(before) => JSON.stringify(chainrule.get('state.params')) === JSON.stringify(before)", arg=before)


def test_a_click_on_the_contour_puts_the_ball_there(page: Page) -> None:
    opened(page)
    until(page, SETTLED)
    box = page.locator(f"{VISIBLE} .plot-overlay").bounding_box()
    assert box
    page.mouse.click(box["x"] + 0.7 * box["width"], box["y"] + 0.3 * box["height"])
    until(page, "chainrule.get('history').length === 1 && chainrule.get('cursor') === 0")
    comes_to(page, BALL, pytest.approx([0.7 * box["width"], 0.3 * box["height"]], abs=2.0))


@pytest.mark.parametrize("kind", ["trajectory", deeply("points"), deeply("gradient")])
def test_a_plane_of_this_moment_stays_where_the_ball_is_carried_over_it_with_its_path(page: Page, kind: str) -> None:
    """The run's own plane had gone at the first movement, and the ball with it; one of the gradient had turned under the ball."""
    opened(page)
    stepped(page, 3)
    plane(page, kind)
    until(page, SETTLED)
    box = page.locator(f"{VISIBLE} .plot-overlay").bounding_box()
    assert box
    carry(page)
    comes_to(page, BALL, pytest.approx([0.62 * box["width"], 0.3 * box["height"]], abs=2.0))
    until(page, SETTLED)
    assert get(page, "plane.pinned.step") == 3
    here = get(page, "surface")
    assert here["plane_loss"] == pytest.approx(here["true_loss"], rel=1e-9)
    assert page.locator(f"{VISIBLE} .actor-path").get_attribute("d").count("M") == 2, "the run's, and where it goes on from"  # type: ignore[union-attr]
    stepped(page, 1)
    page.locator("[data-panel=surface] .plot-subtitle").filter(has_text="pinned at update 3").wait_for(state="attached")


@pytest.mark.parametrize("kind", [deeply("random"), deeply("gradient"), deeply("trajectory"), "points"])
def test_every_plane_goes_through_the_present_weights(page: Page, kind: str) -> None:
    opened(page)
    stepped(page, 3)
    plane(page, kind)
    until(page, "chainrule.get('surface.gap') != null")
    until(page, SETTLED)
    here = get(page, "surface")
    assert here["distance"] == 0
    assert here["plane_loss"] == pytest.approx(here["true_loss"], rel=1e-9)


@pytest.mark.deep
def test_the_momentum_is_offered_only_where_the_optimizer_keeps_one(page: Page) -> None:
    opened(page)
    plane(page, "gradient")
    second = page.locator(".surface-planes select").nth(3)
    offered = "(all) => all.map((option) => option.value)"
    assert second.locator("option").evaluate_all(offered) == ["random", "update"]
    opened(page, "xor", optimizer__kind="momentum")
    stepped(page, 2)
    plane(page, "gradient")
    assert second.locator("option").evaluate_all(offered) == ["random", "update", "momentum"]
    second.select_option("momentum")
    until(page, "chainrule.get('surface.gap') != null")
    page.locator("[data-panel=surface] .plot-summary").filter(has_text="momentum, ⟂ gradient").wait_for()


# The states that are named on the plane.
MARKS = f"() => [...document.querySelectorAll('{VISIBLE} .actor-name-mark text')].map((text) => text.textContent)"


@pytest.mark.deep
def test_a_third_state_can_be_chosen_and_lies_on_the_plane(page: Page) -> None:
    opened(page)
    stepped(page, 3)
    plane(page, "points")
    until(page, SETTLED)
    page.get_by_role("button", name="Keep this state").click()
    kept = get(page, "state.params")
    page.get_by_role("button", name="Back", exact=True).click()
    until(page, "chainrule.get('state.step') === 2")
    until(page, SETTLED)
    assert page.locator(".surface-third select").input_value() == "kept"
    comes_to(page, MARKS, ["start", "step 3"])
    # In its plane, the kept state is reached exactly: put the ball on its coordinates, and it has the kept weights.
    where = f"""() => {{
      const marks = document.querySelectorAll('{VISIBLE} .actor-mark');
      const [x, y] = marks[marks.length - 1].children[0].getAttribute('d').match(/[-\\d.]+/g).map(Number);
      const {{ xaxis, yaxis }} = document.querySelector('{VISIBLE} .plot-graph')._fullLayout;
      return [xaxis.p2d(x), yaxis.p2d(y)];
    }}"""
    alpha, beta = still(page, where)  # the picture may still be on its way to this plane
    fields = page.locator(".surface-start input")
    fields.nth(0).fill(str(alpha))
    fields.nth(1).fill(str(beta))
    page.get_by_role("button", name="Put the ball here").click()
    until(page, "chainrule.get('cursor') === 0 && chainrule.get('state.step') === 2")
    there = get(page, "state.params")
    flat = [np.concatenate([np.ravel(array) for link in tree for array in link.values()]) for tree in (there, kept)]
    assert flat[0] == pytest.approx(flat[1], abs=0.02)  # as near as a pixel is


@pytest.mark.deep
def test_one_of_the_path_begins_in_its_midst_for_the_start_is_on_the_plane_anyway(page: Page) -> None:
    opened(page)
    stepped(page, 4)
    plane(page, "points")
    until(page, SETTLED)
    page.locator(".surface-third select").select_option("visit")
    comes_to(page, MARKS, ["start", "step 2"])
    slider = page.get_by_label("Which visited state")
    slider.fill("0")
    comes_to(page, MARKS, ["start", "step 0"])


@pytest.mark.deep
def test_a_change_of_preset_asks_nothing_of_the_old_run(page: Page) -> None:
    asked: list[int] = []
    listen(page, "response", lambda response: asked.append(response.status) if "/api/surface" in response.url else None)
    for preset in ("line", "xor", "poisson", "spiral", "line"):
        opened(page, preset)
        stepped(page, 1)
    assert asked
    assert set(asked) == {200}


def test_the_error_of_float32_is_said_to_be_that_of_a_sample(page: Page) -> None:
    opened(page)
    about = page.locator("[data-panel=surface] .plot-about")
    about.filter(has_text="at a sample of points, the lowest among them, their relative error is at most").wait_for(
        state="attached"
    )
