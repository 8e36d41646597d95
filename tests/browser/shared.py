"""One page for the tests of a file: to load it anew for each costs more than most of them check.

`visit` brings an experiment in as a link within the page does, from its start; `tidy` puts back what a test may have changed of
the page itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Error, Page

SECONDS = 40.0
Get = Callable[[str], Any]


def deeply(*values: Any) -> Any:
    """A case for `make check-deep` alone."""
    return pytest.param(*values, marks=pytest.mark.deep)


# An address that the page has written itself is none that it follows. `example=0` never stands in those: where it still does, the
# page is on its way, to a later step for instance.
UNWRITTEN = "example=0"
OPENED = f"""window.chainrule?.get('trace') && chainrule.get('timeline.0') !== window.earlier && !chainrule.get('pending')
  && !!document.querySelector('.stage-figure[aria-busy=false] .stage-layer text')
  && (!/[#&]{UNWRITTEN}(&|$)/.test(location.hash) || chainrule.get('question'))"""
VISIT = """(place) => {
  window.earlier = chainrule.get('timeline.0');
  history.replaceState(null, '', '#');
  location.hash = place;
}"""
TIDY = """() => {
  const { store } = chainrule;
  if (store.get('playing')) document.querySelector('[data-action=play]').click();
  store.patch({ motion: 'reduced', theme: 'auto', transition: null, selection: null, highlight: null, error: null });
  localStorage.clear();
  document.activeElement?.blur();
  for (const open of document.querySelectorAll('details[open]')) open.open = false;
  window.scrollTo(0, 0);
}"""


# Where the elements of these selectors begin and end, from top to bottom.
PLACES = """(rules) => rules.map((rule) => {
  const { top, bottom } = document.querySelector(rule).getBoundingClientRect();
  return { top, bottom };
})"""
# Asked within the page: to ask from here costs two processes more, some thirty times a second.
ASKED = """async ([arg, deadline]) => {
  const holds = () => {
    const said = (CONDITION);
    return typeof said === 'function' ? said(arg) : said;
  };
  while (!(await holds())) {
    if (performance.timeOrigin + performance.now() > deadline) return false;
    await new Promise((done) => setTimeout(done, 25));
  }
  return true;
}"""


def until(page: Page, condition: str, arg: Any = None, seconds: float = SECONDS) -> None:
    """Wait until an expression or a function in JavaScript says so: the page's policy forbids what `wait_for_function` needs."""
    deadline = time.time() + seconds
    met = None
    while met is None:
        try:
            met = page.evaluate(ASKED.replace("CONDITION", condition), [arg, 1000.0 * deadline])
        except Error as error:  # the page was left for another meanwhile, which is asked in its stead
            if "context was destroyed" not in error.message:
                raise
            assert time.time() < deadline, f"not within {seconds} s, for {arg}: {condition}"
    assert met, f"not within {seconds} s, for {arg}: {condition}"


def painted(page: Page) -> None:
    """Wait for two frames: the network has drawn all that was changed before, however slow the machine is."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def still(page: Page, expression: str, seconds: float = SECONDS) -> Any:
    """What the page says to an expression, once it has said the same at three looks a fifth of a second apart."""
    deadline = time.monotonic() + seconds
    said = [page.evaluate(expression)]
    while len(said) < 3 or not said[-3] == said[-2] == said[-1]:
        assert time.monotonic() < deadline, f"not still within {seconds} s: {expression}"
        page.wait_for_timeout(200)
        painted(page)
        said.append(page.evaluate(expression))
    return said[-1]


_heard: list[tuple[Page, str, Callable[..., Any]]] = []


def listen(page: Page, event: str, heard: Callable[..., Any]) -> None:
    """Hear of each `request`, `response` … of the page until the test is over."""
    page.on(event, heard)  # type: ignore[call-overload]
    _heard.append((page, event, heard))


def visit(page: Page, place: str) -> None:
    """The page at an address, e.g. `preset=xor&lens=matrix`, its network drawn and its step reached, or asked about."""
    place = place if "example=" in place else f"{place}&{UNWRITTEN}"
    if page.evaluate("!window.chainrule?.get('trace')"):
        page.goto(f"/#{place}")
    else:
        page.evaluate(VISIT, place)
    until(page, OPENED)


def prefer(page: Page, motion: bool) -> None:
    """Motion, or its end at once, as the system is set; and what was chosen on the page is as the system says."""
    page.emulate_media(color_scheme="null", reduced_motion="no-preference" if motion else "reduce")
    if page.evaluate("!!window.chainrule"):
        page.evaluate("(motion) => chainrule.store.patch({ motion })", "full" if motion else "reduced")


def tidy(page: Page) -> None:
    """Nothing that a test did to the page meets the next one."""
    while _heard:
        listened, event, heard = _heard.pop()
        listened.remove_listener(event, heard)
    page.unroute_all(behavior="ignoreErrors")
    page.emulate_media(color_scheme="null", reduced_motion="reduce")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.mouse.move(0, 0)
    if page.evaluate("!!window.chainrule"):
        page.evaluate(TIDY)
