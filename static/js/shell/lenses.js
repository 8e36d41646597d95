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
}
