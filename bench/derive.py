"""From a click on a weight to its painted derivation, in a real Chromium: `python -m bench.derive [--url http://…] [preset …]`.

For each preset: CLICKS real clicks on weights of the drawn network, by a hand that comes to rest before it clicks, and the
milliseconds from each to the end of the first frame in which its own sum stands on the page; then to that in which its paths and
branches stand too.  Beside both, the processor time of the page's main thread, on which other processes have less of a say.
"""

from __future__ import annotations

import argparse
import statistics
import urllib.request
from contextlib import nullcontext
from itertools import cycle, islice

import orjson
from playwright.sync_api import CDPSession, Page, sync_playwright

from bench.frames import CHROMIUM, FLAGS, busy, opened, server

CLICKS = 10
RESTS = 250  # ms from the last move of a hand to its click: people take longer
LATEST = 20_000  # ms after which a click has come to nothing
MOST = 100.0  # what the project promises, in ms

# Places of the drawn network that name a weight to a hand that passes over it: evenly chosen from all that it finds, a different
# weight at each. A hand chooses nothing, so that however far it has to look, nothing is derived meanwhile.
WEIGHTS = """most => {
  const figure = document.querySelector(".stage-figure"), box = figure.getBoundingClientRect(), found = new Map();
  const hand = (kind, place) => figure.dispatchEvent(new PointerEvent(kind, {pointerType: "mouse", bubbles: true, ...place}));
  for (let y = 14; y < box.height; y += 13) for (let x = 30; x < box.width - 20; x += 11) {
    hand("pointermove", {clientX: box.left + x, clientY: box.top + y});
    const address = chainrule.get("pointed") ?? "";
    const [link, name] = address.split("/");
    const weight = Boolean(chainrule.get(`info.param_shapes.${link}.${name}`));
    if (weight && !found.has(address)) found.set(address, [box.left + x, box.top + y]);
  }
  hand("pointerleave");
  const places = [...found.values()], some = Math.min(most, places.length);
  return Array.from({length: some}, (_, n) => places[Math.floor((n * places.length) / some)]);
}"""
PAINTED = """() => {
  let told, done;
  const within = take => new Promise((resolve, reject) => {
    take(resolve);
    setTimeout(() => reject(new Error(`no derivation of ${chainrule.get("selection")} within LATEST ms`)), LATEST);
  });
  const [sum, all] = [within(resolve => { told = resolve; }), within(resolve => { done = resolve; })];
  const panel = document.querySelector("[data-panel=derivation]");
  let began = 0, first = false, whole = false;
  addEventListener("click", event => {
    began = event.timeStamp;
    requestAnimationFrame(() => look());  // what was derived already, as the weight that changes most, changes nothing
  }, {once: true, capture: true});
  const painted = then => requestAnimationFrame(() => setTimeout(() => then(performance.now() - began)));
  const look = () => {
    const wanted = chainrule.get("selection");
    if (!began || !wanted || panel.querySelector(".lens-sub")?.dataset.address !== wanted) return;
    if (!first) { first = true; painted(told); }
    // What comes last may tell of no path at all: a word that the example does not use is on none.
    if (whole || chainrule.get("derivation.address") !== wanted || chainrule.get("derivation.paths") === undefined) return;
    whole = true;
    changed.disconnect();
    painted(done);
  };
  const changed = new MutationObserver(look);
  changed.observe(panel, {subtree: true, childList: true});
  return {sum, all};
}""".replace("LATEST", f"{LATEST}")


def clicked(page: Page, session: CDPSession) -> list[tuple[float, float, float, float]]:
    """(milliseconds to its sum, of processor until then, milliseconds to its paths, of processor until then) of each click."""
    page.locator(".stage-figure[aria-busy=false]").wait_for(timeout=60_000)  # until the drawn network answers
    places: list[tuple[float, float]] = page.evaluate(WEIGHTS, CLICKS)
    if not places:
        raise RuntimeError("no weight was found on the drawn network")
    page.wait_for_timeout(1000)
    found = []
    for x, y in islice(cycle(places), CLICKS):
        page.evaluate("chainrule.store.set('selection', null)")
        page.mouse.move(x, y)
        page.wait_for_timeout(RESTS)
        page.evaluate(f"() => {{ window.painted = ({PAINTED})(); }}")
        before = busy(session)
        page.mouse.click(x, y)
        times = [(float(page.evaluate(f"painted.{part}")), busy(session) - before) for part in ("sum", "all")]
        found.append((*times[0], *times[1]))
        page.wait_for_timeout(300)
    return found


def main() -> int:
    """Measure and print; 1 if the promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("presets", nargs="*", help="all of them if none is named")
    parser.add_argument("--url", help="a server that runs already")
    options = parser.parse_args()
    kept = True
    with server() if not options.url else nullcontext(options.url) as url, sync_playwright() as playwright:
        with urllib.request.urlopen(f"{url}/api/presets") as answer:  # noqa: S310 (our own server)
            slugs = options.presets or [preset["slug"] for preset in orjson.loads(answer.read())]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, "--disable-3d-apis"])
        for slug in slugs:
            page, session = opened(browser, f"{url}/#preset={slug}", {"width": 1440, "height": 1700})
            sums, work, wholes, all_work = zip(*clicked(page, session), strict=True)
            middle = statistics.median(sums)
            kept = kept and middle <= MOST
            print(f"{slug:12} its sum {middle:6.1f} ms median {max(sums):7.1f} worst", end="")
            print(f" ({statistics.median(work):5.1f} ms of processor)   with paths and branches", end="")
            rest = f"{statistics.median(wholes):6.1f} ms median {max(wholes):7.1f} worst ({statistics.median(all_work):5.1f})"
            print(f" {rest}", flush=True)  # a preset at a time, also into a file
            page.close()
        browser.close()
    print(f"promised: {MOST:g} ms from click to derivation: {'kept' if kept else 'BROKEN'}")
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
