"""The race: every run is a real one, from the same start."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Watch
from tests.browser.plots.desk import opened
from tests.browser.plots.racing import STEPS, SUMMARY, TABLED, is_of_no_race, raced, tabled
from tests.browser.shared import painted, until


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
    said = page.locator("[data-panel=race]").inner_text()
    assert "nesterov" not in said, "titles, never slugs"
    assert "Nesterov momentum" in said
    assert "equal rates would be no equal steps" in said
    # In other colours it is the same race.
    before = page.locator(".race-entrants line, .race-entrants path").first.evaluate("(each) => getComputedStyle(each).stroke")
    page.evaluate("chainrule.store.set('theme', 'dark')")
    swatch = "document.querySelector('.race-entrants line, .race-entrants path')"
    until(page, f"(before) => getComputedStyle({swatch}).stroke !== before", arg=before)
    painted(page)
    assert [(row["step"], row["loss"]) for row in page.evaluate("chainrule.get('race.rows')")] == [
        (row["step"], row["loss"]) for row in rows
    ]
    page.locator(".race-ball[visibility=visible]").first.wait_for()
    tabled(page)
    assert [updates[-1] for updates in page.evaluate(TABLED).values()] == [STEPS] * len(rows)
    # Without one of its runs it is another race: what run 1 has done is said of no other one.
    page.get_by_role("button", name="Take run 1 out").click()
    page.locator(SUMMARY).filter(has_text="6 runs will start from here").wait_for()
    is_of_no_race(page)


@pytest.mark.deep
def test_equals_share_a_place(page: Page) -> None:
    rows = raced(page, "Gradient methods")
    assert [row["place"] for row in rows] == ["=1"] * len(rows)
    page.locator("[data-panel=race] .plot-summary").filter(has_text="All 4 that run are level").wait_for()


@pytest.mark.deep
def test_the_gap_of_a_run_is_the_plane_s_loss_under_it_less_its_own(page: Page) -> None:
    rows = raced(page, "Optimizers")
    until(page, "chainrule.get('race.rows').every((row) => row.distance > 0 && row.gap !== null)")
    rows = page.evaluate("chainrule.get('race.rows')")
    assert len({round(float(str(row["distance"])), 6) for row in rows}) > 1
    shown = page.locator(".race-entrants tbody tr").first.locator("[data-path$='.gap']").inner_text()
    assert shown not in ("", "—")


def test_before_the_race_the_start_is_shown(page: Page, watch: Watch) -> None:
    held: list[Route] = []
    page.route("**/api/surface**", lambda route: held.append(route))  # noqa: PLW0108 (Playwright marks the function it is given)
    opened(page, view=None)
    page.get_by_role("tab", name="Race").click()
    wait = page.locator("[data-panel=race]").get_by_text("The plane is being computed.")
    expect(wait).to_be_visible()
    for route in held:
        route.continue_()
    page.unroute("**/api/surface**")
    page.locator(".race-start").first.wait_for()
    expect(wait).not_to_be_visible()
    until(page, "[...document.querySelectorAll('.race-start')].every((start) => start.getAttribute('visibility') === 'visible')")
    page.locator("[data-panel=race] .plot-summary").filter(has_text="7 runs will start from here").wait_for()
    start = page.evaluate("chainrule.get('frame.loss.train')")
    assert f"{start:.4g}" in page.locator("[data-panel=race] .plot-summary").inner_text()
    # Where every run is a card, none says six times that there is nothing yet.
    assert page.locator(".race-entrants .race-result").filter(visible=True).count() == 7 * 6
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.locator(".race-entrants .race-result").filter(visible=True).count() == 0
    page.set_viewport_size({"width": 1440, "height": 900})
    # Without a server an empty table had stood there, and no word of it.
    watch.allow("ERR_FAILED|Failed to load resource")
    page.route("**/api/start", lambda route: route.abort())
    note = page.locator("[data-panel=race] > .plot-note")
    begin = page.locator("[data-panel=race] .plot-choice").filter(has_text="From").locator("select")
    begin.select_option("now")
    expect(note).to_have_text("")
    begin.select_option("start")
    expect(note).to_have_text("The server cannot be reached. Is it still running?")
    page.unroute_all()
    begin.select_option("now")
    expect(note).to_have_text("")


@pytest.mark.deep
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
    said = page.locator("[data-panel=race] .plot-summary")
    said.filter(has_text=f" at {min(sweeps)} sweeps").wait_for()
    assert " updates" not in said.inner_text(), "they have taken different numbers of these"


@pytest.mark.deep
def test_of_a_model_of_two_parameters_no_run_is_said_to_be_off_the_plane(page: Page) -> None:
    about = page.locator("[data-panel=race] > .plot-about")
    for preset, said, never in (
        ("line", "the plane is its whole loss, and no run can be off it", "looks nearer than it is"),
        ("xor", "looks nearer than it is", "no run can be off it"),
    ):
        raced(page, "Optimizers", preset)
        about.filter(has_text=said).wait_for(state="attached")
        assert never not in (about.text_content() or "")


@pytest.mark.deep
def test_the_paths_begin_at_one_place_on_the_plane(page: Page) -> None:
    raced(page, "Optimizers")
    until(page, "document.querySelector('.race-track path.race-shade')?.getAttribute('d')?.length > 20")
    starts = page.evaluate(
        "[...document.querySelectorAll('.race-shade')].map((p) => p.getAttribute('d')?.split('L')[0]).filter(Boolean)"
    )
    assert len(starts) >= 7
    assert len(set(starts)) == 1


def test_a_map_is_not_turned_over_between_two_of_its_drawings(page: Page) -> None:
    """Each direction's sign was the server's, which goes by the largest weight: another one, and left was right."""
    opened(page, "xor", view=None)
    seen = page.evaluate("""async () => {
      const { unmirrored } = await ours("race/unmirrored.js");
      const { heightAt } = await ours("plot/field.js");
      const directions = [new Float64Array([1, 2]), new Float64Array([-2, 1])];
      const map = { directions, axes: [[-1, 0, 3], [-2, 1]], loss: [[1, 2, 3], [4, 5, 6]] };
      const former = [new Float64Array([-1, -1]), new Float64Array([1, -1])];
      return [[], [former[0], map.directions[1]], former].map((before) => {
        const { directions: [d0, d1], axes: [xs, ys], loss } = unmirrored(map, before);
        // The weights of α = 3, β = -2, of which the loss is 3, have it at their place of each map.
        const at = [3 / d0[0], -2 / d1[1]];
        return [[...d0], [...d1], xs, ys, heightAt(loss, xs, ys, ...at)];
      });
    }""")
    assert [height for *_, height in seen] == [3, 3, 3]
    assert [signs for *signs, _, _, _ in seen] == [[[1, 2], [-2, 1]], [[-1, -2], [-2, 1]], [[-1, -2], [2, -1]]]
    assert [axes[2:4] for axes in seen] == [[[-1, 0, 3], [-2, 1]], [[-3, 0, 1], [-2, 1]], [[-3, 0, 1], [-1, 2]]]
