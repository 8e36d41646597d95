/**
 * How to read what stands on the stage now: signs and squares always, and what the sub-step adds to them.
 *
 * @typedef {import("./view.js").View} View
 */
import { labelPlaces } from "./label-places.js";

const LINE = (/** @type {string} */ kind) => `<svg width="26" height="8" aria-hidden="true"><path class="is-${kind}" d="M0 4H26"/></svg>`;
const ALWAYS = [
  `${LINE("positive")} positive`,
  `${LINE("negative")} negative`,
  '<svg width="10" height="10" aria-hidden="true"><path class="is-square" d="M1 1h8v8h-8z"/></svg> bias',
];
const ARROW = '<svg width="14" height="10" aria-hidden="true"><path class="is-arrow" d="M0 5L10 0L7 5L10 10Z"/></svg>';
const TICK = '<svg width="11" height="9" aria-hidden="true"><path class="is-tick" d="M0 9L5.5 0L11 9Z"/></svg>';

/** What each phase adds. @type {Record<string, string[]>} */
const OF_PHASE = {
  backward: [`${ARROW} gradient going back`, "◂ its largest by link", "<i>italic</i>: gradient"],
  gradient: ["bands, <i>italic</i>: gradients, on an edge its weight's"],
  update: [`${TICK} Δw`, "weights: after the update, rest: before"],
};

export class Legend {
  /** @param {HTMLElement} list */
  constructor(list) {
    this.list = list;
    this.key = "";
  }

  /** @param {View} view */
  paint(view) {
    const phase = view.streaming ? "backward" : view.substep?.phase ?? "";
    const [labelled, all] = [labelPlaces(view.scene).size, view.scene.links.reduce((sum, link) => sum + link.edges.length, 0)];
    const some = labelled > 0 && labelled < all && !view.streaming ? [`${labelled} of ${all} weights have room for a number`] : [];
    const parts = [...ALWAYS, ...(view.streaming ? [`${ARROW} gradient going back`] : OF_PHASE[phase] ?? []), ...some];
    const key = parts.join("");
    if (key === this.key) return;
    this.key = key;
    // Our own words and drawings, no one else's.
    this.list.innerHTML = parts.map((part) => `<li>${part}</li>`).join("");
  }
}
