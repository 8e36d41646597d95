/**
 * A gradient by hand: the chosen weight is nudged, the server says what the same batch loses then, and the slope between the two stands
 * beside g. Only asked for when it is pressed.
 *
 * @typedef {import("../base/types.js").Context} Context
 * @typedef {import("./derivation-model.js").Derivation} Derivation
 * @typedef {{h: number, loss: number|null, difference: number|null, slope: number|null}} Nudge
 */
import { ApiError, stale } from "../base/api.js";
import { section } from "./derivation-sections.js";
import { h, number } from "../telling/parts.js";
import { fill } from "../base/numbers.js";
import { parseAddress } from "../base/view.js";

const SIZES = [0.1, 0.01, 0.001];

export class NudgeCard {
  /**
   * @param {Context} context
   * @param {import("./derivation-model.js").DerivationModel} model
   */
  constructor({ store, api }, model) {
    this.store = store;
    this.api = api;
    this.model = model;
    this.rows = h("tbody", {});
    this.problem = h("p", { class: "lens-problem", role: "status" });
    /** Which gradient this is about. */
    this.key = "";
    /** @type {Derivation|null} */
    this.doc = null;
    /** @type {HTMLElement|null} */
    this.table = null;
  }

  /** Of another gradient nothing is nudged yet; the same one told anew keeps what was tried. @param {Derivation} doc */
  card(doc) {
    const key = JSON.stringify([doc.address, doc.step, doc.gradient]);
    const tries = key === this.key ? this.store.get("nudge.tries") : [];
    Object.assign(this, { key, doc });
    this.problem.textContent = "";
    const name = doc.address.includes("/b/") ? "b" : "w";
    const buttons = SIZES.map((size) => h("button", { type: "button", onclick: () => this.nudge(size) }, `${name} + ${size}`));
    const titles = ["h", `L(${name} + h) − L`, "divided by h"];
    this.table = h("table", { class: "examples nudges", hidden: true }, h("thead", {}, h("tr", {}, titles.map((title) => h("th", { scope: "col" }, title)))), this.rows);
    this.told(tries);
    const intro = h("p", { class: "small" }, "The gradient is a slope: move this number alone by h, and the loss of the same batch moves by about g · h. Here L = ", number("trace.loss.value"), " and g = ", number("derivation.gradient"), ".");
    return section("Try it: nudge it a little", intro, h("p", { class: "nudge-buttons" }, buttons), this.table, this.problem);
  }

  /** The loss of the very step, had this number been larger by h. @param {number} size */
  async nudge(size) {
    const { doc, key } = this;
    const { experiment, state } = this.model.body;
    const { loss } = this.store.get("trace");
    try {
      const { trace } = await this.api.step(experiment, moved(state, /** @type {Derivation} */ (doc).address, size), null, { kind: "nudge" });
      if (key !== this.key) return;
      const after = trace.loss.value;
      const difference = after === null || loss.value === null ? null : after - loss.value;
      const slope = difference === null ? null : difference / size;
      this.told([...this.store.get("nudge.tries").filter((/** @type {Nudge} */ each) => each.h !== size), { h: size, loss: after, difference, slope }]);
    } catch (error) {
      if (stale(error)) return;
      if (!(error instanceof ApiError)) throw error;
      this.problem.textContent = error.message;
    }
  }

  /** @param {Nudge[]} tries */
  told(tries) {
    const sorted = [...tries].sort((a, b) => b.h - a.h);
    this.store.set("nudge", { tries: sorted });
    this.table?.toggleAttribute("hidden", tries.length === 0);
    this.rows.replaceChildren(...sorted.map((_, i) => h("tr", {}, ["h", "difference", "slope"].map((what) => h("td", { class: "num-cell" }, number(`nudge.tries.${i}.${what}`))))));
    for (const element of this.rows.querySelectorAll("[data-path]")) fill(element, this.store);
  }
}

/**
 * The state with one number moved; all others are the very same arrays.
 * @param {any} state
 * @param {string} address
 * @param {number} size
 */
function moved(state, address, size) {
  const at = parseAddress(address);
  if (!at) return state;
  const params = [...state.params];
  params[at.link] = { ...params[at.link], [at.what]: put(params[at.link][at.what], at.index, size) };
  return { ...state, params };
}

/** @param {any} numbers @param {number[]} index @param {number} size @returns {any} */
function put(numbers, [first, ...rest], size) {
  return numbers.map((/** @type {any} */ each, /** @type {number} */ i) => (i !== first ? each : rest.length ? put(each, rest, size) : each + size));
}
