"""The address holds the plane that is looked at: a reload, a link and the browser's own Back come to the same one."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.plots.desk import SETTLED, WRITTEN, comes_to, get, look, opened, plane, stepped, weights_shown
from tests.browser.shared import deeply, until, visit

SURFACE = "[data-panel=surface]"
# The plane is settled, pinned or not, and the run is known to stand somewhere on it or off it.
# The plane is one through the weights that stand.
CENTRED = """() => {
  const { at, true_loss } = chainrule.get('surface') ?? {};
  return at && Math.hypot(at.alpha, at.beta) < 1e-9 && Math.abs(true_loss - chainrule.get('frame.loss.train')) < 1e-9;
}"""
MEASURED = "chainrule.get('surface')?.gap != null && document.querySelector('.surface-progress').hidden"


def press(page: Page, name: str) -> None:
    page.locator(SURFACE).get_by_role("button", name=name, exact=True).click()


def reloaded(page: Page, step: int) -> None:
    """The page anew, at its own address."""
    page.reload()
    until(page, "(step) => window.chainrule?.get('state.step') === step && chainrule.get('surface')", step)


def put_at(page: Page, alpha: str, beta: str) -> None:
    """The ball by its coordinates."""
    before = get(page, "state.params")
    for place, value in enumerate((alpha, beta)):
        page.locator(".surface-start input").nth(place).fill(value)
    page.get_by_role("button", name="Put the ball here").click()
    until(page, "(before) => JSON.stringify(chainrule.get('state.params')) !== JSON.stringify(before)", arg=before)


def here(page: Page) -> Any:
    """Where the ball is, and how far from the truth: as the server says."""
    until(page, MEASURED)
    now = get(page, "surface")
    return [now["step"], *now["at"].values(), now["plane_loss"], now["true_loss"], now["gap"], now["distance"]]


@pytest.mark.deep
def test_the_plane_that_is_chosen_at_the_start_is_the_one_of_a_reload(page: Page) -> None:
    opened(page, "xor")
    chosen = weights_shown(page)
    stepped(page, 3)
    until(page, "location.hash === '#preset=xor&step=3&plane.view=flat'")  # what the page chose by itself does not stand there
    reloaded(page, 3)
    assert weights_shown(page) == chosen
    # By the update at hand it would be another pair: that of the run's first update is meant.
    moved = """async () => {
      const { liveliest, listed } = await ours('base/weights.js');
      const all = listed(chainrule.get('info.param_shapes'));
      return ['firstUpdates', 'trace.updates'].map((path) => liveliest(chainrule.get(path), all));
    }"""
    first, now = page.evaluate(moved)
    assert first == chosen
    assert now != chosen


@pytest.mark.parametrize(
    ("kind", "fields", "written"),
    [
        ("weights", {1: "0/b/1", 2: "2/W/0,1"}, "plane.addresses=0/b/1|2/W/0,1"),
        deeply("random", {}, "plane.kind=random&plane.seed=1"),
        deeply("points", {4: "best"}, "plane.kind=points&plane.third=best"),
    ],
)
@pytest.mark.deep
def test_a_reload_shows_the_same_plane(page: Page, kind: str, fields: dict[int, str], written: str) -> None:
    opened(page, "xor", example="0")
    stepped(page, 3)
    plane(page, kind)
    for place, value in fields.items():
        page.locator(".surface-planes select").nth(place).select_option(value)
    if kind == "random":
        press(page, "Another")
    press(page, "Log")
    until(page, WRITTEN, f"{written}&plane.view=flat&plane.heights=log")
    until(page, SETTLED)
    before = here(page)
    reloaded(page, 3)
    until(page, SETTLED)
    assert here(page) == pytest.approx(before, rel=1e-9, abs=1e-12)
    assert page.evaluate("document.querySelector('[data-panel=surface] [data-view=flat]').ariaPressed") == "true"
    assert page.locator(SURFACE).get_by_role("button", name="Log", exact=True).get_attribute("aria-pressed") == "true"
    until(page, WRITTEN, f"{written}&plane.view=flat&plane.heights=log")


@pytest.mark.parametrize("kind", ["gradient", deeply("trajectory")])
@pytest.mark.deep
def test_a_reload_shows_the_plane_where_it_was_pinned(page: Page, kind: str) -> None:
    opened(page, "xor", example="0", optimizer__kind="momentum")
    stepped(page, 2)
    plane(page, kind)
    if kind == "gradient":
        page.locator(".surface-planes select").nth(3).select_option("momentum")
    until(page, SETTLED)
    press(page, "Pin")
    until(page, WRITTEN, "plane.pinned=2")
    stepped(page, 2)
    until(page, "chainrule.get('surface.measured') === 4")
    before = here(page)
    assert before[0] == 2
    assert before[-1] > 0
    until(page, WRITTEN, "step=4&")
    reloaded(page, 4)
    until(page, "chainrule.get('surface.step') === 2 && chainrule.get('surface.measured') === 4")
    assert here(page) == pytest.approx(before, rel=1e-9, abs=1e-12)
    page.locator(f"{SURFACE} .plot-subtitle").filter(has_text="pinned at update 2").wait_for(state="attached")
    press(page, "Pin")
    until(page, "!location.hash.includes('pinned')")


@pytest.mark.parametrize("earlier", [deeply(0), deeply(1)])
def test_a_pin_is_of_its_moment_among_the_moves_of_one_update(page: Page, earlier: int) -> None:
    """The gradient's plane is another one where the weights were moved to: it is laid through those that it was pinned at."""
    opened(page, "xor", example="0")
    stepped(page, 2)
    plane(page, "gradient")
    until(page, SETTLED)
    if earlier:
        put_at(page, "0.5", "0.25")
        until(page, CENTRED)  # what is pinned is the plane that is drawn
        until(page, SETTLED)
    press(page, "Pin")
    until(page, WRITTEN, "plane.pinned=2")
    put_at(page, "−0.75", "0.5")
    until(page, WRITTEN, f"plane.pinned=2:{earlier}")
    assert page.evaluate("location.hash.match(/moved=2:/g).length") == earlier + 1
    stepped(page, 1)
    until(page, "chainrule.get('surface.measured') === 3")
    before = here(page)
    assert before[-1] > 0
    until(page, WRITTEN, "step=3&plane.kind")
    reloaded(page, 3)
    until(page, "chainrule.get('surface.step') === 2 && chainrule.get('surface.measured') === 3")
    assert here(page) == pytest.approx(before, rel=1e-9, abs=1e-12)
    until(page, WRITTEN, f"plane.pinned=2:{earlier}")
    for length in range(earlier + 2, 0, -1):  # the step, then each move at its update
        page.get_by_role("button", name="Back", exact=True).click()
        until(page, "(length) => chainrule.get('timeline').length === length && chainrule.get('state.step') === 2", length)
    pinned = "location.hash.includes('pinned')" if earlier else "!/plane.pinned=2(&|$)/.test(location.hash)"
    until(page, f"!({pinned})")


@pytest.mark.deep
def test_a_pin_is_of_its_moment_before_another_optimizer_too(page: Page) -> None:
    """Adam's plane of the gradient and the update is another than momentum's, through the same weights."""
    opened(page, "xor", example="0", optimizer__kind="momentum")
    stepped(page, 2)
    plane(page, "gradient")
    page.locator(".surface-planes select").nth(3).select_option("momentum")
    until(page, SETTLED)
    press(page, "Pin")
    until(page, WRITTEN, "plane.pinned=2")
    page.locator("[name='optimizer.kind']").select_option("adam")
    until(page, "chainrule.get('experiment.optimizer.kind') === 'adam' && !chainrule.get('pending')")
    until(page, WRITTEN, "plane.pinned=2:0")
    stepped(page, 2)
    until(page, "chainrule.get('surface.measured') === 4")
    before = here(page)
    assert before[-1] > 0
    until(page, WRITTEN, "step=4&plane.kind")
    reloaded(page, 4)
    until(page, "chainrule.get('surface.step') === 2 && chainrule.get('surface.measured') === 4")
    assert here(page) == pytest.approx(before, rel=1e-9, abs=1e-12)
    until(page, WRITTEN, "plane.pinned=2:0")


@pytest.mark.parametrize(
    ("then", "written"), [("momentum", "2:optimizer.kind:adam"), deeply("rmsprop", "2:0:optimizer.kind:adam")]
)
@pytest.mark.deep
def test_a_pin_is_of_the_optimizer_that_it_was_pinned_under(page: Page, then: str, written: str) -> None:
    """Of two choices at one update the run keeps the second, or none where that is the one it had; the plane is of the first."""
    opened(page, "xor", example="0", optimizer__kind="momentum")
    stepped(page, 2)
    page.locator("[name='optimizer.kind']").select_option("adam")
    until(page, "chainrule.get('experiment.optimizer.kind') === 'adam' && !chainrule.get('pending')")
    plane(page, "gradient")
    page.locator(".surface-planes select").nth(3).select_option("update")
    until(page, SETTLED)
    press(page, "Pin")
    until(page, WRITTEN, "plane.pinned=2")
    page.locator("[name='optimizer.kind']").select_option(then)
    until(page, "(kind) => chainrule.get('experiment.optimizer.kind') === kind && !chainrule.get('pending')", then)
    until(page, WRITTEN, f"plane.pinned={written}")
    stepped(page, 2)
    until(page, "chainrule.get('surface.measured') === 4")
    before = here(page)
    assert before[-1] > 0
    until(page, WRITTEN, "step=4&plane.kind")
    reloaded(page, 4)
    until(page, "chainrule.get('surface.step') === 2 && chainrule.get('surface.measured') === 4")
    assert here(page) == pytest.approx(before, rel=1e-9, abs=1e-12)
    until(page, WRITTEN, f"plane.pinned={written}")


@pytest.mark.deep
def test_another_plane_is_pinned_where_it_was_chosen_and_one_of_a_run_undone_is_in_no_address(page: Page) -> None:
    opened(page, "xor", example="0")
    stepped(page, 2)
    until(page, SETTLED)
    press(page, "Pin")
    until(page, WRITTEN, "plane.pinned=2")
    stepped(page, 1)
    plane(page, "random")
    until(page, WRITTEN, "plane.pinned=3")
    page.get_by_role("button", name="Back", exact=True).click()
    until(page, WRITTEN, "plane.pinned=3")  # the run comes to it again
    put_at(page, "0.5", "0.25")
    until(page, "location.hash.includes('moved=2') && !location.hash.includes('pinned')")
    page.locator(f"{SURFACE} .plot-subtitle").filter(has_text="pinned at update 3").wait_for(state="attached")


@pytest.mark.deep
def test_a_kept_state_that_was_taken_back_is_found_again(page: Page) -> None:
    opened(page, "xor", example="0")
    stepped(page, 4)
    plane(page, "points")
    until(page, SETTLED)
    page.get_by_role("button", name="Keep this state").click()
    until(page, WRITTEN, "plane.third=4")
    for step in (3, 2):
        page.get_by_role("button", name="Back", exact=True).click()
        until(page, "(step) => chainrule.get('state.step') === step", step)
    until(page, SETTLED)
    before = here(page)
    marks = f"() => [...document.querySelectorAll('{SURFACE} .actor-name-mark')].map((mark) => mark.textContent)"
    comes_to(page, marks, ["start", "step 4"])
    until(page, WRITTEN, "step=2&")
    reloaded(page, 2)
    comes_to(page, marks, ["start", "step 4"])
    until(page, SETTLED)
    assert here(page) == pytest.approx(before, rel=1e-9, abs=1e-12)


@pytest.mark.deep
def test_the_line_is_found_again(page: Page) -> None:
    opened(page, "xor", example="0")
    press(page, "Line")
    page.locator(".line-choices").get_by_label("Along").select_option("weight")
    page.locator(".line-choices select").nth(1).select_option("2/b/0")
    until(page, WRITTEN, "plane.view=line&plane.along=weight&plane.address=2/b/0")
    until(page, "chainrule.get('line') != null")
    page.reload()
    until(page, "window.chainrule?.get('line') != null")
    assert page.locator(".line-choices select").nth(1).input_value() == "2/b/0"


@pytest.mark.deep
def test_back_and_forward_of_the_browser_come_to_each_address_s_own_plane(page: Page) -> None:
    opened(page, "xor", example="0")
    plane(page, "random")
    until(page, WRITTEN, "plane.kind=random")
    page.evaluate("location.hash = 'preset=spiral&plane.kind=gradient&plane.view=flat&plane.heights=log'")
    until(page, "chainrule.get('preset') === 'spiral' && chainrule.get('surface')")
    kind = "document.querySelector('.surface-planes select').value"
    comes_to(page, kind, "gradient")
    page.go_back()
    until(page, "chainrule.get('preset') === 'xor' && chainrule.get('surface')")
    comes_to(page, kind, "random")
    assert page.locator(SURFACE).get_by_role("button", name="Log", exact=True).get_attribute("aria-pressed") == "false"
    page.go_forward()
    until(page, "chainrule.get('preset') === 'spiral' && chainrule.get('surface')")
    comes_to(page, kind, "gradient")
    assert page.locator(SURFACE).get_by_role("button", name="Log", exact=True).get_attribute("aria-pressed") == "true"


def test_what_the_address_says_wrongly_of_the_plane_is_told(page: Page) -> None:
    opened(page, "xor", view=None, plane__kind="hill", plane__view="flat")
    hint = get(page, "error.hint")
    assert hint == "plane.kind=hill: expected weights, random, gradient, trajectory or points."
    look(page, "Contour")


@pytest.mark.deep
def test_a_pinned_plane_that_the_ball_has_left_for_good_says_so_in_its_own_words(page: Page) -> None:
    """The server's had stood there: of a number at most 1 000 000 000, and of a path that fits."""
    visit(page, "preset=xor&step=2&plane.kind=random&plane.pinned=0&moved=1:0/W/0,0:1e12")  # `opened` would unpin it
    note = page.locator(SURFACE).get_by_role("alert").filter(has_text="ball")
    expect(note).to_have_text(
        "The ball has gone so far on this pinned plane that no window holds it: unpin it, and the plane goes along."
    )
    expect(page.locator(SURFACE)).to_contain_text("The gap, how far apart the two losses are, is not known here.")
    page.locator(SURFACE).get_by_role("button", name="Pin", exact=True).click()
    expect(note).to_be_hidden()
    until(page, SETTLED)
