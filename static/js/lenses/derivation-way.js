/**
 * The way from a number on the network to its derivation below: the lens comes to the front, into sight, and under the keys.
 *
 * @typedef {import("../base/types.js").Store} Store
 */

/**
 * @param {Store} store
 * @param {string|null} selection
 */
export function showDerivation(store, selection) {
  store.patch({ selection, lens: "derivation" });
  document.getElementById("lenses")?.scrollIntoView({ behavior: store.get("motion") === "reduced" ? "auto" : "smooth" });
  // Below the screen the panel may not be there yet; its tab's place always is.
  const title = document.querySelector("[data-panel='derivation'] .lens-title") ?? document.getElementById("lens-derivation");
  /** @type {HTMLElement|null} */ (title)?.focus({ preventScroll: true });
}
