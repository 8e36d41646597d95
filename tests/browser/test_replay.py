"""An address that leads into a run that diverges on the way: the run ends where it did, and the page says so."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.shared import deeply, visit

TRAIN = """async ([experiment, steps]) => {
  const told = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ experiment, steps }) };
  return (await fetch('/api/train', told)).text();
}"""


@pytest.mark.parametrize(("rate", "step"), [deeply(2.5, 12), deeply(2.5, 500), (1000, 5000)])
def test_a_replay_ends_where_the_run_diverges(page: Page, rate: float, step: int) -> None:
    """A step that lies shortly or far behind the end: what is replayed last is told step by step, all else is not."""
    visit(page, f"preset=line&optimizer.learning_rate={rate}&step={step}")
    experiment = page.evaluate("() => chainrule.get('experiment')")
    frames: list[dict[str, Any]] = [json.loads(line) for line in page.evaluate(TRAIN, [experiment, step]).splitlines()]
    end = frames[-1]
    assert end["diverged"]
    assert 0 < end["step"] < step
    found = page.evaluate("() => ({ state: chainrule.get('state'), frame: chainrule.get('frame') })")
    assert found["state"] == end["state"]
    assert found["frame"]["loss"] == end["loss"]
    alert = page.locator("#callouts").get_by_role("alert")
    expect(alert).to_contain_text(f"The run diverged at step {end['step']}")
    page.get_by_role("button", name="Back", exact=True).first.click()
    expect(alert).to_have_count(0)
    assert page.evaluate("() => chainrule.get('state.step')") == end["step"] - 1
