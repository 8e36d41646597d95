/**
 * Every path from a number to the loss: how many there are, what they add up to, the largest of them, and why one sweep back is enough.
 *
 * @typedef {import("./derivation-model.js").Derivation} Derivation
 * @typedef {{pinned: string, highlight: (paths: any[]) => void, pin: (key: string) => void, more: () => void}} Hands
 */
import { formula, h, number, operand } from "../telling/parts.js";
import { section } from "./derivation-sections.js";

/** Paths that are listed unless more are asked for. */
const FEW = 8;

/** A path's name among those of its number. @param {{addresses: string[]}} path */
export const pathKey = (path) => path.addresses.join(" ");

/**
 * Those that are drawn on the network: the pinned one alone, else all that are listed.
 * @param {Derivation} doc
 * @param {string} pinned
 */
export function drawnPaths(doc, pinned) {
  const listed = doc.paths?.listed ?? [];
  const own = listed.filter((/** @type {any} */ path) => pathKey(path) === pinned);
  return own.length ? own : listed;
}

/** One example's paths, where the batch's were wanted but are too many: then the network says whose they are. @param {Derivation} doc */
export function alone(doc) {
  return Boolean(doc.mean) && doc.paths?.over === "example";
}

/** @param {number} count */
const examples = (count) => `${count} example${count === 1 ? "" : "s"}`;

/**
 * @param {Derivation} doc
 * @param {Hands} hands
 * @returns {HTMLElement|null}
 */
export function paths(doc, hands) {
  const found = doc.paths;
  if (!found) return null;
  const mean = found.over === "batch";
  const title = `Every path to the loss · ${mean ? `mean over the batch’s ${examples(doc.count)}` : `example ${doc.index}`}`;
  const none = mean ? "no example of this batch uses it, so however it changes, its loss stays." : "this example does not use it, so however it changes, the loss of this example stays.";
  if (found.count === 0) return section(title, h("p", {}, `There is none: ${none}`));
  const rows = found.listed.map((/** @type {any} */ _, /** @type {number} */ i) => pathRow(doc, i, hands));
  const carried = found.live === 0 ? [`These are ${found.listed.length} of them. `] : [`The ${found.listed.length} largest carry `, number("derivation.paths.listed_share", { "data-format": "percent" }), " of the size of all. "];
  const few = found.listed.length < found.count ? h("p", { class: "small" }, carried, found.listed.length === FEW ? h("button", { type: "button", class: "quiet", "data-key": "paths", onclick: hands.more }, "List more of them") : null) : null;
  const back = () => hands.highlight(drawnPaths(doc, hands.pinned));
  const list = h("ol", { class: "paths", onmouseleave: back, onfocusout: back }, rows);
  const own = alone(doc) ? h("p", { class: "paths-alone" }, `There are too many to average each over the batch. These, on the network too, are those of example ${doc.index} alone.`) : null;
  const told = found.live === 0 && found.count > 1 ? blocked : intro;
  return section(title, own, ...told(doc), list, few, work(doc));
}

/**
 * How many, and what they add up to: that those of either sign take from each other is what a share alone would hide.
 * @param {Derivation} doc
 */
function intro(doc) {
  const { paths: found, count: batch } = doc;
  const [many, mean] = [found.count !== 1, found.over === "batch"];
  const live = found.live === found.count ? "" : !many ? `, but a slope on it is 0${mean ? " in every example" : ""}` : h("span", {}, ", ", number("derivation.paths.live", { "data-format": "count" }), ` of them without a slope of 0${mean ? " in at least one example" : ""}`);
  const count = h("p", {}, h("b", {}, number("derivation.paths.count", { "data-format": "count" })), many ? " paths lead from here to the loss" : " path leads from here to the loss", live, many ? ". Along each the local slopes multiply" : ". Along it the local slopes multiply",
    mean && batch > 1 ? `, to another product in every example; ⟨ ⟩ is the mean of all ${batch}` : "", many ? `; added up, the ${mean ? "means" : "products"} are ` : ": ", slope(doc), number("derivation.paths.sum"), "."); // prettier-ignore
  if (!many) return [count];
  const cancel = found.positive > 0 && found.negative < 0 ? ["Paths of either sign take from each other: ", number("derivation.paths.positive"), " + (", number("derivation.paths.negative"), ") = ", number("derivation.paths.sum"), ". "] : [];
  return [count, h("p", { class: "small" }, cancel, "A share is of the sum of the paths’ sizes, whatever their sign. Click a path to keep it alone on the network.")];
}

/** Nothing comes through: what a share would be of is 0. @param {Derivation} doc */
function blocked(doc) {
  const mean = doc.paths.over === "batch";
  const nothing = doc.quantity === "gradient" && !mean ? ", so this example adds nothing" : "";
  const count = h("p", {}, h("b", {}, number("derivation.paths.count", { "data-format": "count" })), ` paths lead from here to the loss, and each passes through a slope of 0${mean ? " in every example" : ""}${nothing}: the sum of all ${mean ? "means" : "products"} is `,
    slope(doc), number("derivation.paths.sum"), "."); // prettier-ignore
  return [count, h("p", { class: "small" }, "Where a path stops, its factor is 0. Click a path to keep it alone on the network.")];
}

/** Of a neuron the sum is not its number but the loss's slope along it. @param {Derivation} doc */
function slope(doc) {
  if (doc.quantity !== "value" || !doc.grad) return null;
  const own = formula(doc.math[doc.grad.symbol]);
  return h("span", {}, doc.paths.over === "batch" ? ["⟨", own, "⟩"] : own, " = ");
}

/** Why one sweep back is enough, and what it costs. @param {Derivation} doc */
function work({ paths: found, sweeps, count: batch }) {
  if (found.count < 2) return null;
  const all = found.over === "batch" && batch > 1 ? `, for all ${batch} examples,` : "";
  const separate = h("p", { class: "small" }, `Pale is what a path shares with the one above it. Worked out path by path${all} that takes `, number("derivation.paths.work.separate", { "data-format": "count" }),
    " multiplications; the backward pass shares what the paths have in common and needs ", number("derivation.paths.work.sweep", { "data-format": "count" }),
    ". Every further layer multiplies the first number and only adds to the second: that is why backpropagation goes backward, once."); // prettier-ignore
  if (!(sweeps.forward > 0)) return separate;
  const whole = h("p", { class: "small" }, "One whole sweep back, for every weight and all ", number("derivation.count", { "data-format": "count" }), ` example${batch === 1 ? "" : "s"}, takes `, number("derivation.sweeps.backward", { "data-format": "count" }),
    " multiplications, the sweep forward ", number("derivation.sweeps.forward", { "data-format": "count" }), ": ", h("b", {}, number("derivation.sweeps.ratio")),
    " times as many. Where a weight multiplies once on the way forward, w·a, it does so twice on the way back: w·δ hands δ on to the layer before, and δ·a is the weight’s own gradient. (The first layer hands it to the inputs, where they are numbers; slopes φ′ and means add a little.)"); // prettier-ignore
  return h("div", {}, separate, whole);
}

/** In a mean, what is another number in every example has none of its own. @param {{value: number|null, path: string|null}} factor */
function varies({ value, path }) {
  return value === null && path === null;
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
 * @param {Hands} hands
 */
function pathRow(doc, i, { pinned, highlight, pin }) {
  const path = doc.paths.listed[i];
  const key = pathKey(path);
  const own = path.factors.length - common(path, doc.paths.listed[i - 1]);
  const factors = path.factors.map((/** @type {any} */ factor, /** @type {number} */ f) => [
    f > 0 ? h("span", { class: "factor-dot" }, "·") : null,
    h("span", { class: f < own ? "path-factor" : "path-factor shared" }, formula(doc.math[factor.symbol]), varies(factor) ? null : (path.factors.length > 1 ? operand : number)(`derivation.paths.listed.${i}.factors.${f}.value`)),
  ]);
  const product = doc.paths.over === "batch" ? ["⟨ ", ...factors.flat(), " ⟩"] : factors.flat();
  const only = () => highlight([path]);
  const share = h("button", { type: "button", class: "path-share", style: `--share: ${path.share}`, "aria-pressed": key === pinned, "data-key": `path${key}`, title: "Keep it alone on the network", onfocus: only },
    doc.paths.live === 0 ? `path ${i + 1}` : number(`derivation.paths.listed.${i}.share`, { "data-format": "percent" })); // prettier-ignore
  return h("li", { class: key === pinned ? "pinned" : "", onmouseenter: only, onclick: () => pin(key) }, share,
    h("span", { class: "path-value" }, number(`derivation.paths.listed.${i}.value`)), h("span", { class: "path-factors" }, product)); // prettier-ignore
}
