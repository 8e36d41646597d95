/**
 * The fifth way to a gradient: one weight's derivative as a formula, by the rules of differentiation; what it costs, how it grows, and so
 * why nobody trains with it.
 *
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {import("../base/types.js").Context} Context
 */
import { formula, h, number } from "../telling/parts.js";
import { chosen } from "./seam-log.js";
import { counts, drawn } from "./seam-plot.js";
import { costs } from "./seam-table.js";
import { spoken } from "./spoken.js";
import { symbol } from "../base/symbol.js";
import { stale } from "../base/api.js";
import { row, stateBefore } from "../base/view.js";

const TITLE = "Symbolic: one weight’s derivative as a formula";

export class Symbolic {
  /** @param {Context} context */
  constructor({ store, api }) {
    this.store = store;
    this.api = api;
    this.element = h("section", { class: "lens-card seam-symbolic", tabindex: -1 });
    this.element.hidden = true;
    /** Its row in the table of methods, where no formulas of all weights were made. */
    this.row = h("tr", { class: "symbolic-row" });
    /** @type {unknown[]} */
    this.asked = [];
  }

  /** The formula of the weight that is told of, unless it stands there. */
  async refresh() {
    const { store } = this;
    const address = chosen(store);
    const asked = [address, row(store), store.get("trace.before"), store.get("experiment.loss"), store.get("experiment.penalty")];
    if (!address || asked.every((part, i) => part === this.asked[i])) return;
    this.asked = asked;
    const body = { experiment: store.get("experiment"), state: stateBefore(store), methods: ["symbolic"], address, example: row(store) ?? 0 };
    try {
      const { symbolic } = await this.api.compare(/** @type {any} */ (body), { kind: "symbolic" });
      store.set("symbolic", { ...symbolic, before: asked[2] });
      this.render();
    } catch (error) {
      if (stale(error)) return;
      this.asked = [];
      throw error;
    }
  }

  render() {
    const { store } = this;
    const found = store.get("symbolic");
    const grown = store.get("comparison.scaling.symbolic");
    this.element.hidden = !found;
    this.row.hidden = !found || Boolean(found.message);
    if (!found) return;
    if (!found.message) this.row.replaceChildren(...alone(store, found));
    const own = found.message ? [h("p", {}, "This network is too large for a formula: ", spoken(store, found.message), ".")] : written(store, found);
    this.element.replaceChildren(h("h3", {}, TITLE), ...own, ...(grown ? growth(grown, store.get("comparison.methods").findIndex((/** @type {any} */ each) => each.kind === "backprop")) : []));
  }
}

/**
 * @param {Store} store
 * @param {any} found
 */
function written(store, found) {
  const { parts, left_out: rest, mathml } = found.formula;
  const lines = parts.map((/** @type {any} */ part, /** @type {number} */ i) => line(part.mathml, `symbolic.formula.parts.${i}.value`));
  if (rest) lines.push(h("p", { class: "small" }, `and ${rest} more lines like these`));
  const index = store.get(`trace.batch.indices.${found.example}`);
  return [
    h("p", { class: "small" }, "The links’ rules run on symbols, and the rules of differentiation turn the loss of ", `example ${index}`, " into its derivative by ", formula(symbol(store, found.address)), ". What is used more than once has a name, u. Choose another weight on the network to see its formula."),
    h("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": "The formula" }, line(mathml, "symbolic.value")),
    lines.length ? h("div", { class: "scroller symbolic-lines", tabindex: 0, role: "region", "aria-label": "What its names stand for" }, lines) : null,
    found.gradient === null ? null : h("p", {}, `The mean over the batch${store.get("experiment.penalty.kind") === "none" ? "" : ", with the penalty’s part"}: ∂L/∂w = `, number("symbolic.gradient"), ", the number that backpropagation gives."),
    h("p", {}, "Cost, for this one weight and one example: ", number("symbolic.evaluations", { "data-format": "count" }), " run of the network, on symbols; the formula has ",
      number("symbolic.operations", { "data-format": "count" }), " operations, ", number("symbolic.multiplications", { "data-format": "count" }), " of them multiplications. Written out without names it has ",
      number("symbolic.written_out", { "data-format": "count" }), " operations."),
  ].filter((part) => part !== null); // prettier-ignore
}

/**
 * A line of the formula, and what it comes to.
 * @param {string} mathml
 * @param {string} path
 */
function line(mathml, path) {
  return h("div", { class: "symbolic-line" }, formula(mathml), h("span", { class: "symbolic-value" }, "= ", number(path)));
}

/**
 * What one weight's formula costs, as a row beside the methods that give all of them.
 * @param {Store} store
 * @param {any} found
 */
function alone(store, found) {
  const counted = (/** @type {string} */ name) => [number(`symbolic.${name}`, { "data-format": "count" })];
  return [h("th", { scope: "row" }, "Symbolic, ", formula(symbol(store, found.address)), " alone"), ...costs([counted("evaluations"), [], [...counted("multiplications"), ", for one example"], [], []])];
}

/**
 * Why nobody trains with it: multiplications against multiplications, of the same networks and one example.
 * @param {{depths: number[], multiplications: number[], products_written_out: number[], sweep: number[]}} grown
 * @param {number} method  the place of backpropagation among the methods that are compared
 */
function growth({ depths, multiplications, products_written_out: tree, sweep }, method) {
  const last = depths.length - 1;
  const lines = [
    { name: "written out", values: tree, end: "written out" },
    { name: "parts named", values: multiplications, end: "parts shared" },
    { name: "backpropagation", values: sweep, end: "backpropagation" },
  ];
  const label = `Multiplications against hidden layers, from ${depths[0]} to ${depths[last]}: one weight’s formula written out grows exponentially, from ${tree[0]} to ${tree[last]}; backpropagation of all weights grows evenly, from ${sweep[0]} to ${sweep[last]}. Each for one example.`;
  const rows = [["one weight, written out", "products_written_out"], ["one weight, parts shared", "multiplications"], ["backpropagation, all weights", "sweep"]].map(([name, key]) => ({ name, path: `comparison.scaling.symbolic.${key}` })); // prettier-ignore
  return [
    h("p", {}, h("b", {}, "No choice for training: "), "written out, one weight’s formula grows exponentially with depth. Counted here are multiplications, for one example, of this network made deeper: with ", number(`comparison.scaling.symbolic.depths.${last}`, { "data-format": "count" }), " hidden layers like its last, the formula of a single weight has ",
      number(`comparison.scaling.symbolic.products_written_out.${last}`, { "data-format": "count" }), ". Backpropagation, which computes shared parts only once, has ", number(`comparison.scaling.symbolic.sweep.${last}`, { "data-format": "count" }), " there, for all weights in one sweep.", ...above(method)), // prettier-ignore
    drawn({ sizes: depths, logarithmic: false, lines, titles: ["hidden layers", "multiplications"], label }),
    counts("hidden layers", "comparison.scaling.symbolic.depths", depths.length, rows),
  ];
}

/** The same in the table of methods is of another network and of more examples. @param {number} method */
function above(method) {
  if (method < 0) return [];
  return [" The ", number(`comparison.methods.${method}.multiplications`, { "data-format": "count" }), " in the table above are those of this network as it is, for the batch of ", number("comparison.examples", { "data-format": "count" }), "."];
}
