"""Races that do not come to their end: stopped, refused, diverged."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Watch
from tests.browser.plots.desk import opened, ticks_are_read
from tests.browser.plots.racing import STEPS, SUMMARY, TABLED, at_the_start, begins, is_of_no_race, raced, tabled
from tests.browser.shared import listen, painted, until


@pytest.mark.deep
def test_what_runs_is_what_was_lined_up_and_after_stop_the_table_is_of_this_race(page: Page) -> None:
    raced(page, "Optimizers", "digits")
    tabled(page)
    runs = list(page.evaluate(TABLED))
    planes: list[Any] = []
    listen(page, "request", lambda asked: asked.url.endswith("/api/surface") and planes.append(asked.post_data_json))
    page.get_by_label("Updates of each run").fill("5000")
    page.get_by_role("button", name="Start the race").click()
    until(page, "chainrule.get('race.rows').length && chainrule.get('race.rows').every((row) => row.step >= 25)")
    until(page, f"Object.values(({TABLED})()).every((updates) => updates.at(-1) >= 25 && !updates.includes({STEPS}))")
    assert page.locator(".race-entrants :enabled, .race-more button:enabled").count() == 0
    expect(page.get_by_label("Updates of each run")).to_be_disabled()
    expect(page.locator(".race-bar .plot-choice").filter(has_text="From").locator("select")).to_be_disabled()
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_role("button", name="Start the race").wait_for()
    expect(page.get_by_label("Optimizer of run 1")).to_be_enabled()
    reached = page.evaluate("chainrule.get('race.rows').map((row) => row.step)")
    assert 25 <= reached[0] < 5000
    assert {run: updates[-1] for run, updates in page.evaluate(TABLED).items()} == dict(zip(runs, reached, strict=True))
    assert planes[-1]["path"][-1]["step"] == reached[-1], "the plane is laid through all that was run"
    opened(page, "xor", view=None)
    page.get_by_role("tab", name="Race").click()
    page.locator(SUMMARY).filter(has_text="7 runs will start from here").wait_for()
    is_of_no_race(page)


@pytest.mark.deep
def test_a_race_that_is_stopped_before_its_start_has_come_does_not_run(page: Page) -> None:
    opened(page, "xor", view=None)
    page.get_by_role("tab", name="Race").click()
    begins(page, "start")
    page.locator(SUMMARY).filter(has_text="7 runs will start from here").wait_for()
    held, free = list[Route](), list[bool]()
    page.route("**/api/start", lambda route: route.continue_() if free else held.append(route))
    asked: list[str] = []
    listen(page, "request", lambda request: asked.append(request.url))
    page.get_by_role("button", name="Start the race").click()
    stop = page.get_by_role("button", name="Stop", exact=True)
    stop.wait_for()
    expect(page.get_by_label("Optimizer of run 1")).to_be_disabled()
    free.append(True)
    stop.click()
    page.get_by_role("button", name="Start the race").wait_for()
    for route in held:
        route.continue_()
    page.locator(SUMMARY).filter(has_text="7 runs will start from here").wait_for()
    painted(page)
    is_of_no_race(page)
    assert not [url for url in asked if url.endswith("/api/race")]


@pytest.mark.deep
def test_runs_that_are_refused_have_no_place_and_their_reason_is_told(page: Page, watch: Watch) -> None:
    watch.allow("status of 422")
    at_the_start(page)
    page.get_by_label("Updates of each run").fill("20")
    rates = page.locator(".race-entrants input[aria-label^='learning rate']")
    count = rates.count()
    for i in range(count):
        rates.nth(i).fill("1000000")
        rates.nth(i).press("Tab")
    page.get_by_role("button", name="Start the race").click()
    why = "expected a number above 0 and at most 1\u202f000, got 1000000"
    expect(page.locator(".race-said")).to_have_text([why] * count)
    page.locator(SUMMARY).filter(has_text=re.compile(r"^No run could start\. Out of the race: ")).wait_for()
    assert all(row["place"] is None and row["loss"] is None for row in page.evaluate("chainrule.get('race.rows')"))
    assert page.locator(SUMMARY).inner_text().count(f"({why})") == count
    rates.first.fill("0.1")
    rates.first.press("Tab")
    page.get_by_role("button", name="Start the race").click()
    page.locator(SUMMARY).filter(has_text="after 20 updates. Out of the race").wait_for()
    places = page.evaluate("chainrule.get('race.rows').map((row) => row.place)")
    assert places == [1] + [None] * (count - 1)


@pytest.mark.deep
def test_a_race_that_is_refused_as_a_whole_tells_of_no_standings(page: Page, watch: Watch) -> None:
    watch.allow("status of 422")
    at_the_start(page)
    updates = page.get_by_label("Updates of each run")
    for beyond in ("0", "5001", ""):  # the field's own bounds: nothing is raced with another number instead
        updates.fill(beyond)
        page.get_by_role("button", name="Start the race").click()
        assert not updates.evaluate("(field) => field.checkValidity()")
    updates.fill("1.5")
    page.get_by_role("button", name="Start the race").click()
    page.locator("[data-panel=race] > .plot-note").filter(has_text="1.5").wait_for()
    expect(page.locator(SUMMARY)).to_contain_text("7 runs will start from here")
    assert "level" not in page.locator(SUMMARY).inner_text()
    assert page.evaluate("chainrule.get('race.rows')") == []


@pytest.mark.deep
def test_one_that_diverges_is_said_to_in_its_row_and_no_ball_leaves_the_plots(page: Page) -> None:
    rows = raced(page, "Learning rates", "line")
    out = [i for i, row in enumerate(rows) if row["problem"]]
    assert out
    lines = page.locator(".race-entrants tbody tr")
    for i, row in enumerate(rows):
        said = lines.nth(i).locator(".race-said").inner_text()
        assert said == row["problem"]
        assert ("diverged at update" in said) == (row["loss"] is None)
    summary = page.locator("[data-panel=race] .plot-summary")
    summary.filter(has_text=re.compile("of those that still run. Out of the race: η = .* \\(diverged at update")).wait_for()
    assert page.evaluate("document.querySelector('.race-curves .plot-graph')._fullLayout.yaxis.type") == "log"
    ticks_are_read(page, ".race-curves")
    page.get_by_role("button", name="Log", exact=True).locator("visible=true").last.click()
    page.locator("[data-panel=race] .plot-about").filter(has_text="colours follow the loss").wait_for()
    away = page.evaluate("""() => [...document.querySelectorAll('.race-ball')].filter((ball) => {
      const [own, box] = [ball.getBoundingClientRect(), ball.ownerSVGElement.getBoundingClientRect()];
      const clipped = getComputedStyle(ball.ownerSVGElement).overflow === 'hidden';
      return ball.getAttribute('visibility') === 'visible' && !clipped && (own.bottom < box.top - 1 || own.top > box.bottom + 1);
    }).length""")
    assert away == 0
    assert page.evaluate("getComputedStyle(document.querySelector('.race-stage .plot-overlay')).overflow") == "hidden"
    # From other weights nobody has diverged.
    begins(page, "now")
    is_of_no_race(page)
