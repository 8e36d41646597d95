/**
 * What is derived, and what it comes to: this example's part, the batch's mean, the update, in the order in which they arise.
 *
 * @typedef {import("./derivation-model.js").Derivation} Derivation
 */
import { describe } from "../telling/words.js";
import { show } from "../base/format.js";
import { byMethod } from "../base/method.js";
import { formula, h, number, unbroken } from "../telling/parts.js";
import { parseAddress } from "../base/view.js";

/**
 * @param {Derivation} doc
 * @param {import("../base/types.js").Store} store
 * @returns {(Node|string)[]}
 */
export function headline(doc, store) {
  const where = h("span", { class: "lens-sub", "data-address": doc.address }, unbroken(describe(store, doc.address)));
  if (doc.quantity !== "gradient") return [formula(doc.math[doc.symbol]), " = ", number("derivation.value"), where];
  const symbol = formula(doc.math[doc.parameter.symbol]);
  const after = store.get(`trace.after.${tail(doc)}`);
  if (after === doc.parameter.value) return ["Why does ", symbol, " stay at ", number("derivation.parameter.value"), "?", where];
  const [old, fresh] = ["derivation.parameter.value", `trace.after.${tail(doc)}`];
  return ["Why does ", symbol, " go from ", number(old, { "data-near": fresh }), " to ", number(fresh, { "data-near": old }), "?", where];
}

/** The place of a parameter, as paths have it. @param {Derivation} doc */
function tail(doc) {
  const at = parseAddress(doc.address);
  return at ? `${at.link}.${at.what}.${at.index.join(".")}` : "";
}

/** @param {Derivation} doc @param {import("../base/types.js").Store} store @returns {HTMLElement[]} */
export function overview(doc, store) {
  if (doc.quantity !== "gradient") return [];
  const batch = doc.math[doc.symbol];
  const method = byMethod(store, doc.method);
  const mean = method ? [number("derivation.backprop"), " ≈ ", h("i", {}, "g"), " = ", number("derivation.gradient"), ` ${method}`] : [number("derivation.gradient")];
  const steps = [
    [doc.mean ? `example ${doc.index}’s ` : "this example’s ", formula(batch.replace("<mi>L</mi>", "<mi>ℓ</mi>")), " = ", number("derivation.value")],
    [doc.penalty ? "the batch’s mean, with the penalty, " : "the batch’s mean ", formula(batch), " = ", ...mean],
    ["the update ", h("i", {}, doc.parameter.path.includes(".b.") ? "Δb" : "Δw"), " = ", number(`trace.updates.${tail(doc)}`)],
  ];
  return [h("ol", { class: "overview" }, steps.map((step) => h("li", {}, step)))];
}

/**
 * Said by the panel's live line.
 * @param {Derivation} doc
 * @param {import("../base/types.js").Store} store
 */
export function summary(doc, store) {
  const what = describe(store, doc.address);
  const how = byMethod(store, doc.method) || `the mean over ${doc.count} examples${doc.penalty ? " and the penalty" : ""}`;
  return doc.quantity === "gradient" ? `Gradient of the ${what}: ${show(doc.gradient)}, ${how}.` : `${what}, example ${doc.index}: ${show(doc.value)}.`;
}
