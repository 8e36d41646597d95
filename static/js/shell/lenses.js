/**
 * The lenses below the first screen: a row of tabs. A panel is mounted when its tab is first opened.
 *
 * @typedef {import("../base/types.js").Store} Store
 */

/** @param {Store} store */
export function followLenses(store) {
  const list = /** @type {HTMLElement} */ (document.querySelector("#lenses [role='tablist']"));
  const tabs = /** @type {HTMLElement[]} */ ([...list.querySelectorAll("[role='tab']")]);
  const nameOf = (/** @type {HTMLElement} */ tab) => tab.id.replace("tab-", "");

  const refresh = () => {
    const chosen = tabs.find((tab) => nameOf(tab) === store.get("lens")) ?? tabs[0];
    for (const tab of tabs) {
      const on = tab === chosen;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      const panel = document.getElementById(`lens-${nameOf(tab)}`);
      if (panel) panel.hidden = !on;
    }
  };
  const choose = (/** @type {HTMLElement} */ tab) => {
    store.set("lens", nameOf(tab));
    tab.focus();
  };
  list.addEventListener("click", (event) => {
    const tab = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest("[role='tab']"));
    if (tab) choose(tab);
  });
  list.addEventListener("keydown", (event) => {
    const at = tabs.indexOf(/** @type {HTMLElement} */ (event.target));
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    choose(tabs[(to + tabs.length) % tabs.length]);
  });
  store.subscribe("lens", refresh);
  refresh();
  arrive(store);
}

/** What a reader does to go somewhere. */
const MOTIONS = ["wheel", "pointerdown", "touchstart", "keydown"];
/** It stays in view while the page is laid out, which goes on for a while when it has come there; it is not waited for for ever. */
const [LAYING_MILLISECONDS, PATIENCE_MILLISECONDS] = [1500, 20_000];

/**
 * A link that names a lens opens with it in view, at once and without motion, unless the reader has begun to move. A reload comes back
 * to where the page stood: that is the browser's to do.
 * @param {Store} store
 */
function arrive(store) {
  const [entry] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
  if (entry?.type !== "navigate" || !/[#&]lens=/.test(location.hash)) return;
  const [stage, root, tabs] = /** @type {HTMLElement[]} */ (["main.hero", "#lenses", "#lenses > .tabs"].map((part) => document.querySelector(part)));
  const over = new AbortController();
  const end = () => over.abort();
  let timer = 0;
  const laying = new ResizeObserver(() => {
    if (!store.get("lens")) return;
    tabs.scrollIntoView({ behavior: "instant" });
    const away = tabs.getBoundingClientRect().top - parseFloat(getComputedStyle(tabs).scrollMarginTop);
    if (Math.abs(away) < 2) timer ||= window.setTimeout(end, LAYING_MILLISECONDS);
  });
  over.signal.addEventListener("abort", () => laying.disconnect());
  for (const motion of MOTIONS) addEventListener(motion, end, { capture: true, passive: true, signal: over.signal });
  const off = store.subscribe("trace", () => {
    off();
    if (over.signal.aborted) return;
    for (const part of [stage, root]) laying.observe(part);
    window.setTimeout(end, PATIENCE_MILLISECONDS);
  });
}
