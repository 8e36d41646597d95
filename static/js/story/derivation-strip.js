/**
 * The short answer beside the network: what the step makes of the chosen number and why, in one line, and the way to the long one.
 *
 * @typedef {import("../base/types.js").Context} Context
 * @typedef {import("../base/types.js").Store} Store
 */
import { fill } from "../base/numbers.js";
import { showDerivation } from "../telling/derivation-way.js";
import { byMethod } from "../base/method.js";
import { penalised } from "../telling/words.js";
import { formula, h, number } from "../telling/parts.js";
import { isParameter, isZ, stem, symbol } from "../base/symbol.js";
import { address as addressOf, meanOfWords, parseAddress, place, whose } from "../base/view.js";

const WATCHED = ["selection", "example", "trace", "info", "experiment"];

/**
 * @param {Pick<Context, "store">} context
 * @returns {HTMLElement}
 */
export function answerStrip({ store }) {
  const words = h("span", { class: "answer-words" });
  const button = h("button", { type: "button", class: "quiet answer-why", onclick: () => showDerivation(store, store.get("selection")) }, "Why? ↓");
  const strip = h("p", { class: "answer-strip", hidden: true }, words, " ", button);
  let shown = "";
  const refresh = () => {
    const key = store.get("trace") && store.get("info") ? keyOf(store) : "";
    if (key === shown) return;
    shown = key;
    strip.hidden = key === "";
    if (key === "") return;
    words.replaceChildren(...answer(store, store.get("selection")));
    for (const element of words.querySelectorAll("[data-path]")) fill(element, store);
  };
  store.subscribe(WATCHED, refresh);
  refresh();
  return strip;
}

/** What the words hang on, but for the numbers in them. @param {Store} store */
function keyOf(store) {
  const selection = store.get("selection");
  const parts = parseAddress(selection);
  if (parts && meanOfWords(store, parts.what, parts.link)) return `${selection} words`;
  const there = parts && (isParameter(store, parts) ? store.get(["trace.before", parts.link, parts.what, ...parts.index].join(".")) : place(store, parts.what, parts.link, parts.index).value);
  if (there === null || there === undefined) return "";
  return JSON.stringify([selection, whose(store).text, store.get("experiment.optimizer"), store.get("experiment.penalty"), store.get("info.param_shapes"), byMethod(store)]);
}

/**
 * @param {Store} store
 * @param {string} selection
 * @returns {(Node|string)[]}
 */
function answer(store, selection) {
  const parts = /** @type {import("../base/symbol.js").Parts} */ (parseAddress(selection));
  return isParameter(store, parts) ? update(store, selection, parts) : node(store, selection, parts);
}

/**
 * w⁽²⁾₁₄: 0.06367 → 0.01042, because g = mean of δ·a = 0.1065 and η = 0.5.
 * @param {Store} store
 * @param {string} selection
 * @param {import("../base/symbol.js").Parts} parts
 */
function update(store, selection, parts) {
  const { link, what, index } = parts;
  const at = (/** @type {string[]} */ ...path) => number([...path, ...index].join("."));
  const [old, fresh] = ["before", "after"].map((when) => ["trace", when, link, what, ...index].join("."));
  const moved = [formula(symbol(store, selection)), ": ", number(old, { "data-near": fresh }), " → ", number(fresh, { "data-near": old })];
  const method = byMethod(store);
  const given = at("trace.layers", `${link}`, "grads", what);
  const gradient = [", because ", h("i", {}, "g"), ...(method ? [" = ", given, ` ${method}`] : [" = ", h("span", { class: "unbroken" }, meaning(store, parts)), " = ", given])];
  const { kind, learning_rate: rate } = store.get("experiment.optimizer");
  if (kind === "sgd" && rate !== undefined) return [...moved, ...gradient, " and ", h("i", {}, "η"), " = ", number("experiment.optimizer.learning_rate"), "."];
  const entry = (store.get("catalog.optimizer") ?? []).find((/** @type {any} */ each) => each.kind === kind);
  return [...moved, ...gradient, ` and by ${entry?.title ?? kind} `, h("i", {}, `Δ${what.toLowerCase()}`), " = ", at("trace.updates", `${link}`, what), "."];
}

/**
 * What the gradient is the mean of.
 * @param {Store} store
 * @param {import("../base/symbol.js").Parts} parts
 */
function meaning(store, { link, what }) {
  const letter = what.toLowerCase();
  // What a kernel meets at many places, and its bias, is a sum of products by itself.
  const dense = store.get(`experiment.layers.${link}.kind`) === "dense";
  const product = !dense ? `∂ℓ/∂${letter}` : what === "b" ? "δ" : `δ·${stem(store, link)}`;
  return `mean of ${product}${penalised(store, what)}`;
}

/**
 * @param {Store} store
 * @param {string} selection
 * @param {import("../base/symbol.js").Parts} parts
 */
function node(store, selection, { link, what, index }) {
  if (meanOfWords(store, what, link)) return [formula(symbol(store, selection)), ": words have no mean."];
  const { mode, index: which, count } = whose(store);
  const own = mode === "mean" ? `mean of ${count} examples` : `example ${which}`;
  const value = [formula(symbol(store, selection)), " = ", number(place(store, what, link, index).path), ` (${own})`];
  const boundary = link + Number(what.endsWith("output"));
  const other = addressOf(link, what.startsWith("grad_") ? what.replace("grad_", "") : `grad_${what}`, index);
  if (what.startsWith("grad_")) return [...value, ": how much ℓ changes per unit of ", formula(symbol(store, other)), "."];
  const back = place(store, `grad_${what}`, link, index).path;
  return back === "" ? [...value, "."] : [...value, isZ(store, boundary) ? ", its " : ", ", formula(symbol(store, other)), " = ", number(back), "."];
}
