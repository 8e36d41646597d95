"""A race, as a test runs and reads one."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.plots.desk import opened
from tests.browser.shared import until

STEPS = 21  # no multiple of the table's stride: the last update is a row of its own
SUMMARY = "[data-panel=race] .plot-summary"
# The update of each row of the losses' table, by the run.
TABLED = """() => {
  const told = {};
  for (const { cells: [run, update] } of document.querySelectorAll('[data-panel=race] .plot-table tbody tr')) {
    (told[run.textContent] ??= []).push(Number(update.textContent));
  }
  return told;
}"""
# Of the former paths and their plane nothing is to be seen.
BARE = """() => {
  const canvas = document.querySelector('.race-stage .plot-field');
  const paint = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  const paths = document.querySelectorAll('.race-track path, .race-stage .flat-levels');
  return [...paths].every((path) => !path.getAttribute('d')) && paint.every((v) => v === 0);
}"""


def raced(page: Page, lineup: str, preset: str = "xor") -> list[dict[str, object]]:
    opened(page, preset, view=None)
    page.get_by_role("tab", name="Race").click()
    page.locator(".race-stage .js-plotly-plot").nth(1).wait_for()
    begins(page, "start")
    page.get_by_label("Compare at").select_option("updates")  # a test before may have compared at equal work
    page.get_by_role("button", name=lineup).click()
    page.get_by_label("Updates of each run").fill(str(STEPS))
    page.get_by_role("button", name="Start the race").click()
    until(
        page,
        "(steps) => chainrule.get('race.rows')?.length && chainrule.get('race.rows').every((r) => r.step === steps || r.problem)",
        arg=STEPS,
    )
    page.get_by_role("button", name="Start the race").wait_for()
    rows: list[dict[str, object]] = page.evaluate("chainrule.get('race.rows')")
    return rows


def at_the_start(page: Page) -> None:
    """The race's panel, in which nobody has started."""
    opened(page, "xor", view=None)
    page.get_by_role("tab", name="Race").click()
    page.locator(".race-start[visibility=visible]").first.wait_for()


def begins(page: Page, where: str) -> None:
    """All from the initial weights («start»), or from those of now."""
    page.locator("[data-panel=race] .plot-choice").filter(has_text="From").locator("select").select_option(where)


def tabled(page: Page) -> None:
    """Open the losses' table."""
    page.locator("[data-panel=race] .plot-table summary").click()


def is_of_no_race(page: Page) -> None:
    """What stands there is the start: no run has a result, in the table above, in the one below, in the plots or in words."""
    until(page, "chainrule.get('race.rows').length === 0")
    expect(page.locator("[data-panel=race] .plot-table tbody tr")).to_have_count(0)
    assert set(page.locator(".race-entrants .race-result").all_inner_texts()) == {"—"}
    assert set(page.locator(".race-entrants .race-said").all_inner_texts()) == {""}
    expect(page.locator(".race-out, .race-ball[visibility=visible]")).to_have_count(0)
    page.locator("[data-panel=race] .plot-about").filter(has_text="the plane is that of the gradient at the start").wait_for()


def figure_of(saved: str) -> dict[str, Any]:
    """The figure in a page that was saved."""
    return dict(json.JSONDecoder().raw_decode(saved[saved.rindex("const figure = ") + len("const figure = ") :])[0])
