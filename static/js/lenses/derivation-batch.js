/**
 * What every example of the batch contributes: their mean is the gradient.
 *
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {import("./derivation-model.js").Derivation} Derivation
 */
import { byMethod } from "../base/method.js";
import { bar, formula, h, number, operand } from "../telling/parts.js";
import { section } from "./derivation-sections.js";
import { stem } from "../base/symbol.js";
import { parseAddress } from "../base/view.js";

/**
 * @param {Derivation} doc
 * @param {Store} store
 * @param {string} title
 * @param {(row: number) => void} choose
 */
export function batch(doc, store, title, choose) {
  const largest = Math.max(...[doc.gradient, doc.backprop, ...doc.examples.map((/** @type {any} */ e) => e.value)].map((value) => Math.abs(value ?? 0)));
  const rows = doc.examples.map((/** @type {any} */ example, /** @type {number} */ i) => exampleRow(doc, example, i, largest, choose));
  const what = { gradient: "∂ℓ/∂w", grad: "its gradient", value: "its value" }[/** @type {string} */ (doc.quantity)];
  const titles = ["example", spelt(doc, store) || (doc.quantity === "gradient" ? "sum of" : ""), what ?? ""];
  const head = h("thead", {}, h("tr", {}, titles.map((text) => h("th", { scope: "col" }, text)), h("th", { scope: "col" }, h("span", { class: "visually-hidden" }, "size"))));
  const table = h("table", { class: "examples" }, head, h("tbody", {}, rows), h("tfoot", {}, doc.quantity === "gradient" ? ends(doc, largest, byMethod(store, doc.method)) : mean("derivation.gradient", doc.gradient, "mean", "", largest)));
  const scroller = h("div", { class: "scroller batch-examples", tabindex: 0, role: "region", "aria-label": "What each example contributes" }, table);
  return section(title, rule(doc), unused(doc), scroller);
}

/** The rule of which the table holds the numbers. @param {Derivation} doc */
function rule(doc) {
  if (doc.quantity !== "gradient") return null;
  return h("div", { class: "batch-rule scroller", tabindex: 0, role: "region", "aria-label": "The rule" }, formula(doc.math[doc.rule]));
}

/** Nothing met it in this batch. @param {Derivation} doc */
function unused(doc) {
  if (doc.quantity !== "gradient" || doc.examples.some((/** @type {any} */ example) => example.products > 0)) return null;
  const what = doc.meetings?.kind === "words" ? ` the word «${doc.meetings.word}»` : " this parameter";
  return h("p", { class: "batch-unused" }, `No example of this batch uses${what}: its gradient is 0${doc.penalty ? ", but for the penalty" : ""}.`);
}

/**
 * The examples' sum, their mean, and the penalty; beside them g, where it was found another way.
 * @param {Derivation} doc
 * @param {number} largest
 * @param {string} method
 */
function ends(doc, largest, method) {
  const sum = h("tr", {}, h("th", { scope: "row" }, "sum"), h("td"), h("td", { class: "num-cell" }, number("derivation.sum")), h("td"));
  const [path, value] = method ? ["derivation.backprop", doc.backprop] : ["derivation.gradient", doc.gradient];
  const given = method ? mean("derivation.gradient", doc.gradient, "given", `to the optimizer, ${method}: ≈ g =`, largest) : null;
  if (!doc.penalty) return [sum, mean(path, value, "mean", `∂L/∂w = sum\u00a0/\u00a0${doc.count}\u00a0=`, largest), given];
  const penalty = h("tr", {}, h("th", { scope: "row" }, "penalty"), h("td", {}, "its own slope"), h("td", { class: "num-cell" }, number("derivation.penalty")), h("td"));
  return [sum, penalty, mean(path, value, "mean + penalty", `∂L/∂w = sum / ${doc.count} + penalty =`, largest), given];
}

/** @param {string} path @param {number|null} value @param {string} title @param {string} made @param {number} largest */
function mean(path, value, title, made, largest) {
  return h("tr", { class: "mean" }, h("th", { scope: "row" }, title), h("td", {}, made), h("td", { class: "num-cell" }, number(path)), h("td", {}, bar(path, value, largest)));
}

/**
 * What is multiplied, where each example adds one product: δ · a, of a bias δ alone; else nothing.
 * @param {Derivation} doc
 * @param {Store} store
 */
function spelt(doc, store) {
  const single = doc.examples.find((/** @type {any} */ example) => example.terms?.length === 1 && example.terms[0].factors.length <= 2);
  if (!single) return "";
  return single.terms[0].factors.length === 1 ? "δ" : `δ · ${stem(store, parseAddress(doc.address)?.link ?? 0)}`;
}

/**
 * @param {Derivation} doc
 * @param {any} example
 * @param {number} i
 * @param {number} largest
 * @param {(row: number) => void} choose
 */
function exampleRow(doc, example, i, largest, choose) {
  const here = example.row === doc.example;
  const button = h("button", { type: "button", class: "quiet", "aria-pressed": here && !doc.mean, onclick: () => choose(example.row), title: "Tell this example" }, number(`derivation.examples.${i}.index`));
  return h("tr", { class: here ? "here" : "" }, h("th", { scope: "row" }, button), h("td", { class: "product" }, made(doc, example, i)),
    h("td", { class: "num-cell" }, number(`derivation.examples.${i}.value`)), h("td", {}, bar(`derivation.examples.${i}.value`, example.value, largest))); // prettier-ignore
}

/**
 * The product, where there is one; else of how many products it is the sum, and how many of them count.
 * @param {Derivation} doc
 * @param {any} example
 * @param {number} i
 */
function made(doc, example, i) {
  if (example.terms?.length === 1) {
    return example.terms[0].factors.flatMap((/** @type {unknown} */ _, /** @type {number} */ f, /** @type {unknown[]} */ all) => {
      const path = `derivation.examples.${i}.terms.0.factors.${f}.value`;
      return [f > 0 ? " · " : null, all.length > 1 ? operand(path) : number(path)];
    });
  }
  if (doc.quantity !== "gradient") return [];
  if (example.products === 0) return ["not used"];
  const products = `${example.products} product${example.products === 1 ? "" : "s"}`;
  return [example.live === example.products ? products : `${products}, ${example.live === 0 ? "all" : example.products - example.live} of them 0`];
}
