"""The race: every run is a real one, from the same start."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page

from tests.browser.plots.desk import opened, until

STEPS = 20


def raced(page: Page, lineup: str) -> list[dict[str, object]]:
    opened(page, view=None)
    page.get_by_role("tab", name="Race").click()
    page.locator(".race-stage .js-plotly-plot").nth(1).wait_for()
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


def test_the_losses_are_those_of_the_same_runs_on_the_server(page: Page) -> None:
    rows = raced(page, "Learning rates")
    rates = page.locator(".race-entrants tbody tr").evaluate_all(
        "(rows) => rows.map((r) => Number(r.querySelector('input').value))"
    )
    experiment = page.evaluate("chainrule.get('experiment')")
    for rate, row in list(zip(rates, rows, strict=True))[:3]:
        body = {"experiment": experiment | {"optimizer": {"kind": "sgd", "learning_rate": rate}}, "steps": STEPS, "every": STEPS}
        answer = page.request.post("/api/train", data=json.dumps(body), headers={"Content-Type": "application/json"})
        assert json.loads(answer.text().splitlines()[-1])["loss"]["train"] == pytest.approx(row["loss"], rel=1e-12)


def test_places_follow_the_losses(page: Page) -> None:
    rows = raced(page, "Optimizers")
    ranked = sorted((row for row in rows if row["loss"] is not None), key=lambda row: row["place"])  # type: ignore[arg-type, return-value]
    losses = [row["loss"] for row in ranked]
    assert losses == sorted(losses)  # type: ignore[type-var]
    assert [row["place"] for row in ranked] == list(range(1, len(ranked) + 1))
    page.locator("[data-panel=race] .plot-summary").filter(has_text="leads with a training loss").wait_for()


def test_methods_that_agree_run_together_and_differ_in_work(page: Page) -> None:
    rows = raced(page, "Gradient methods")
    losses = [row["loss"] for row in rows]
    assert losses == pytest.approx([losses[0]] * len(losses), rel=1e-5)
    sweeps = [row["sweeps"] for row in rows]
    assert len(set(sweeps)) > 1
    page.get_by_label("Compare at").select_option("sweeps")
    until(page, "new Set(chainrule.get('race.rows').map((r) => r.step)).size > 1")
    level = page.evaluate("chainrule.get('race.rows').map((r) => r.sweeps)")
    assert max(level) <= min(sweeps)  # type: ignore[type-var]


def test_the_paths_begin_at_one_place_on_the_plane(page: Page) -> None:
    raced(page, "Optimizers")
    until(page, "document.querySelector('.race-track path.race-shade')?.getAttribute('d')?.length > 20")
    starts = page.evaluate(
        "[...document.querySelectorAll('.race-shade')].map((p) => p.getAttribute('d')?.split('L')[0]).filter(Boolean)"
    )
    assert len(starts) >= 7
    assert len(set(starts)) == 1
