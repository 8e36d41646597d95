/**
 * One hidden δ, told in two wordings: as an error signal that is handed back, and as derivatives of the next layer. A switch turns the
 * one into the other; the numbers stay.
 *
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {{link: number, name: string, signal: import("../telling/formula.js").Line[], derivative: import("../telling/formula.js").Line[]}} Wording
 */
import { focus } from "../telling/focus.js";
import { Equation } from "../telling/formula.js";
import { h } from "../telling/parts.js";
import { row, whose } from "../base/view.js";

const WAYS = /** @type {const} */ ([
  ["signal", "An error signal is handed back", "Each unit of the next layer sends its δ back through its weight. What arrives, e, is called the error signal of the hidden unit; times the slope it is the unit’s δ."],
  ["derivative", "Derivatives of the next layer", "The derivatives by the next layer’s z are known already. The chain rule carries them to this unit’s a, and on to its z."],
]); // prettier-ignore

export class Wordings {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    this.way = "signal";
    this.buttons = WAYS.map(([way, title]) => h("button", { type: "button", "data-way": way, onclick: () => this.turn(way) }, title));
    this.words = h("p", { class: "small" });
    this.lines = h("div", { class: "wording-lines" });
    this.element = h("section", { class: "lens-card wordings" }, h("h3", {}, "The hidden δ, in two wordings"),
      h("span", { class: "segments", role: "group", "aria-label": "Wording" }, this.buttons), this.words, this.lines,
      h("p", { class: "small" }, "There is one backpropagation, not two: where people say «the error is propagated», put «the gradient of» in front.")); // prettier-ignore
    /** @type {Equation[]} */
    this.equations = [];
    this.built = "";
  }

  /** @param {string} way */
  turn(way) {
    this.way = way;
    this.draw();
  }

  draw() {
    const story = this.store.get("story");
    const found = /** @type {Wording|undefined} */ (story?.wordings?.at(-1));
    this.element.hidden = !found;
    if (!found) return;
    const key = `${found.link}:${this.way}:${JSON.stringify(this.store.get("info.shapes"))}:${this.store.get("experiment.layers")[found.link].kind}`;
    if (key !== this.built) this.build(found, key);
    this.fill(found);
  }

  /**
   * @param {Wording} found
   * @param {string} key
   */
  build(found, key) {
    this.built = key;
    for (const button of this.buttons) button.setAttribute("aria-pressed", String(button.dataset.way === this.way));
    const lines = this.way === "signal" ? found.signal : found.derivative;
    this.equations = lines.map((line, n) => new Equation(line, `wordings.${n}`));
    this.lines.replaceChildren(...this.equations.map((equation) => equation.element));
  }

  /** @param {Wording} found */
  fill(found) {
    const { store } = this;
    const r = row(store) ?? 0;
    const unit = focus(store).units[found.link];
    const choice = { row: r, j: unit };
    // In a room of their own: the story's are others with every page of it.
    const wordings = this.equations.map((equation) => equation.choose(store, choice));
    store.set("derived", { ...(store.get("derived") ?? {}), wordings });
    for (const equation of this.equations) equation.slots.fill(store);
    const told = WAYS.find(([way]) => way === this.way);
    this.words.textContent = `${told?.[2] ?? ""} (${found.name}, unit ${Number(unit) + 1}; ${row(store) === null ? `row 1 of the batch` : whose(store).text}.)`;
  }
}
