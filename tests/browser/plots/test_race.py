"""The race: every run is a real one, from the same start."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Watch
from tests.browser.plots.desk import opened, ticks_are_read
from tests.browser.shared import listen, painted, until

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


@pytest.mark.deep
def test_the_paths_begin_at_one_place_on_the_plane(page: Page) -> None:
    raced(page, "Optimizers")
    until(page, "document.querySelector('.race-track path.race-shade')?.getAttribute('d')?.length > 20")
    starts = page.evaluate(
        "[...document.querySelectorAll('.race-shade')].map((p) => p.getAttribute('d')?.split('L')[0]).filter(Boolean)"
    )
    assert len(starts) >= 7
    assert len(set(starts)) == 1


@pytest.mark.deep
def test_runs_that_are_refused_have_no_place_and_their_reason_is_told(page: Page, watch: Watch) -> None:
    watch.allow("status of 422")
    opened(page, "xor", view=None)
    page.get_by_role("tab", name="Race").click()
    page.locator(".race-start[visibility=visible]").first.wait_for()
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
    opened(page, "xor", view=None)
    page.get_by_role("tab", name="Race").click()
    page.locator(".race-start[visibility=visible]").first.wait_for()
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
