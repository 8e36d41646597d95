/**
 * A number as a sum of products. Every factor that is a gradient or a neuron is a chip that opens: its own sum appears below it,
 * link by link down to the loss.
 *
 * @typedef {import("./derivation-model.js").Derivation} Derivation
 * @typedef {import("./derivation-model.js").Opened} Opened
 * @typedef {import("./derivation-model.js").Factor} Factor
 * @typedef {{doc: Derivation, path: string, key: string, opened: Opened[], onToggle: (key: string) => void, onSelect: (address: string) => void, onMore: (key: string) => void, classes: string[]}} Place  classes: the outputs' names, where they stand for classes
 */
import { keyOf } from "./derivation-model.js";
import { formula, h, number, operand } from "../telling/parts.js";

/**
 * @param {Place} place
 * @returns {HTMLElement}
 */
export function sum(place) {
  const { doc, path } = place;
  // One example's loss is ℓ, the batch's is L.
  const left = doc.quantity === "gradient" ? doc.math[doc.symbol].replace("<mi>L</mi>", "<mi>ℓ</mi>") : doc.math[doc.symbol];
  if (doc.terms.length === 0) return nothing(doc, path, left);
  if (doc.inputs?.length) return h("div", { class: "sum-tree" }, computed(place), branches(place));
  const terms = doc.shown.map((/** @type {number} */ i, /** @type {number} */ n) => product(place, i, n));
  if (doc.hidden > 0) terms.push(h("span", { class: "term" }, h("span", { class: "term-op" }, "+"), more(place)));
  const result = h("span", { class: "term result" }, stack(formula(left), number(`${path}.value`)));
  const line = h("div", { class: "sum", role: "group" }, result, h("span", { class: "term-op" }, "="), terms);
  return h("div", { class: "sum-tree" }, line, pair(place), branches(place));
}

/**
 * A sum without terms: nothing of this example meets the parameter.
 * @param {Derivation} doc
 * @param {string} path
 * @param {string} left
 */
function nothing(doc, path, left) {
  const { meetings: met } = doc;
  const why = met?.kind === "words" ? `This example does not use the word «${met.word}»` : "This example does not meet it: it lies on the padding in every window";
  const result = h("span", { class: "term" }, formula(left), " = ", number(`${path}.value`));
  return h("div", { class: "sum-tree" }, h("div", { class: "sum", role: "group" }, result), h("p", { class: "small" }, `${why}, so there is nothing to add up.`));
}

/** Those of the opened factors that stand in this very line. @param {Place} place */
function branches(place) {
  const children = place.opened.map((entry, n) => ({ entry, n })).filter(({ entry }) => entry.key === keyOf(place.key, /** @type {string} */ (entry.key.split(">").at(-1))));
  return children.map(({ entry, n }) => branch(place, entry, n));
}

/**
 * A number behind an activation, a pooling or a dropout: no sum, but the link's own rule, and the numbers that it read.
 * @param {Place} place
 */
function computed(place) {
  const { doc, path } = place;
  const result = h("span", { class: "term result" }, stack(formula(doc.math[doc.symbol]), number(`${path}.value`)));
  const inputs = doc.inputs.map((/** @type {Factor} */ factor, /** @type {number} */ i) => chip(place, factor, `${path}.inputs.${i}`));
  return h("div", { class: "sum", role: "group" }, result, h("span", { class: "term-op" }, "by"), formula(doc.math[doc.rule]), h("span", { class: "term-op" }, "from"), inputs);
}

/**
 * The terms that are not written out, added up; the largest of them are, when it is pressed.
 * @param {Place} place
 */
function more({ doc, path, key, onMore }) {
  return h("button", { type: "button", class: "chip chip-more", "data-key": `more${key}`, title: "Write out more of them", onclick: () => onMore(key) },
    stack(`⋯ ${doc.hidden} more`, number(`${path}.rest`))); // prettier-ignore
}

/**
 * What an opened factor is made of.
 * @param {Place} parent
 * @param {Opened} entry
 * @param {number} n
 */
function branch(parent, entry, n) {
  const place = { ...parent, doc: entry.doc, path: `derivation.opened.${n}.doc`, key: entry.key };
  return h("div", { class: "sum-branch" }, sum(place));
}

/**
 * @param {Place} place
 * @param {number} i
 * @param {number} n place in the line
 */
function product(place, i, n) {
  const term = place.doc.terms[i];
  const path = `${place.path}.terms.${i}`;
  const op = (term.sign ?? 1) < 0 ? "−" : n > 0 ? "+" : "";
  /** @type {Node[]} */
  const factors = [];
  term.factors.forEach((factor, f) => {
    if (f > 0) factors.push(h("span", { class: "factor-dot" }, "·"));
    factors.push(chip(place, factor, `${path}.factors.${f}`));
  });
  if (op) factors.unshift(h("span", { class: "term-op" }, op));
  const value = term.factors.length > 1 && place.doc.terms.length > 1 ? h("span", { class: "term-value" }, "= ", number(`${path}.value`)) : null;
  return h("span", { class: "term" }, h("span", { class: "term-factors" }, factors), value);
}

/**
 * @param {Place} place
 * @param {Factor} factor
 * @param {string} path
 */
function chip(place, factor, path) {
  const inside = stack(formula(place.doc.math[factor.symbol]), number(`${path}.value`));
  if (!factor.address) return h("span", { class: "chip", title: factor.path }, inside);
  const key = keyOf(place.key, factor.address);
  const opens = /\/(grad_output|grad_input|output)\//.test(factor.address) && factor.address !== place.doc.address && !atStart(factor.address);
  if (!opens) {
    const onclick = () => place.onSelect(/** @type {string} */ (factor.address));
    return h("button", { type: "button", class: "chip chip-go", title: "Derive this one", "data-key": key, onclick }, inside);
  }
  const open = place.opened.some((entry) => entry.key === key);
  const onclick = () => place.onToggle(key);
  return h("button", { type: "button", class: `chip chip-open${factor.address.includes("/grad") ? " chip-grad" : ""}`, "aria-expanded": open, title: "What it is made of", "data-key": key, onclick }, inside);
}

/** The inputs are given: there is nothing to open. @param {string} address */
function atStart(address) {
  return address.startsWith("0/input/");
}

/**
 * The matched pair's two factors, where this δ is the output's; behind a softmax a product for every output, with its class's name.
 * @param {Place} place
 */
function pair({ doc, path, classes }) {
  const nodes = doc.head?.nodes ?? [];
  const at = nodes.findIndex((/** @type {any} */ node) => node.delta.address === doc.grad?.address);
  if (at < 0 || doc.quantity !== "grad") return null;
  const { products } = nodes[at];
  const shown = products.map((/** @type {any} */ each, /** @type {number} */ p) => {
    const factors = each.factors.map((/** @type {Factor} */ factor, /** @type {number} */ f) => [
      f > 0 ? h("span", { class: "factor-dot" }, "·") : null,
      stack(formula(doc.math[factor.symbol]), operand(`${path}.head.nodes.${at}.products.${p}.factors.${f}.value`)),
    ]);
    const output = Number(each.factors.at(-1).address.split("/").at(-1));
    const name = products.length > 1 && classes[output];
    return h("span", { class: "pair-product" }, h("span", { class: "term-factors" }, p > 0 ? h("span", { class: "term-op" }, "+") : null, ...factors.flat()), name && h("span", { class: "pair-class" }, `class ${name}`));
  });
  return h("p", { class: "sum-pair" }, h("span", {}, products.length > 1 ? "the products that cancel to this:" : "the two factors that cancel to this:"), shown);
}

/**
 * A symbol above its number.
 * @param {Node|string} above
 * @param {Node|string} below
 */
export function stack(above, below) {
  return h("span", { class: "stack" }, h("span", { class: "stack-symbol" }, above), h("span", { class: "stack-number" }, below));
}
