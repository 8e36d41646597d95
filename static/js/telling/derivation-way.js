/**
 * The way from a number on the network to its derivation below: the lens comes to the front, into sight, and under the keys.
 *
 * @typedef {import("../base/types.js").Store} Store
 */
import { bringToFront } from "./front.js";

/**
 * @param {Store} store
 * @param {string|null} selection
 */
export function showDerivation(store, selection) {
  bringToFront(store, "derivation", { selection });
  // Below the screen the panel may not be there yet; its tab's place always is.
  const title = document.querySelector("[data-panel='derivation'] .lens-title") ?? document.getElementById("lens-derivation");
  /** @type {HTMLElement|null} */ (title)?.focus({ preventScroll: true });
}
