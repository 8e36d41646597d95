/**
 * Brings a lens to the front and into sight, its tab just below the head of the page.
 *
 * @typedef {import("../base/types.js").Store} Store
 */

/**
 * @param {Store} store
 * @param {string} lens
 * @param {Record<string, any>} [changes]  what else changes with it
 */
export function bringToFront(store, lens, changes = {}) {
  store.patch({ ...changes, lens });
  document.querySelector("#lenses > .tabs")?.scrollIntoView({ behavior: store.get("motion") === "reduced" ? "auto" : "smooth" });
}
