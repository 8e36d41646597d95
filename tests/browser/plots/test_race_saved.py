"""What is saved of a race: its figure, its words, its numbers."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.plots.racing import BARE, STEPS, SUMMARY, figure_of, is_of_no_race, raced
from tests.browser.shared import until


@pytest.mark.deep
def test_the_race_can_be_taken_away(page: Page) -> None:
    rows = raced(page, "Optimizers")
    with page.expect_download() as download:
        page.locator("[data-panel=race]").get_by_role("button", name="Save as CSV").click()
    head, *lines = download.value.path().read_text().splitlines()
    assert head.startswith("run,update,sweeps,training loss,")
    assert len(lines) == len(rows) * (STEPS + 1)
    with page.expect_download() as download:
        page.locator("[data-panel=race]").get_by_role("button", name="Save as SVG").click()
    drawing = download.value.path().read_text()
    for part in ("Race of 7 runs", "Nesterov momentum", "training loss", "start"):
        assert part in drawing, part


@pytest.mark.deep
def test_what_is_not_there_yet_cannot_be_taken_away(page: Page) -> None:
    """The plane through the paths comes after the runs: until then a press would have saved nothing."""
    held, free = list[Route](), list[bool]()
    page.route("**/api/surface", lambda route: route.continue_() if free else held.append(route))
    raced(page, "Optimizers")
    saving = page.locator("[data-panel=race]").get_by_role("button", name="Save as")
    expect(saving).to_have_count(4)
    for button in saving.all():
        expect(button).to_be_disabled()
    free.append(True)
    for route in held:
        route.continue_()
    for button in saving.all():
        expect(button).to_be_enabled()
    free.clear()
    held.clear()
    page.get_by_label("Optimizer of run 1").select_option("adam")
    page.locator("[data-panel=race]").get_by_text("The plane is being computed.").wait_for()
    until(page, BARE)
    for button in saving.all():
        expect(button).to_be_disabled()
    free.append(True)
    for route in held:
        route.continue_()
    page.locator(SUMMARY).filter(has_text="7 runs will start from here").wait_for()
    is_of_no_race(page)


@pytest.mark.deep
def test_what_is_taken_away_shows_where_every_run_is_at_the_moment_that_is_looked_at(page: Page) -> None:
    rows = raced(page, "Optimizers", "line")
    page.get_by_label("Update that is looked at").fill("10")
    until(page, "chainrule.get('race.rows').every((r) => r.step === 10)")
    with page.expect_download() as download:
        page.locator("[data-panel=race]").get_by_role("button", name="Save as HTML").click()
    balls = [
        trace
        for trace in figure_of(download.value.path().read_text())["data"]
        if trace.get("mode") == "markers" and trace["name"] != "start"
    ]
    curves = [trace for trace in balls if trace.get("xaxis") == "x2"]
    losses = page.evaluate("chainrule.get('race.rows').map((r) => r.loss)")
    assert [(trace["x"], trace["y"]) for trace in curves] == [([10], [loss]) for loss in losses]
    assert len(balls) == 2 * len(rows)
