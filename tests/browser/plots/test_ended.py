"""When playing stops, by itself or by the user, the plots show the state it stopped at."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Page

from tests.browser.plots.desk import comes_to, get, opened, plane, request, stepped
from tests.browser.shared import until

SURFACE = "[data-panel=surface]"
LAST = "() => [chainrule.get('surface.step'), chainrule.get('surface.plane_loss')]"
# The middle of the map of answers, as it is painted.
PAINTED = """() => {
  const canvas = document.querySelector('.boundary-box canvas');
  return [...canvas.getContext('2d').getImageData(canvas.width >> 1, canvas.height >> 1, 1, 1).data];
}"""
CORNERS = """() => {
  const canvas = document.querySelector('.boundary-box canvas');
  const at = (x, y) => [...canvas.getContext('2d').getImageData(x, y, 1, 1).data].join();
  return new Set([at(4, 4), at(canvas.width - 4, 4), at(4, canvas.height - 4), at(canvas.width - 4, canvas.height - 4)]).size;
}"""


@pytest.mark.deep
def test_both_panels_land_on_the_state_at_which_the_run_diverged(page: Page) -> None:
    opened(page, "xor", optimizer__learning_rate="1000")
    page.evaluate("chainrule.store.patch({ speed: 'max' })")
    page.get_by_role("button", name="Play", exact=True).click()
    until(page, "chainrule.get('frame.diverged') && !chainrule.get('playing')")
    step, loss = get(page, "state.step"), get(page, "frame.loss.train")
    assert loss > 100
    comes_to(page, LAST, [step, pytest.approx(loss, rel=1e-9)])
    assert get(page, "surface.true_loss") == loss
    # All answers of these weights are the same class with certainty: one colour, and no boundary.
    body = {"experiment": get(page, "experiment"), "state": {"step": step, "params": get(page, "state.params")}, "grid": 21}
    outputs = np.array(request(page, "/api/predict", body)["outputs"][0])
    assert outputs.min() > 0.999 or outputs.max() < 0.001
    comes_to(page, CORNERS, 1)
    comes_to(page, "() => document.querySelector('.boundary-level').getAttribute('d')", "")


@pytest.mark.deep
def test_weights_that_are_no_numbers_are_said_to_be_so(page: Page) -> None:
    opened(page)
    stepped(page, 1)
    until(page, f"({PAINTED})()[3] > 0")
    state, frame = get(page, "state"), get(page, "frame")
    state["params"][0]["W"][0][0] = None  # as the server sends what is not finite
    frame |= {"diverged": True, "loss": {"train": None, "test": None}}
    page.evaluate("(patch) => chainrule.store.patch(patch)", {"state": state, "frame": frame})
    page.locator(f"{SURFACE} .plot-note").filter(has_text="no longer finite").wait_for()
    comes_to(page, "() => document.querySelector('[data-path=\"surface.plane_loss\"]').textContent", "—")
    comes_to(page, f"() => ({PAINTED})()[3]", 0)
    page.locator("[data-panel=boundary] .plot-summary").filter(has_text="no longer finite").wait_for()


@pytest.mark.deep
def test_a_chosen_plane_is_described_with_its_own_numbers_only(page: Page) -> None:
    opened(page)
    stepped(page, 1)
    summary = page.locator(f"{SURFACE} .plot-summary")
    summary.filter(has_text="The loss over w⁽").wait_for()
    page.evaluate(
        f"""() => {{
          const line = document.querySelector('{SURFACE} .plot-summary');
          window.said = [];
          const chosen = document.querySelector('.surface-planes select');
          const heard = () => {{
            if (chosen.value === 'random') window.said.push([line.textContent, chainrule.get('surface') !== null]);
          }};
          new MutationObserver(heard).observe(line, {{ childList: true }});
        }}"""
    )
    plane(page, "random")
    summary.filter(has_text="α and β").wait_for()
    said = page.evaluate("window.said")
    assert said[0][0] == "The loss over the chosen plane is being computed."
    assert all("α and β" in text for text, known in said if known)


@pytest.mark.deep
def test_the_words_of_the_gap_follow_the_plane(page: Page) -> None:
    opened(page)
    stepped(page, 2)
    about = page.locator(f"{SURFACE} .plot-about")
    about.filter(has_text="goes through the present weights").wait_for()
    page.locator(SURFACE).get_by_role("button", name="Pin").click()
    stepped(page, 2)
    about.filter(has_text="is pinned, and the run has left it").wait_for()
