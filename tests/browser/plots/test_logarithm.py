"""Losses of 0 and below have no logarithm: nothing is drawn for them at an invented height, and what is left out is told."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.plots.desk import SETTLED, VISIBLE, get, look, number, opened, request, weights_shown
from tests.browser.shared import until

PANEL = "[data-panel=surface]"


def logarithmic(page: Page, panel: str = PANEL, name: str = "Log") -> None:
    page.locator(panel).get_by_role("button", name=name, exact=True).click()


@pytest.mark.deep
def test_a_height_of_its_own_is_given_to_what_has_a_logarithm_alone(page: Page) -> None:
    opened(page)
    scale, plain = page.evaluate("""async () => {
      const { scaled } = await ours('plot/scale.js');
      const loss = [[100, 10, 1], [10, 1, 0], [1, 1e-9, -2], [null, 1, 1]];
      return [true, false].map((log) => {
        const scale = scaled(loss, { log, keep: [-2, null] });
        return { ...scale, of: [1000, 0, -2].map(scale.of) };
      });
    }""")
    assert scale["of"] == [pytest.approx(3.0), None, None]
    known = [[2, 1, 0], [1, 0, None], [0, None, None], [None, 0, 0]]
    assert [[v if v is None else max(v, 0) for v in row] for row in scale["heights"]][:2] == known[:2]
    assert [row[2] for row in scale["heights"]] == [0, None, None, 0]
    assert scale["blank"] == pytest.approx(2 / 12), "those that are not known are not counted"
    assert scale["least"] == -2
    assert plain["of"] == [1000, 0, -2]
    assert [plain["blank"], plain["floor"]] == [0, None]


# How much paint is under the ball, of 255.
UNDER = f"""() => {{
  const parts = ['.plot-field', '.plot-overlay', '.actor-ball'];
  const [canvas, overlay, ball] = parts.map((part) => document.querySelector(`{VISIBLE} ${{part}}`));
  const times = canvas.width / overlay.viewBox.baseVal.width;
  const at = ['cx', 'cy'].map((name) => Math.round(times * Number(ball.getAttribute(name))));
  return canvas.getContext('2d').getImageData(...at, 1, 1).data[3];
}}"""


@pytest.mark.deep
def test_where_the_plane_has_no_logarithm_it_is_left_blank_and_its_share_is_told(page: Page) -> None:
    opened(page, "poisson", step="30")
    until(page, f"chainrule.get('state.step') === 30 && ({SETTLED})()")
    assert get(page, "frame.loss.train") < 0
    until(page, f"({UNDER})() === 255")
    note = page.locator(f"{PANEL} .surface-views > .plot-blank")
    assert note.inner_text() == ""
    logarithmic(page)
    until(page, f"({UNDER})() === 0")
    about = page.locator(f"{PANEL} .plot-about")
    about.filter(has_text="The ball and the star lie there: seen from above, but without a height in 3-D.").wait_for(
        state="attached"
    )
    told = re.search(
        r"A loss that is not above 0 has no logarithm: (\S+) % of the plane is not drawn\.", about.text_content() or ""
    )
    assert told
    assert note.inner_text() == f"no logarithm: {told[1]} % of the plane"
    addresses = weights_shown(page)
    plane = {"kind": "weights", "addresses": addresses}
    body = {
        "experiment": get(page, "experiment"),
        "state": get(page, "state"),
        "plane": plane,
        "size": 51,
        "path": [],
        "precision": "float32",
    }
    path = [{"step": 0, "params": request(page, "/api/start", {"experiment": get(page, "experiment")})["state"]["params"]}]
    losses = [v for row in request(page, "/api/surface", body | {"path": path})["loss"] for v in row]
    assert float(told[1]) == pytest.approx(100 * sum(v <= 0 for v in losses) / len(losses), abs=3), "of a like window"
    summary = page.locator(f"{PANEL} .plot-summary").text_content() or ""
    assert "from −0.5" in summary, "the lowest loss is still told"
    assert number(get(page, "state.params"), addresses[0]) == get(page, "surface.at.alpha")
    logarithmic(page)
    until(page, f"({UNDER})() === 255")
    assert note.inner_text() == ""


@pytest.mark.deep
def test_a_line_without_a_logarithm_is_told_where_it_would_be(page: Page) -> None:
    opened(page, "poisson", "Line", step="30")
    until(page, "chainrule.get('state.step') === 30 && chainrule.get('line.loss') < 0")
    logarithmic(page)
    note = page.locator(f"{PANEL} .plot-blank.all")
    note.filter(has_text="A loss that is not above 0 has no logarithm: none of the line is drawn.").wait_for()
    assert page.evaluate("document.querySelector('.line-box .plot-graph')._fullLayout.yaxis.range.every(Number.isFinite)")
    look(page, "Contour")
    logarithmic(page)


@pytest.mark.deep
def test_what_the_loss_curves_leave_out_is_told(page: Page) -> None:
    opened(page, "poisson", None, step="30")
    until(page, "chainrule.get('state.step') === 30")
    note = page.locator(".loss-box .plot-blank")
    assert note.text_content() == ""
    logarithmic(page, "[data-panel=loss]", "Log scale")
    curves = page.evaluate("chainrule.get('losses').flatMap(({ train, test }) => [train, test])")
    share = 100 * sum(v <= 0 for v in curves) / len(curves)
    assert share > 10
    note.filter(has_text=f"{share:.1f} % of the curves").wait_for()


@pytest.mark.deep
def test_a_race_begins_with_logarithms_only_where_there_are_some(page: Page) -> None:
    log = page.locator("[data-panel=race] .plot-toggle")
    for preset, pressed in (("poisson", "false"), ("xor", "true"), ("poisson", "false")):
        opened(page, preset, None)
        page.get_by_role("tab", name="Race").click()
        expect(log).to_have_attribute("aria-pressed", pressed)
    page.locator(".race-start[visibility=visible]").first.wait_for()
    page.get_by_label("Updates of each run").fill("60")
    page.get_by_role("button", name="Start the race").click()
    until(page, "chainrule.get('race.rows')?.length && chainrule.get('race.rows').every((row) => row.step === 60)")
    page.get_by_role("button", name="Start the race").wait_for()
    assert log.get_attribute("aria-pressed") == "false"
    log.click()
    page.locator(".race-stage .plot-blank:not(.all)").first.filter(has_text="% of the plane").wait_for()
    page.locator(".race-curves .plot-blank").filter(has_text="% of the curves").wait_for()
    about = page.locator("[data-panel=race] > .plot-about")
    about.filter(has_text=re.compile("of the plane is not drawn.*of the curves is not drawn")).wait_for()
