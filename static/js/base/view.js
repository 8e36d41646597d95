/**
 * Whose numbers are shown: one example's, or the batch's. Everybody asks here, so nobody mixes the two.
 *
 * @typedef {import("./types.js").Store} Store
 * @typedef {{path: string, value: any}} Place  path is "" (and value null) where the present mode has no such number
 */

import { midline, words } from "./format.js";

const PER_EXAMPLE = ["input", "output", "grad_output", "grad_input"];
const NOWHERE = { path: "", value: null };

/**
 * "2/W/3,1" as its parts; null for a string that is no address.
 * @param {string|null|undefined} address
 * @returns {{link: number, what: string, index: number[]}|null}
 */
export function parseAddress(address) {
  const parts = /^(\d+)\/([A-Za-z_]\w*)\/(\d+(?:,\d+)*)$/.exec(address ?? "");
  return parts && { link: Number(parts[1]), what: parts[2], index: parts[3].split(",").map(Number) };
}

/**
 * @param {number} link
 * @param {string} what
 * @param {number|number[]|string} index
 * @returns {string}
 */
export function address(link, what, index) {
  return `${link}/${what}/${[index].flat().join(",").replaceAll(".", ",")}`;
}

/**
 * The row of the batch whose numbers are shown; null in mean mode. The last batch of an epoch may be short: rows wrap.
 * @param {Store} store
 * @returns {number|null}
 */
export function row(store) {
  const example = store.get("example");
  const count = store.get("trace.batch.indices.length");
  return typeof example === "number" && count ? example % count : null;
}

/** How many rows a batch has that is whole. @param {Store} store @returns {number} */
export function rows(store) {
  return Math.min(store.get("experiment.batch_size") ?? Infinity, store.get("info.train_count"));
}

/**
 * The place of a number in the store, for the present mode.
 *
 * what: input, output, grad_output, grad_input (index: unit, or [channel, y, x]); another per-example array of the trace such as
 * "slope"; "gradient:W" or "gradient:b" (∂ℓᵢ/∂w of the example, dL/dw of the batch); "weight:W" (as it stands now), "before:W",
 * "after:W", "update:W"; "target" and "loss" (link is ignored).
 *
 * @param {Store} store
 * @param {string} what
 * @param {number} link
 * @param {number|number[]|string} [index] a string may use commas or dots
 * @returns {Place}
 */
export function place(store, what, link, index = []) {
  const tail = [index].flat().join(".").replaceAll(",", ".");
  const path = pathOf(store, what, link, tail);
  if (path === null) return NOWHERE;
  const value = store.get(path);
  return value === undefined ? NOWHERE : { path, value };
}

/**
 * @param {Store} store
 * @param {string} what
 * @param {number} link
 * @param {string} tail
 * @returns {string|null}
 */
function pathOf(store, what, link, tail) {
  const [name, parameter] = what.split(":");
  const end = tail === "" ? "" : `.${tail}`;
  if (parameter) return parameterPath(store, name, link, `${parameter}${end}`);
  const r = row(store);
  if (name === "loss") return r === null ? "trace.loss.value" : `trace.loss.per_example.${r}`;
  if (name === "target") return r === null ? null : `trace.batch.y.${r}${end}`;
  if (r !== null) return `trace.layers.${link}.${name}.${r}${end}`;
  if (meanOfWords(store, name, link)) return null;
  return PER_EXAMPLE.includes(name) ? `trace.mean.${link}.${name}${end}` : null;
}

/**
 * Would it be the mean of words' places in the vocabulary, which stands for nothing?
 * @param {Store} store
 * @param {string} name
 * @param {number} link
 */
export function meanOfWords(store, name, link) {
  return name === "input" && link === 0 && row(store) === null && store.get("info.vocabulary.length") > 0;
}

/**
 * @param {Store} store
 * @param {string} name
 * @param {number} link
 * @param {string} end
 * @returns {string|null}
 */
function parameterPath(store, name, link, end) {
  const r = row(store);
  switch (name) {
    case "weight":
      return `state.params.${link}.${end}`;
    case "before":
    case "after":
      return `trace.${name}.${link}.${end}`;
    case "update":
      return `trace.updates.${link}.${end}`;
    case "gradient":
      if (r === null) return `trace.layers.${link}.grads.${end}`;
      // Until the trace with this example's own contribution has come, there is none to show.
      return store.get("trace.example.row") === r ? `trace.example.grads.${link}.${end}` : null;
    default:
      throw new Error(`expected weight, before, after, update or gradient before the colon, got ${name}`);
  }
}

/**
 * Whose numbers are shown, as data, in words, and in words whose numbers are places (wording.js).
 * @param {Store} store
 * @returns {{mode: "example"|"mean", row: number|null, index: number|null, count: number, text: string, template: string}}
 */
export function whose(store) {
  const indices = store.get("trace.batch.indices") ?? [];
  const r = row(store);
  const count = indices.length;
  if (r === null) return { mode: "mean", row: null, index: null, count, text: `mean of the batch of ${count}`, template: "mean of the batch of {trace.batch.indices.length}" };
  const index = indices[r];
  const template = `example {trace.batch.indices.${r}} · row {derived.whose.row} of the batch of {trace.batch.indices.length}`;
  return { mode: "example", row: r, index, count, text: `example ${index} · row ${r + 1} of the batch of ${count}`, template };
}

/**
 * Paths that are too many to be averaged are one example's, also where all else is the batch's mean: then that is said beside it.
 * @param {Store} store
 * @returns {string} a template, as `whose` has one
 */
export function drawnOf(store) {
  const alone = store.get("highlight.alone") ?? null;
  return alone === null ? "" : ` · drawn paths: example {trace.batch.indices.${alone}}`;
}

/**
 * What a link of this kind is called within a sentence: «leaky ReLU».
 * @param {Store} store
 * @param {string|undefined} kind
 * @returns {string}
 */
export function linkName(store, kind) {
  const entry = (store.get("catalog.layers") ?? []).find((/** @type {{kind: string}} */ other) => other.kind === kind);
  return entry ? midline(entry.title) : words(kind ?? "");
}

/**
 * The sub-step that the cursor stands after, null before the first; and how far the told step is.
 * @param {Store} store
 * @returns {{substep: import("./types.js").Substep|null, index: number, count: number, done: boolean}}
 */
export function told(store) {
  const substeps = store.get("substeps") ?? [];
  const cursor = store.get("cursor") ?? 0;
  return { substep: substeps[cursor - 1] ?? null, index: cursor, count: substeps.length, done: cursor > 0 && cursor === substeps.length };
}

/**
 * The state that the told step set out from: it stands in the store until the step is done, and in its trace for good.
 * @param {Store} store
 * @returns {import("./types.js").State}
 */
export function stateBefore(store) {
  const [state, trace] = [store.get("state"), store.get("trace")];
  return state.step === trace.step ? state : { step: trace.step, params: trace.before, slots: trace.memory, shared: trace.shared };
}
