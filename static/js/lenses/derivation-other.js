/** From a neuron to its δ, and back. */
import { formula, h } from "../telling/parts.js";

/**
 * @param {import("./derivation-model.js").Derivation} doc
 * @param {(address: string) => void} onSelect
 */
export function other(doc, onSelect) {
  const there = doc.quantity === "value" ? doc.grad : doc.quantity === "grad" ? doc.output : null;
  if (!there?.address || there.address === doc.address) return null;
  const title = doc.quantity === "value" ? "And what does the loss say of it? " : "And the number itself? ";
  return h("p", { class: "small" }, title, h("button", { type: "button", class: "other", "data-key": "other", onclick: () => onSelect(there.address) }, "Derive ", formula(doc.math[there.symbol])));
}
