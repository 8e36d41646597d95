/**
 * The sums of an equation: their terms as products of places in the store, which of them are written out, and what the others come to.
 *
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {import("./formula.js").Choice} Choice
 * @typedef {import("./formula.js").Sum} Sum
 */
import { through } from "./windows.js";

/**
 * @param {string} template
 * @param {Choice} choice
 * @returns {string} the path; "" while something is not chosen
 */
export function resolved(template, choice) {
  let whole = true;
  const path = template.replace(/\{(\w+)\}/g, (_, name) => {
    if (choice[name] === undefined || choice[name] === "") whole = false;
    return String(choice[name]);
  });
  return whole ? path : "";
}

/**
 * Which terms of a sum are written out: all of a short one, of a long one the largest; and what the others come to.
 * @param {Sum} sum
 * @param {Store} store
 * @param {Choice} choice
 * @param {boolean} apart  has each term an expression of its own?
 * @returns {{picks: number[], names: Choice, rest: number|null, more: number, count: number, terms: (number|null)[]}}
 */
export function summed(sum, store, choice, apart) {
  const { items, values } = sum.count === "batch" ? shares(sum, store, choice) : products(sum, store, choice, sum.count);
  const found = largestTerms(sum, values, kept(sum, items, choice), apart);
  /** @type {Choice} */
  const names = {};
  // The n-th term that is written out is called {t0}, {t1} …, what its factor meets {x0}, {x1} …, and what all share by its own name.
  found.picks.forEach((pick, n) => {
    for (const [name, value] of Object.entries(items[pick])) names[name.length === 1 && name !== "f" ? `${name}${n}` : name] = value;
  });
  return { ...found, names, count: items.length, terms: found.picks.map((pick) => values[pick]) };
}

/**
 * The terms of a sum: through the windows, or the first `count`.
 * @param {Sum} sum
 * @param {Store} store
 * @param {Choice} choice
 * @param {number} count
 * @returns {{items: Choice[], values: (number|null)[]}}
 */
function products(sum, store, choice, count) {
  /** @type {Choice[]} */
  const items = sum.window ? through(sum.window, choice, store) : Array.from({ length: count }, (_, t) => ({ t }));
  return { items, values: items.map((item) => product(sum.factors, store, { ...choice, ...item })) };
}

/**
 * What each example of the batch adds: a product, or where a weight is used more than once the sum of its own products.
 * @param {Sum} sum
 * @param {Store} store
 * @param {Choice} choice
 */
function shares(sum, store, choice) {
  const count = store.get("trace.batch.indices.length") ?? 0;
  if (!sum.window) return products(sum, store, choice, count);
  const items = Array.from({ length: count }, (_, t) => ({ t }));
  const own = items.map(({ t: row }) => products(sum, store, { ...choice, row }, 0).values);
  return { items, values: own.map((values) => values.reduce(added, 0)) };
}

/**
 * The term that must be among those written out: of a batch the shown example's, otherwise that of the unit on the way. A window's terms
 * are told apart by the input they meet where an output is summed, by the output otherwise.
 * @param {Sum} sum
 * @param {Choice[]} items
 * @param {Choice} choice
 * @returns {number[]}
 */
function kept(sum, items, choice) {
  const wanted = sum.count === "batch" ? choice.row : choice.keep;
  const name = sum.window?.way === "forward" && sum.count !== "batch" ? "x" : "t";
  const found = wanted === undefined ? -1 : items.findIndex((item) => String(item[name]) === String(wanted));
  return found < 0 ? [] : [found];
}

/**
 * Beside terms that count none is written out that is 0, as nine of ten outputs' are behind a cross-entropy; of a batch's every example is one.
 * @param {Sum} sum
 * @param {(number|null)[]} terms
 * @param {number[]} forced
 * @param {boolean} apart
 * @returns {{picks: number[], rest: number|null, more: number}}
 */
function largestTerms(sum, terms, forced, apart) {
  const count = terms.length;
  const indices = terms.map((_, t) => t);
  if (count <= sum.shown) return { picks: indices, rest: null, more: 0 };
  const size = (/** @type {number} */ t) => Math.abs(terms[t] ?? 0);
  const idle = (/** @type {number} */ t) => apart && sum.count !== "batch" && terms[t] === 0 && terms.some((term) => term !== 0);
  const largest = indices.filter((t) => !forced.includes(t) && !idle(t)).sort((a, b) => size(b) - size(a) || a - b);
  const picks = [...forced, ...largest.slice(0, sum.shown - 1 - forced.length)].sort((a, b) => a - b);
  const rest = indices.filter((t) => !picks.includes(t)).reduce((/** @type {number|null} */ total, t) => added(total, terms[t]), 0);
  return { picks, rest, more: count - picks.length };
}

/**
 * @param {number|null} total
 * @param {number|null} term
 */
function added(total, term) {
  return total === null || term === null ? null : total + term;
}

/**
 * @param {string[]} factors
 * @param {Store} store
 * @param {Choice} choice
 * @returns {number|null}
 */
function product(factors, store, choice) {
  let value = 1;
  for (const factor of factors) {
    const number = store.get(resolved(factor, choice));
    if (typeof number !== "number") return null;
    value *= number;
  }
  return value;
}
