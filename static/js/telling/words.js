/**
 * What an address is, in words.
 *
 * @typedef {import("../base/types.js").Store} Store
 */
import { ofClass } from "../base/classes.js";
import { linkName, parseAddress, place, row } from "../base/view.js";

/**
 * «weight from neuron 2 to neuron 3 of dense, link 1».
 * @param {Store} store
 * @param {string} text
 * @returns {string}
 */
export function describe(store, text) {
  const parts = parseAddress(text);
  if (!parts) return text;
  const { link, what, index } = parts;
  const layers = store.get("experiment.layers") ?? [];
  const of = `${linkName(store, layers[link]?.kind)}, link ${link + 1} of ${layers.length}`;
  const unit = index.map((i) => i + 1).join(", ");
  if (what === "W") return `${weight(store, link, index)} of ${of}`;
  if (what === "b") return `bias of ${layers[link]?.kind === "dense" ? "neuron" : "kernel"} ${unit}${ofClass(store, link + 1, index[0])} of ${of}`;
  if (what === "input") return source(store, link, index[0], index);
  if (what === "grad_input") return `gradient at ${source(store, link, index[0], index)}`;
  const named = `${unit}${ofClass(store, link + 1, index[0])}`;
  if (what === "grad_output") return `gradient at output ${named} of ${of}`;
  if (what === "output") return `${layers[link]?.kind === "dense" ? "z" : "output"} ${named} of ${of}`;
  return `${what} ${unit} of ${of}`;
}

/**
 * @param {Store} store
 * @param {number} link
 * @param {number[]} index
 */
function weight(store, link, index) {
  if (store.get("experiment.layers")?.[link]?.kind === "embedding") return `number ${index[1] + 1} of the word «${word(store, index[0])}» in the table`;
  if (index.length === 2) return `weight from ${source(store, link, index[1])} to neuron ${index[0] + 1}${ofClass(store, link + 1, index[0])}`;
  return `kernel ${index[0] + 1}, channel ${index[1] + 1}, place ${index.slice(2).map((i) => i + 1).join(", ")}`;
}

/**
 * @param {Store} store
 * @param {number} number  its place in the vocabulary
 * @returns {string}
 */
export function word(store, number) {
  return store.get("info.vocabulary")?.[number] ?? String(number);
}

/**
 * @param {Store} store
 * @param {number} link
 * @param {number} k
 * @param {number[]} [index]
 */
function source(store, link, k, index = [k]) {
  if (link > 0) return `neuron ${k + 1}`;
  const names = store.get("info.input_titles");
  if (store.get("info.vocabulary.length") > 0) {
    const { path, value } = place(store, "input", 0, k);
    return path && row(store) !== null ? `${names[k]}: «${word(store, value)}»` : `${names[k]}; words have no mean`;
  }
  return index.length === 1 && names?.[k] ? `input ${names[k]}` : `input ${index.map((i) => i + 1).join(", ")}`;
}

/**
 * « + penalty» of a parameter that the loss has a penalty for: biases go free.
 * @param {Store} store
 * @param {string} name
 */
export function penalised(store, name) {
  return name === "W" && store.get("experiment.penalty.kind") !== "none" ? " + penalty" : "";
}
