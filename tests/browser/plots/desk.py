"""One page for many tests of the plots: loading it anew for each would cost far more than what they check.

`opened` brings an experiment in as its user would, from its start, and puts the plots' own controls back to where they begin.
"""

from __future__ import annotations

import json
import time
from typing import Any

from playwright.sync_api import Page

from tests.browser.shared import SECONDS, until, visit

PIXEL = 1.0  # positions are drawn to a tenth of a pixel, and points are rounded
VISIBLE = ".surface-views > .plot:not([hidden])"

# The plane has been asked for through the weights that are shown, and finely.
SETTLED = """() => {
  const { step, gap } = chainrule.get('surface') ?? {};
  const bar = document.querySelector('.surface-progress');
  return gap != null && bar.hidden && step === chainrule.get('state.step');
}"""
# What the address says, once it is written.
WRITTEN = "(text) => decodeURIComponent(location.hash).includes(text)"
BALL = f"""() => {{
  const ball = document.querySelector('{VISIBLE} .actor-ball');
  return ball.getAttribute('visibility') === 'visible' ? ['cx', 'cy'].map((name) => Number(ball.getAttribute(name))) : null;
}}"""
PLACE = f"""(at) => {{
  const {{ xaxis, yaxis }} = document.querySelector('{VISIBLE} .plot-graph')._fullLayout;
  return [xaxis.d2p(at[0]), yaxis.d2p(at[1])];
}}"""
# What stands beside an axis of losses: each number, and how many pixels it stands from its own place.
TICKS = """(box) => {
  const graph = document.querySelector(`${box} .plot-graph`);
  const { yaxis } = graph._fullLayout;
  const raised = (digits) => [...digits].map((digit) => (digit === '⁻' ? '-' : '⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(digit))).join('');
  const power = /(^|·)10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)$/;
  const read = (text) => Number(text.replace('−', '-').replace(power, (all, dot, up) => `${dot ? '' : 1}e${raised(up)}`));
  return [...graph.querySelectorAll('.ytick text')].map((element) => {
    const [box, value] = [element.getBoundingClientRect(), read(element.textContent)];
    const top = graph.getBoundingClientRect().top + yaxis._offset + yaxis.d2p(value);
    return { text: element.textContent, value, off: Math.abs((box.top + box.bottom) / 2 - top) };
  });
}"""
PLACES = 8
# Right after every drawing of the ball: how far it is from the nearest place of the drawn surface that the run is at, between the
# weights before and after the told update. An observer is called before anything else can change the store or the scene.
WATCH = f"""async () => {{
  const placer = await (PLACER)();
  const graph = document.querySelector('{VISIBLE} .plot-graph');
  const ball = document.querySelector('{VISIBLE} .actor-ball');
  const addresses = [...document.querySelectorAll('.surface-planes select')].slice(1, 3).map((s) => s.value.split('/'));
  const at = (tree) => addresses.map(([link, name, index]) => index.split(',').reduce((array, i) => array[i], tree[link][name]));
  window.seen = [];
  window.watcher = new MutationObserver(() => {{
    if (ball.getAttribute('visibility') !== 'visible') return;
    const drawn = ['cx', 'cy'].map((name) => Number(ball.getAttribute(name)));
    if (window.seen.at(-1)?.drawn.join() === drawn.join()) return;
    const place = placer(graph);
    const [from, by, now] = ['trace.before', 'trace.updates', 'state.params'].map((path) => at(chainrule.get(path)));
    const way = Array.from({{ length: 401 }}, (_, i) => [from[0] + (i / 400) * by[0], from[1] + (i / 400) * by[1]]);
    const off = [now, ...way].map(place).map((p) => (p ? Math.hypot(p[0] - drawn[0], p[1] - drawn[1]) : Infinity));
    window.seen.push({{ off: Math.min(...off), drawn, step: chainrule.get('state.step') }});
  }});
  window.watcher.observe(ball, {{ attributes: true, attributeFilter: ['cx', 'cy'] }});
}}"""
# What tests change of the plots is put back.
BEGIN = """() => {
  const panels = document.querySelectorAll('[data-panel=surface], [data-panel=loss]');
  for (const panel of panels) {
    if (panel.matches('.enlarged')) panel.querySelector('.plot-larger').click();
    for (const on of panel.querySelectorAll('.plot-toggle[aria-pressed=true]')) on.click();
  }
}"""


def watch(placer: str) -> str:
    """The script that notes every place of the ball; `placer` says, at any moment, where a point of the plane is drawn."""
    return WATCH.replace("PLACER", placer)


def played(page: Page, speed: float | str, motion: str) -> None:
    """Play, until the ball has been seen at several places of several updates."""
    page.evaluate("([speed, motion]) => chainrule.store.patch({ speed, motion })", [speed, motion])
    page.get_by_role("button", name="Play", exact=True).click()
    until(page, f"window.seen.length >= {PLACES} && window.seen.at(-1).step > 1")
    page.get_by_role("button", name="Pause", exact=True).click()
    page.evaluate("window.watcher.disconnect()")  # the next run may be of another network


def comes_to(page: Page, expression: str, expected: Any, arg: Any = None) -> None:
    """Wait until the page says what is expected (an approx); what it said last is in the failure."""
    deadline = time.monotonic() + SECONDS
    while (found := page.evaluate(expression, arg)) != expected:
        assert time.monotonic() < deadline, f"the page says {found}, expected {expected}"
        page.wait_for_timeout(25)


def opened(page: Page, preset: str = "xor", view: str | None = "Contour", **fields: str) -> None:
    """The start of the preset's run; its surface in a view, or as it is with None. Fields are written to the address."""
    visit(page, f"preset={preset}" + "".join(f"&{name.replace('__', '.')}={value}" for name, value in fields.items()))
    until(page, "document.querySelectorAll('.loss-box .js-line').length > 0")
    page.evaluate(BEGIN)
    if view:
        look(page, view)


def ticks_are_read(page: Page, box: str) -> None:
    """What stands beside an axis of losses is the whole number, where it belongs, and there is more than one."""
    ticks = page.evaluate(TICKS, box)
    assert len(ticks) >= 2
    assert all(tick["off"] < 3.0 for tick in ticks), ticks


def look(page: Page, view: str) -> None:
    """The surface in one of its views."""
    page.locator("[data-panel=surface]").get_by_role("button", name=view, exact=True).click()
    until(page, "chainrule.get('surface') != null")


def get(page: Page, path: str) -> Any:
    """A value of the store."""
    return page.evaluate("(path) => chainrule.get(path)", path)


def stepped(page: Page, count: int) -> None:
    """So many updates."""
    for _ in range(count):
        step = get(page, "state.step")
        page.get_by_role("button", name="Step", exact=True).click()
        until(page, "(step) => chainrule.get('state.step') === step + 1", step)


def plane(page: Page, kind: str) -> None:
    """Another plane."""
    page.locator(".surface-planes").get_by_label("Plane").select_option(kind)


def request(page: Page, path: str, body: dict[str, Any]) -> Any:
    """The server's own answer."""
    answer = page.request.post(path, data=json.dumps(body), headers={"Content-Type": "application/json"})
    assert answer.ok, answer.text()
    return answer.json()


def weights_shown(page: Page) -> list[str]:
    """The addresses on the axes."""
    found: list[str] = page.locator(".surface-planes select").evaluate_all("(all) => all.slice(1, 3).map((s) => s.value)")
    return found


def number(params: Any, address: str) -> float:
    """One weight."""
    link, name, index = address.split("/")
    found = params[int(link)][name]
    for i in index.split(","):
        found = found[int(i)]
    return float(found)


def put(params: Any, address: str, value: float) -> None:
    """Set one weight."""
    link, name, index = address.split("/")
    *head, last = [int(i) for i in index.split(",")]
    array = params[int(link)][name]
    for i in head:
        array = array[i]
    array[last] = value
