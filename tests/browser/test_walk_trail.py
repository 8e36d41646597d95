"""An address that leads into a run: the path on the loss surface is the way that the run took, not the chord to its end."""

import re

from playwright.sync_api import Page

PLOTS = True

STEPS = 20


def test_a_permalink_into_a_run_draws_every_state_on_the_way(page: Page) -> None:
    page.goto(f"/#preset=line&step={STEPS}")
    page.wait_for_function("(steps) => Boolean(window.chainrule?.get('state.step') === steps)", arg=STEPS)
    page.wait_for_function("() => document.querySelector('[data-panel=surface] .actor-path')?.getAttribute('d')")
    drawn = page.evaluate("document.querySelector('[data-panel=surface] .actor-path').getAttribute('d')")
    corners = len(re.findall(r"[ML]", drawn))
    assert corners >= STEPS + 1, drawn
