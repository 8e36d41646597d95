"""Frames a second of the plots in a real Chromium: training with the contour and with the 3-D surface, and a race of eight.

    python -m bench.plots http://127.0.0.1:8000

The server must be running. Prints the median, the 95th percentile and the longest time between two frames, in ms.
"""

from __future__ import annotations

import os
import sys

from playwright.sync_api import Page, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
SECONDS = 6
GAPS = """(milliseconds) => new Promise((resolve) => {
  const gaps = [];
  const begin = performance.now();
  let last = begin;
  const tick = (now) => {
    gaps.push(now - last);
    last = now;
    if (now - begin < milliseconds) requestAnimationFrame(tick);
    else resolve(gaps.slice(1).sort((a, b) => a - b));
  };
  requestAnimationFrame(tick);
})"""


def report(page: Page, name: str) -> None:
    """Measure for SECONDS and print one line."""
    gaps = page.evaluate(GAPS, 1000 * SECONDS)
    median, late = gaps[len(gaps) // 2], gaps[int(0.95 * len(gaps))]
    print(f"{name:34} {len(gaps):4} frames   median {median:6.1f}   95 % {late:6.1f}   longest {gaps[-1]:6.1f} ms")


def training(page: Page, address: str, view: str) -> None:
    """The spiral at full speed, all panels live."""
    page.goto(f"{address}/#preset=spiral")
    page.locator("[data-panel=surface]").get_by_role("button", name=view, exact=True).click()
    page.locator(".surface-views .actor-ball").first.wait_for(state="attached")
    page.wait_for_timeout(3000)
    page.evaluate("chainrule.store.set('speed', 'max')")
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_timeout(1500)
    report(page, f"spiral at full speed, {view}")
    page.get_by_role("button", name="Pause", exact=True).click()


def race(page: Page, address: str) -> None:
    """Eight runs of the spiral network, side by side."""
    page.goto(f"{address}/#preset=spiral")
    page.get_by_role("tab", name="Race").click()
    page.locator(".race-stage .js-plotly-plot").nth(1).wait_for()
    page.get_by_role("button", name="Orders of the examples").click()
    page.get_by_label("Updates of each run").fill("2000")
    page.locator(".race-stage").scroll_into_view_if_needed()
    page.get_by_role("button", name="Start the race").click()
    page.wait_for_timeout(1000)
    report(page, "race of eight, spiral 2-8-8-1")


def main() -> None:
    """Measure all three."""
    address = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        for view in ("Contour", "3-D"):
            training(browser.new_page(viewport={"width": 1440, "height": 900}), address, view)
        race(browser.new_page(viewport={"width": 1440, "height": 900}), address)
        browser.close()


if __name__ == "__main__":
    main()
