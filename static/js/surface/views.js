/**
 * Which view of the surface is looked at: 3-D, from above, both, or a line. The store's `plane.view` says which; until one is chosen, it is
 * the one that the window has room for. Where there is no room for both, one of them is looked at, and both again where there is.
 *
 * @typedef {"3d"|"flat"|"both"|"line"} View
 */
import { html } from "../plot/host.js";

const SMALL = "(width <= 680px)";
const VIEWS = /** @type {[View, string][]} */ ([["3d", "3-D"], ["flat", "Contour"], ["both", "Both"], ["line", "Line"]]);
/** @type {View[]} */
const DEEP = ["3d", "both"];

/**
 * @param {HTMLElement} root  wears the view
 * @param {import("../base/types.js").Store} store
 * @param {boolean} webgl  can this browser draw in 3-D?
 */
export function viewer(root, store, webgl) {
  const element = html("div", { class: "plot-tabs", role: "group", "aria-label": "View of the surface" });
  for (const [value, label] of VIEWS) {
    const button = html("button", { type: "button", "data-view": value }, label);
    button.disabled = !webgl && DEEP.includes(value);
    if (button.disabled) button.title = "This browser cannot draw in 3-D (WebGL is missing).";
    button.addEventListener("click", () => store.set("plane.view", value));
    element.append(button);
  }

  const both = /** @type {HTMLElement} */ (element.querySelector("[data-view=both]"));

  /** @returns {View} */
  function wanted() {
    const told = store.get("plane.view") ?? (matchMedia(SMALL).matches ? "flat" : "3d");
    if (!webgl && DEEP.includes(told)) return "flat";
    // The style sheet knows how much room they need, and offers them only there.
    return told === "both" && getComputedStyle(both).display === "none" ? "3d" : told;
  }

  /** @param {...View} views @returns {boolean} is one of them looked at? */
  const shown = (...views) => views.some((view) => view === root.dataset.view);

  return {
    element,
    shown,
    /**
     * @param {[Element[], View[]][]} owned  what belongs to some views only
     * @param {() => void} changed
     */
    follow(owned, changed) {
      const look = () => {
        const view = wanted();
        if (view === root.dataset.view) return;
        root.dataset.view = view;
        for (const button of element.children) button.setAttribute("aria-pressed", String(button.getAttribute("data-view") === view));
        for (const [elements, views] of owned) for (const one of elements) /** @type {HTMLElement} */ (one).hidden = !shown(...views);
        changed();
      };
      store.subscribe("plane.view", look);
      new ResizeObserver(look).observe(root);
      look();
    },
  };
}
