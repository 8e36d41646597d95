/**
 * A way that takes its time (a link far into a run, Back in a long one): how far it is, and a button that calls it off.
 *
 * @typedef {import("../base/types.js").Context} Context
 */
import { count } from "../base/format.js";

/** What is done sooner than this needs no words. */
const PATIENCE = 500;

/** @param {Context} context */
export function followProgress({ store, player }) {
  const root = /** @type {HTMLElement} */ (document.getElementById("progress"));
  const words = document.createElement("span");
  const bar = document.createElement("progress");
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Stop" });
  bar.setAttribute("aria-label", "Updates taken again");
  button.addEventListener("click", player.stop);
  root.append(words, button, bar);
  let timer = 0;
  store.subscribe("progress", (/** @type {{step: number, of: number}|null} */ progress) => {
    if (progress) {
      words.textContent = `The run is taken again: ${count(progress.step)} of ${count(progress.of)} updates`;
      Object.assign(bar, { max: progress.of, value: progress.step });
      timer ||= window.setTimeout(() => { root.hidden = false; }, PATIENCE);
      return;
    }
    clearTimeout(timer);
    timer = 0;
    root.hidden = true;
  });
}
