/**
 * The three questions that people come with, each a click away from where the page answers it with the step's own numbers.
 *
 * @typedef {import("../base/types.js").Store} Store
 */
import { showDerivation } from "../telling/derivation-way.js";
import { bringToFront } from "../telling/front.js";
import { focus } from "../telling/focus.js";
import { address } from "../base/view.js";

/** @param {Store} store */
export function followQuestions(store) {
  document.addEventListener("click", (event) => {
    const asked = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest?.("[data-question]"));
    if (!asked || !store.get("trace")) return;
    /** @type {HTMLDialogElement|null} */ (document.getElementById("help"))?.close();
    if (asked.dataset.question === "derivation") showDerivation(store, store.get("selection") ?? mover(store));
    else open(store, asked.dataset.question ?? "");
  });
}

/** The weight that the story tells of; null of a network without weights. @param {Store} store */
function mover(store) {
  const { layer, name, index } = focus(store).chosen;
  return index === "" ? null : address(layer, name, index);
}

/**
 * @param {Store} store
 * @param {string} lens
 */
function open(store, lens) {
  bringToFront(store, lens);
  document.getElementById(`tab-${lens}`)?.focus({ preventScroll: true });
}
