"""A page at rest does nothing: to draw again and again though nothing happens costs a laptop its battery, a class its frames."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Watch
from tests.browser.shared import deeply, still, until, visit

PLOTS = True

REST_MILLISECONDS = 1500
BEGIN = """() => {
  window.changed = [];
  window.changes = new MutationObserver((all) => window.changed.push(...all.map(({ target, type, attributeName }) =>
    `${type} ${attributeName ?? ''} of ${(target.parentElement ?? target).outerHTML.slice(0, 120)}`)));
  window.changes.observe(document.documentElement, { subtree: true, childList: true, attributes: true, characterData: true });
}"""
END = "() => { window.changes.disconnect(); return window.changed; }"
CHECKED = """(chainrule.get('checked.directions') ?? null) === null
  && chainrule.get('checked.before') === chainrule.get('trace.before')"""
NOW = "JSON.stringify([document.body.innerHTML.length, document.body.innerText])"


@pytest.mark.parametrize("place", [
    deeply("preset=spiral"),
    "preset=xor&step=3&substep=4&selection=0/W/1,0",
    deeply("preset=xor&lens=race"),
    deeply("preset=digits-cnn&step=2&lens=matrix"),
    deeply("preset=line&plane.view=line&lens=seam"),
    deeply("preset=iris&optimizer.kind=adam&step=5&lens=head"),
])  # fmt: skip
def test_a_page_at_rest_does_nothing(page: Page, watch: Watch, place: str) -> None:
    with watch.counted(page) as quiet:
        visit(page, place)
        page.evaluate("document.querySelector('[role=tabpanel]:not([hidden])')?.scrollIntoView()")  # panels sleep out of sight
        still(page, NOW)
        # Each of many weights is checked by itself three seconds after the page has come to rest: that is the last thing it does.
        until(page, CHECKED)
        quiet(1000)
    still(page, NOW)
    page.evaluate(BEGIN)
    page.wait_for_timeout(REST_MILLISECONDS)
    changed = page.evaluate(END)
    assert not changed, f"{len(changed)} changes of a page that nobody touches:\n" + "\n".join(changed[:20])
