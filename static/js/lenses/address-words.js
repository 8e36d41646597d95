/**
 * Arrays of numbers and their axes in words, by the symbols of the story: «w⁽¹⁾ · kernels», «out channel», «row».
 *
 * @typedef {import("../base/types.js").Store} Store
 */
import { isZ, layerOf, raised, stem } from "../base/symbol.js";

const MEANING = /** @type {Record<string, string>} */ ({ x: "inputs", z: "weighted sums", a: "activations", ŷ: "predictions", p: "pooled", d: "after the dropout", f: "in one row", e: "the words’ numbers", h: "outputs" });

/** @param {number} layer */
const above = (layer) => (layer ? raised(`(${layer})`) : "");

/**
 * @param {Store} store
 * @param {number} link
 * @param {string} name  of a parameter, or input, output, grad_input, grad_output
 * @returns {string}
 */
export function titleOf(store, link, name) {
  const kind = store.get(`experiment.layers.${link}.kind`);
  if (store.get(`info.param_shapes.${link}.${name}`)) {
    const what = name === "b" ? "biases" : kind === "embedding" ? "the words’ rows" : kind === "dense" ? "weights" : "kernels";
    return `${name.toLowerCase()}${above(layerOf(store, link))} · ${what}`;
  }
  const boundary = link + Number(name.endsWith("output"));
  const letter = stem(store, boundary);
  const own = letter === "x" || letter === "ŷ" ? letter : `${letter}${above(layerOf(store, boundary - 1))}`;
  if (!name.startsWith("grad_")) return `${own} · ${MEANING[letter]}`;
  return isZ(store, boundary) ? `δ${above(layerOf(store, boundary - 1))} · gradients by ${own}` : `∂ℓ/∂${own} · gradients by ${own}`;
}

/**
 * @param {Store} store
 * @param {number} link
 * @param {string} name
 * @param {number[]} shape
 * @returns {string[]}
 */
export function axisTitles(store, link, name, shape) {
  const kind = store.get(`experiment.layers.${link}.kind`);
  const place = shape.length === 4 || (shape.length === 3 && !store.get(`info.param_shapes.${link}.${name}`)) ? ["row", "column"] : ["place"];
  if (store.get(`info.param_shapes.${link}.${name}`)) {
    if (shape.length === 1) return [kind === "dense" ? "neuron" : "out channel"];
    if (shape.length === 2) return kind === "embedding" ? ["word", "unit"] : ["to neuron", "from"];
    return ["out channel", "in channel", ...place];
  }
  if (shape.length === 1) return ["neuron"];
  return ["channel", ...place];
}
