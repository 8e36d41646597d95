"""The loss along a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.plots.desk import comes_to, get, look, opened, stepped, ticks_are_read
from tests.browser.shared import until, visit


def test_the_line_says_what_the_tangent_promised_and_what_the_loss_did(page: Page) -> None:
    opened(page, "line", "Line")
    until(page, "chainrule.get('line.promised') < 0")
    here = get(page, "line")
    assert here["promised"] == pytest.approx(here["slope"] * here["at"], rel=1e-12)
    assert here["actual"] == pytest.approx(here["after"] - here["loss"], rel=1e-9)
    assert here["convex"] is True
    about = page.locator("[data-panel=surface] .plot-about")
    about.filter(has_text="linear in its parameters").wait_for()


def test_a_loss_that_rises_where_a_fall_was_promised_goes_the_other_way(page: Page) -> None:
    opened(page, "line", "Line", optimizer__learning_rate="4")
    until(page, "chainrule.get('line.actual') > 0 && chainrule.get('line.promised') < 0")
    page.locator("[data-panel=surface] .plot-summary").filter(
        has_text=re.compile(r"the loss did \+\S+: the other way\.")
    ).wait_for()


@pytest.fixture(autouse=True)
def along_the_gradient(page: Page) -> Iterator[None]:
    """The choices of the line outlive a test's experiment: they are put back."""
    yield
    page.evaluate("""() => {
      const along = document.querySelector('.line-choices select');
      along.value = 'gradient';
      along.dispatchEvent(new Event('change'));
    }""")


def chosen(page: Page, label: str, value: str) -> None:
    page.locator(".line-choices").get_by_label(label).select_option(value)


# Does the axis's name touch a number beside it? And on how many lines do the choices stand?
LAID = """() => {
  const box = (each) => each.getBoundingClientRect();
  const graph = document.querySelector('.line-box .plot-graph');
  const name = box(graph.querySelector('.ytitle'));
  const longest = Math.max(...[...graph.querySelectorAll('.ytick text')].map((each) => each.textContent.length));
  const on = [...graph.querySelectorAll('.ytick text')].filter((each) => box(each).left < name.right);
  const choices = [...document.querySelectorAll('.line-choices > .plot-choice:not([hidden])')];
  return [longest, on.length, choices.length, new Set(choices.map((each) => box(each).top)).size];
}"""


@pytest.mark.deep
def test_long_numbers_stand_clear_of_the_axis_name_and_three_choices_on_one_line(page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    visit(page, "preset=line&step=300")
    look(page, "Line")
    until(page, f"({LAID})()[0] >= 9")
    assert page.evaluate(LAID)[1:] == [0, 2, 1]
    chosen(page, "Along", "weight")
    until(page, f"({LAID})()[2] === 3")
    assert page.evaluate(LAID)[1:] == [0, 3, 1]


def axes(page: Page) -> dict[str, Any]:
    """The range and title of the line's axis, and how many numbers stand at its side."""
    found: dict[str, Any] = page.evaluate("""() => {
      const { xaxis, yaxis } = document.querySelector('.line-box .plot-graph')._fullLayout;
      return { range: xaxis.range, title: xaxis.title.text, heights: yaxis.tickvals.length, type: yaxis.type };
    }""")
    return found


def test_rates_that_creep_oscillate_and_diverge_change_before_the_reader_s_eyes(page: Page) -> None:
    opened(page, "line", "Line")
    until(page, "chainrule.get('line.promised') < 0")
    show = page.locator(".line-choices").get_by_label("Show")
    does = [text.split(": ")[1] for text in show.locator("option").all_text_contents()[1:]]
    assert does == ["creeps", "converges", "oscillates", "diverges"]
    chosen(page, "Show", "diverge")
    page.locator("[data-panel=surface] .plot-summary").filter(has_text="it diverges, from a loss of").wait_for()
    rings = page.locator(".line-trail").get_attribute("d") or ""
    assert rings.count("M") >= 10


def test_the_rates_are_gradient_descent_s_own(page: Page) -> None:
    """Of a parabola the minimum lies at half the critical rate; its place on the axis is the rate of the step that reaches it."""
    opened(page, "line", "Line")
    until(page, "chainrule.get('line.promised') < 0")
    here = get(page, "line")
    about = page.locator("[data-panel=surface] .plot-about")
    about.filter(has_text="would diverge beyond").wait_for(state="attached")
    told = re.search(r"would diverge beyond η = (\S+)\. Free to move anywhere it diverges beyond η = (\S+):", about.inner_text())
    assert told
    assert float(told[1]) == pytest.approx(-2 * here["slope"] / here["curvature"], rel=1e-3)
    assert float(told[2]) <= float(told[1])
    look(page, "Contour")
    about.filter(has_text=f"diverges beyond η = {told[2]}.").wait_for(state="attached")


@pytest.mark.deep
def test_of_a_loss_with_corners_the_bend_is_that_of_the_step_and_its_rates_are_on_offer(page: Page) -> None:
    """Along −gradient, a step of 1 is ‖∇L‖ long, and the slope in t is −‖∇L‖²: so a bend for each unit of length follows."""
    opened(page, "dropout", "Line", optimizer__learning_rate="0.2")
    about = page.locator("[data-panel=surface] .plot-about")
    about.filter(has_text="On average over the step, corners included (ReLU), the slope grows by ").wait_for(state="attached")
    told = re.search(r"the slope grows by (\S+) for each unit of length: .* would diverge beyond η = (\S+)\.", about.inner_text())
    here = get(page, "line")
    assert told
    assert float(told[1]) == pytest.approx(here["curvature"] / -here["slope"], rel=1e-3)
    assert float(told[2]) == pytest.approx(2 / float(told[1]), rel=1e-3)
    options = page.locator(".line-choices").get_by_label("Show").locator("option").all_text_contents()
    assert len(options) > 1


def test_another_line_begins_with_its_own_window_and_shows_the_weight_itself(page: Page) -> None:
    opened(page, "line", "Line")
    until(page, "chainrule.get('line.promised') < 0")
    until(page, "document.querySelector('.line-box .js-line').getAttribute('d').length > 20")
    chosen(page, "Show", "diverge")
    until(page, "document.querySelector('.line-box .plot-graph')._fullLayout.xaxis.range[1] > 3")
    chosen(page, "Along", "weight")
    weight = get(page, "state.params.0.W.0.0")
    until(page, "document.querySelector('.line-box .plot-graph')._fullLayout.xaxis.title.text === 'w₁₁'")
    found = axes(page)
    assert sum(found["range"]) / 2 == pytest.approx(weight, abs=1e-9), "the ball stands in the middle, at the weight's own value"
    assert found["range"][1] - found["range"][0] == pytest.approx(6)
    assert found["heights"] >= 3


@pytest.mark.deep
def test_the_axes_are_those_of_the_line_also_where_the_answer_came_before_them(page: Page) -> None:
    held = list[Route]()

    def hold(route: Route) -> None:
        if '"name":"line"' in (route.request.post_data or ""):
            held.append(route)
        else:
            route.continue_()

    page.route("**/api/figure", hold)
    opened(page, "xor", None, plane__view="line", plane__along="weight")
    until(page, "chainrule.get('line.promised') != null")
    while not held:
        page.wait_for_timeout(25)
    for route in held:
        route.continue_()
    page.unroute("**/api/figure")
    weight = get(page, "state.params.0.W.0.0")
    # Before it a line of the test before may be drawn.
    range_ = "document.querySelector('.line-box .plot-graph')._fullLayout?.xaxis.range"
    comes_to(page, range_, pytest.approx([weight - 3, weight + 3]))
    assert axes(page)["title"].startswith("w")
    ticks_are_read(page, ".line-box")


@pytest.mark.deep
def test_an_answer_about_the_network_before_is_not_told_of_this_one(page: Page) -> None:
    """What was asked before another experiment came is answered after it: nothing stands there until the new line has come."""
    opened(page, "line", "Line")
    until(page, "chainrule.get('line.promised') < 0")
    held, free = list[Route](), list[bool]()

    def hold(route: Route) -> None:
        if free or '"plane":{"kind":"line"' not in (route.request.post_data or ""):
            route.continue_()
        else:
            held.append(route)

    page.route("**/api/surface", hold)
    stepped(page, 1)
    while not held:
        page.wait_for_timeout(25)
    visit(page, "preset=xor&plane.view=line")
    assert get(page, "line") is None
    slope = page.locator("[data-panel=surface] [data-path='line.slope']")
    expect(slope).to_have_text("—")
    held[0].continue_()
    while len(held) < 2:  # the page asks again when it has heard
        page.wait_for_timeout(25)
    assert get(page, "line") is None
    expect(slope).to_have_text("—")
    free.append(True)
    held[1].continue_()
    comes_to(page, "chainrule.get('line.loss')", pytest.approx(get(page, "frame.loss.train"), rel=1e-9))
    expect(slope).not_to_have_text("—")


def test_whose_step_it_is_is_said(page: Page) -> None:
    opened(page, "line", "Line", optimizer__kind="adam")
    until(page, "chainrule.get('line.promised') < 0")
    page.locator("[data-panel=surface] .plot-summary").filter(has_text="The step is plain gradient descent's").wait_for()
    about = page.locator("[data-panel=surface] .plot-about")
    about.filter(has_text="Adam itself goes elsewhere. The run's own step follows a batch's gradient").wait_for(state="attached")


@pytest.mark.deep
def test_heights_can_be_logarithmic_and_what_is_cut_off_is_said(page: Page) -> None:
    opened(page, "poisson", "Line")
    until(page, "chainrule.get('line.promised') < 0")
    chosen(page, "Along", "weight")
    about = page.locator("[data-panel=surface] .plot-about")
    about.filter(has_text="of the line is higher.").wait_for(state="attached")
    page.locator("[data-panel=surface]").get_by_role("button", name="Log", exact=True).click()
    until(page, "document.querySelector('.line-box .plot-graph')._fullLayout.yaxis.type === 'log'")
    about.filter(has_not_text="of the line is higher.").wait_for(state="attached")
    ticks_are_read(page, ".line-box")


def test_where_the_line_is_not_convex_it_is_marked(page: Page) -> None:
    opened(page, "xor", "Line")
    chosen(page, "Along", "weight")
    until(page, "document.querySelector('.line-bent').getAttribute('d').length > 10")
    about = page.locator("[data-panel=surface] .plot-about")
    about.filter(has_text="Where it is not convex the curve is dashed in red.").wait_for(state="attached")
    data = page.locator("details", has_text="The line as a table")
    data.evaluate("(element) => { element.open = true; }")
    until(page, "[...document.querySelectorAll('details.plot-table[open] tbody tr')].length === 25")


@pytest.mark.deep
def test_another_view_takes_its_first_words_along(page: Page) -> None:
    """At the very moment that the line is drawn, no word of the plane's is left over it, however soon it is changed."""
    opened(page, "line", "Line")
    until(page, "chainrule.get('line.promised') < 0")
    said = page.evaluate("""async () => {
      const panel = document.querySelector('[data-panel=surface]');
      const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      const said = [];
      for (const view of ['flat', 'line', 'flat', 'line']) {
        panel.querySelector(`[data-view='${view}']`).click();
        await frame();
        await frame();
        said.push(panel.querySelector('.plot-summary').textContent.split(' ').slice(0, 2).join(' '));
      }
      return said;
    }""")
    assert said == ["The loss", "The tangent", "The loss", "The tangent"]
