/**
 * The comparison of the methods as words and tables.
 *
 * @typedef {import("../base/types.js").Store} Store
 */
import { words } from "../base/format.js";
import { section } from "./derivation-sections.js";
import { formula, h, number } from "../telling/parts.js";
import { worstOf } from "./seam-kept.js";
import { spoken } from "./spoken.js";
import { symbol } from "../base/symbol.js";

const MOST_ROWS = 200;
/** What is told of a method; on a phone each stands beside its number. */
const COSTS = ["forward sweeps", "backward", "multiplications", "time", "farthest from backpropagation"];
const TITLES = /** @type {Record<string, string>} */ ({ backprop: "Backpropagation", numerical: "Central differences", symbolic: "Symbolic" });

/** @param {string} kind */
export const titleOf = (kind) => TITLES[kind] ?? words(kind).replace(/^./, (letter) => letter.toUpperCase());

/**
 * «All 105 gradients checked, worst disagreement 3e-11».
 * @param {any} found
 * @param {Store} store
 * @returns {(Node|string)[]}
 */
export function verdict(found, store) {
  const count = number("comparison.count", { "data-format": "count" });
  const step = [" in step ", number("comparison.told", { "data-format": "count" })];
  if (!found.worst && !found.along) return ["This network has no parameters: there is no gradient to check."];
  const by = ` gradients checked by ${found.methods.length} methods`;
  if (found.worst) return [found.smooth.agree && !found.kinks.length ? "All " : "", count, found.smooth.agree ? `${by}, worst disagreement ` : `${by}: they differ, by up to `, number("comparison.smooth.difference"), h("span", { class: "small" }, " at ", formula(symbol(store, found.smooth.address)), ...step), ...kinks(found)];
  const then = found.thorough ? "One by one they would take too long here: see below." : "One by one they are being checked …";
  return ["The gradient of ", count, " weights checked along ", number("comparison.along.directions.length", { "data-format": "count" }), " random directions", found.along.agree ? ", worst disagreement " : ": methods differ, by up to ", number("comparison.along.difference"), h("span", { class: "small" }, ...step, ". ", then, found.problem ? ` (${found.problem})` : "")];
}

/**
 * Central differences near a kink: their error is not the gradient's.
 * @param {any} found
 * @returns {(Node|string)[]}
 */
function kinks(found) {
  if (!found.kinks.length) return [];
  const listed = found.kinks.length === 1 ? "1 weight is" : [number("comparison.kinks.length", { "data-format": "count" }), " weights are"];
  return [h("p", { class: "small" }, listed, " at a corner of the loss, or nearer to one than the step h of central differences, which are set aside there: a ReLU switches on or off, another number wins its pooling, or an absolute value turns, so the slope to the left is not the slope to the right. Central differences step to both sides and get a mixture, off by up to ",
    number("comparison.worst.difference"), ". The other methods take the slope at the weight itself: see the last column of the table.")]; // prettier-ignore
}

/**
 * @param {any} found
 * @param {Store} store
 * @param {HTMLElement} symbolic  the row of one weight's formula
 */
export function methods(found, store, symbolic) {
  const chosen = store.get("experiment.gradient.kind");
  const rows = found.methods.map((/** @type {any} */ method, /** @type {number} */ m) => {
    const at = `comparison.methods.${m}`;
    return h("tr", { class: method.kind === chosen ? "here" : "" },
      h("th", { scope: "row", title: method.accuracy }, titleOf(method.kind)),
      costs([[number(`${at}.evaluations`, { "data-format": "count" })], [number(`${at}.pullbacks`, { "data-format": "count" })],
        [number(`${at}.multiplications`, { "data-format": "count" })], [number(`${at}.seconds`), " s"], [number(`${at}.worst.difference`)]])); // prettier-ignore
  });
  const whole = found.methods.some((/** @type {any} */ { kind }) => kind === "symbolic");
  const out = found.left_out.filter((/** @type {any} */ { kind }) => found.thorough || kind === "symbolic").map((/** @type {any} */ each) => h("li", {}, h("b", {}, titleOf(each.kind)), ` is left out: ${spoken(store, each.message)}.`));
  const of = h("p", { class: "small" }, "What one gradient costs: all parameters of this network, the batch of ", number("comparison.examples", { "data-format": "count" }), ".");
  const table = h("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": "Methods and their costs" },
    h("table", { class: "costs costs-methods" }, h("thead", {}, h("tr", {}, ["method", ...COSTS].map((title) => h("th", { scope: "col" }, title)))), h("tbody", {}, rows, whole ? null : symbolic))); // prettier-ignore
  return section(worstOf(found)?.agree === false ? "The methods and their costs" : "The same gradient, at different costs", of, table, out.length ? h("ul", { class: "notes small" }, out) : null);
}

/**
 * A method's numbers, in the order of the headings.
 * @param {(Node|string)[][]} contents
 */
export function costs(contents) {
  return contents.map((content, i) => h("td", { class: "num-cell", "data-head": COSTS[i] }, content));
}

/** @param {...(Node|string)} children */
function cell(...children) {
  return h("td", { class: "num-cell" }, children);
}

/**
 * Every parameter by every method; of a large network those that disagree most.
 * @param {any} found
 * @param {Store} store
 */
export function everyParameter(found, store) {
  const all = addresses(found.methods[0].grads);
  const gap = (/** @type {string[]} */ keys) => {
    const values = found.methods.map((/** @type {any} */ method) => keys.reduce((value, key) => value[key], method.grads));
    return Math.max(...values) - Math.min(...values);
  };
  const sorted = [...all].sort((a, b) => gap(b) - gap(a)).slice(0, MOST_ROWS);
  const head = h("tr", {}, h("th", { scope: "col" }, "parameter"), found.methods.map((/** @type {any} */ method) => h("th", { scope: "col" }, titleOf(method.kind))));
  const details = h("details", { class: "lens-card" }, h("summary", {}, `Look inside: ${all.length > MOST_ROWS ? `the ${MOST_ROWS} that disagree most` : `all ${all.length}, the worst first`}`));
  // Thousands of cells that nobody may look at are not made before someone does.
  details.addEventListener("toggle", () => {
    if (details.childElementCount > 1) return;
    const rows = sorted.map((keys) => h("tr", {}, h("th", { scope: "row" }, formula(symbol(store, `${keys[0]}/${keys[1]}/${keys.slice(2).join(",")}`))),
      found.methods.map((/** @type {any} */ _, /** @type {number} */ m) => cell(number(`comparison.methods.${m}.grads.${keys.join(".")}`))))); // prettier-ignore
    details.append(h("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": "Every parameter by every method" }, h("table", { class: "costs" }, h("thead", {}, head), h("tbody", {}, rows))));
  });
  return details;
}

/**
 * The keys of every number in a nested structure.
 * @param {any} value
 * @param {string[]} [keys]
 * @returns {string[][]}
 */
function addresses(value, keys = []) {
  if (value === null || typeof value !== "object") return [keys];
  return Object.keys(value).flatMap((key) => addresses(value[key], [...keys, key]));
}
