/**
 * The rest of a derivation: all paths to the loss, the batch's examples, what the gradient met on its way.
 *
 * @typedef {import("./derivation-model.js").Derivation} Derivation
 * @typedef {{highlight: (paths: any[]) => void, choose: (row: number) => void, more: () => void}} Hands
 */
import { count, show } from "../base/format.js";
import { bar, formula, h, number } from "./parts.js";

/** Paths that are listed unless more are asked for. */
const FEW = 8;

/**
 * @param {Derivation} doc
 * @param {Hands} hands
 * @returns {HTMLElement|null}
 */
export function paths(doc, { highlight, more }) {
  const found = doc.paths;
  if (!found) return null;
  const many = found.count !== 1;
  const rows = found.listed.map((/** @type {any} */ _, /** @type {number} */ i) => pathRow(doc, i, highlight));
  const live = found.live === found.count ? "" : h("span", {}, ", ", number("derivation.paths.live", { "data-format": "count" }), " of them without a slope of 0");
  const intro = h("p", {}, h("b", {}, number("derivation.paths.count", { "data-format": "count" })), many ? " paths lead from here to the loss" : " path leads from here to the loss", live,
    ". Along each the local slopes multiply; the products add up to ", number("derivation.paths.sum"), "."); // prettier-ignore
  const listed = found.listed.length < found.count ? h("p", { class: "small" }, `The ${found.listed.length} largest carry `, number("derivation.paths.listed_share", { "data-format": "percent" }), " of the size of all. ", found.listed.length === FEW ? h("button", { type: "button", class: "quiet", "data-key": "paths", onclick: more }, "List more of them") : null) : null;
  const list = h("ol", { class: "paths", onmouseleave: () => highlight(found.listed) }, rows);
  return section("Every path to the loss", intro, list, listed, work(doc));
}

/** Why one sweep back is enough. @param {Derivation} doc */
function work({ paths: found, sweeps, count: examples }) {
  if (found.count < 2) return null;
  const whole = sweeps.forward > 0 ? ["One whole sweep back, for every weight and all ", number("derivation.count", { "data-format": "count" }), ` example${examples === 1 ? "" : "s"}, takes `, number("derivation.sweeps.backward", { "data-format": "count" }),
    " multiplications, the sweep forward ", number("derivation.sweeps.forward", { "data-format": "count" }), "."] : []; // prettier-ignore
  return h("p", { class: "small" }, "Pale is what a path shares with the one above it. Worked out path by path that takes ", number("derivation.paths.work.separate", { "data-format": "count" }),
    " multiplications; the backward pass shares what the paths have in common and needs ", number("derivation.paths.work.sweep", { "data-format": "count" }),
    ". Every further layer multiplies the first number and only adds to the second: that is why backpropagation goes backward, once. ", whole); // prettier-ignore
}

/**
 * How many factors at its end a path has in common with the one before it.
 * @param {any} path
 * @param {any} before
 */
function common(path, before) {
  let n = 0;
  while (n < path.factors.length && before && path.factors.at(-1 - n).symbol === before.factors.at(-1 - n)?.symbol) n += 1;
  return n;
}

/**
 * @param {Derivation} doc
 * @param {number} i
 * @param {(paths: any[]) => void} highlight
 */
function pathRow(doc, i, highlight) {
  const path = doc.paths.listed[i];
  const own = path.factors.length - common(path, doc.paths.listed[i - 1]);
  const factors = path.factors.map((/** @type {any} */ factor, /** @type {number} */ f) => [
    f > 0 ? h("span", { class: "factor-dot" }, "·") : null,
    h("span", { class: f < own ? "path-factor" : "path-factor shared" }, formula(doc.math[factor.symbol]), number(`derivation.paths.listed.${i}.factors.${f}.value`)),
  ]);
  const show_ = () => highlight([path]);
  return h("li", { tabindex: 0, onmouseenter: show_, onfocus: show_ },
    h("span", { class: "path-share", style: `--share: ${path.share}` }, number(`derivation.paths.listed.${i}.share`, { "data-format": "percent" })),
    h("span", { class: "path-value" }, number(`derivation.paths.listed.${i}.value`)),
    h("span", { class: "path-factors" }, factors.flat())); // prettier-ignore
}

/**
 * What every example contributes; their mean is the gradient.
 * @param {Derivation} doc
 * @param {Hands} hands
 */
export function batch(doc, { choose }) {
  const largest = Math.max(...[doc.gradient, ...doc.examples.map((/** @type {any} */ e) => e.value)].map((value) => Math.abs(value ?? 0)));
  const rows = doc.examples.map((/** @type {any} */ example, /** @type {number} */ i) => exampleRow(doc, example, i, largest, choose));
  const what = { gradient: "∂ℓ/∂w", grad: "its gradient", value: "its value" }[/** @type {string} */ (doc.quantity)];
  const head = h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "example"), h("th", { scope: "col" }, spelt(doc) ? "δ · input" : ""), h("th", { scope: "col" }, what ?? ""), h("th", { scope: "col" }, h("span", { class: "visually-hidden" }, "size"))));
  const penalty = doc.quantity === "gradient" && doc.penalty ? h("tr", {}, h("th", { scope: "row" }, "penalty"), h("td", {}, "+"), h("td", { class: "num-cell" }, number("derivation.penalty")), h("td")) : null;
  const mean = h("tr", { class: "mean" }, h("th", { scope: "row" }, penalty ? "mean + penalty" : "mean"), h("td", {}, doc.quantity === "gradient" ? "∂L/∂w =" : ""), h("td", { class: "num-cell" }, number("derivation.gradient")), h("td", {}, bar("derivation.gradient", doc.gradient, largest)));
  const table = h("table", { class: "examples" }, head, h("tbody", {}, rows), h("tfoot", {}, penalty, mean));
  return section(`The batch: ${doc.count} example${doc.count === 1 ? "" : "s"}`, h("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": "What each example contributes" }, table));
}

/** @param {Derivation} doc */
function spelt(doc) {
  return doc.examples.some((/** @type {any} */ example) => example.terms?.length === 1 && example.terms[0].factors.length <= 2);
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
  const one = example.terms?.length === 1 ? example.terms[0].factors : [];
  const product = one.map((/** @type {any} */ _, /** @type {number} */ f) => [f > 0 ? " · " : null, number(`derivation.examples.${i}.terms.0.factors.${f}.value`)]);
  const terms = example.terms?.length > 1 ? `${example.terms.length} terms` : "";
  const button = h("button", { type: "button", class: "quiet", "aria-pressed": here, onclick: () => choose(example.row), title: "Tell this example" }, number(`derivation.examples.${i}.index`));
  return h("tr", { class: here ? "here" : "" }, h("th", { scope: "row" }, button), h("td", { class: "product" }, product.length ? product.flat() : terms),
    h("td", { class: "num-cell" }, number(`derivation.examples.${i}.value`)), h("td", {}, bar(`derivation.examples.${i}.value`, example.value, largest))); // prettier-ignore
}

/**
 * Where the gradient could go and where it could not; which windows or words were met.
 * @param {Derivation} doc
 */
export function notes(doc) {
  const lines = [...(doc.gates ?? []).map(gate), meeting(doc.meetings)].filter(Boolean);
  return lines.length ? section("On the way", h("ul", { class: "notes" }, lines.map((line) => h("li", {}, /** @type {string} */ (line))))) : null;
}

const GATES = /** @type {Record<string, string>} */ ({
  relu: "ReLU lets the gradient through where z > 0 and blocks it elsewhere",
  dropout: "the dropout mask cuts what was dropped",
});

/** @param {any} gate_ */
function gate(gate_) {
  if (gate_.closed_count === 0) return "";
  const why = GATES[gate_.kind] ?? (gate_.kind.includes("pool") ? "a pooling passes the gradient to the winner of each window only" : "a slope of 0 blocks it");
  return `Link ${gate_.link + 1} (${gate_.kind.replaceAll("_", " ")}): ${why}. Of the ${count(gate_.reached)} numbers reached, ${count(gate_.closed_count)} pass nothing on${names(gate_)}.`;
}

/** @param {any} gate_ */
function names(gate_) {
  return gate_.closed_count <= 6 ? `: ${gate_.closed.join(", ")}` : "";
}

/** @param {any} met */
function meeting(met) {
  if (!met) return "";
  const text = met.text?.map((/** @type {string} */ word) => (word === "<pad>" ? "·" : word)).join(" ");
  if (met.kind === "words") return met.places.length ? `The word «${met.word}» stands at place ${met.places.map((/** @type {number} */ p) => p + 1).join(", ")} of «${text}».` : `The word «${met.word}» does not occur in «${text}»: nothing here touches its row.`;
  const padding = met.in_padding ? `, ${count(met.in_padding)} of them in the padding` : "";
  return `This kernel element is used in ${count(met.windows)} windows${padding}: its gradient sums over all of them.`;
}

/**
 * @param {string} title
 * @param {...(Node|null)} children
 */
export function section(title, ...children) {
  return h("section", { class: "lens-card" }, h("h3", {}, title), children);
}

/** Said by the panel's live line. @param {Derivation} doc */
export function summary(doc) {
  const address = doc.address;
  return doc.quantity === "gradient" ? `Gradient of ${address}: ${show(doc.gradient)}, the mean over ${doc.count} examples.` : `${address} of example ${doc.index}: ${show(doc.value)}.`;
}
