/**
 * Levenberg–Marquardt's damped system: this weight's change is one entry of a solution. All equations where there are few weights, else
 * the one of this weight; and every λ that was tried.
 *
 * @typedef {import("./derivation-model.js").Derivation} Derivation
 */
import { formula, h, number } from "../telling/parts.js";

const PATH = "derivation.system";

/**
 * @param {Derivation} doc
 * @returns {HTMLElement|null}
 */
export function system(doc) {
  const found = doc.system;
  if (!found) return null;
  const intro = h("p", { class: "small" }, found.accepted ? "All weights move together: this change is one entry of the solution of " : "All weights would have moved together, by the solution of ", h("i", {}, "(JᵀJ + λI) Δw = −Jᵀr"), ", with λ = ", number(`${PATH}.damping`),
    ". J holds the slopes of the residuals r, each divided by √N as L = ½‖r‖² is the batch’s mean; −Jᵀr is minus the gradient."); // prettier-ignore
  const name = found.matrix ? "The damped system" : "This weight’s row of the damped system";
  const table = h("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": name }, found.matrix ? whole(doc) : one(doc));
  return h("div", { class: "damped" }, intro, table, tries(doc));
}

/** Every equation of a small net. @param {Derivation} doc */
function whole({ system: found, math }) {
  const size = found.rights.length;
  const head = h("tr", {}, h("th", { colspan: size, scope: "colgroup" }, "JᵀJ + λI"), h("th", { colspan: 3, scope: "colgroup" }, "Δw"), h("th", { colspan: 2, scope: "col" }, "−Jᵀr"));
  const rows = found.rights.map((/** @type {number} */ _, /** @type {number} */ r) =>
    h("tr", { class: r === found.place ? "here" : "" },
      found.matrix[r].map((/** @type {number} */ __, /** @type {number} */ c) => h("td", { class: `num-cell${c === 0 ? " first" : ""}${c === size - 1 ? " last" : ""}` }, number(`${PATH}.matrix.${r}.${c}`))),
      h("td", {}, "·"), h("th", { scope: "row" }, formula(math[found.unknowns[r].symbol])), solved(found, r),
      h("td", {}, "="), h("td", { class: "num-cell" }, number(`${PATH}.rights.${r}`)))); // prettier-ignore
  return h("table", { class: "examples system system-whole" }, h("thead", {}, head), h("tbody", {}, rows));
}

/** This weight's equation, a product for each weight of the net. @param {Derivation} doc */
function one({ system: found, math }) {
  const head = h("tr", {}, ["", "JᵀJ + λI", "Δw", "product"].map((title) => h("th", { scope: "col" }, title)));
  const rows = found.row.map((/** @type {number} */ _, /** @type {number} */ c) =>
    h("tr", { class: c === found.place ? "here" : "" }, h("th", { scope: "row" }, formula(math[found.unknowns[c].symbol])), h("td", { class: "num-cell" }, number(`${PATH}.row.${c}`)), solved(found, c),
      h("td", { class: "num-cell" }, found.products ? number(`${PATH}.products.${c}`) : ""))); // prettier-ignore
  const foot = h("tr", { class: "mean" }, h("th", { scope: "row", colspan: 3 }, "their sum: −Jᵀr, minus the gradient"), h("td", { class: "num-cell" }, number(`${PATH}.right`)));
  return h("table", { class: "examples system" }, h("thead", {}, head), h("tbody", {}, rows), h("tfoot", {}, foot));
}

/** @param {any} found @param {number} c */
function solved(found, c) {
  return h("td", { class: "num-cell" }, found.solution ? number(`${PATH}.solution.${c}`) : "");
}

/** A large λ is a short step down the gradient, a small one a leap to where the squares would be least. @param {Derivation} doc */
function tries({ system: found }) {
  const rows = found.tries.map((/** @type {any} */ each, /** @type {number} */ i) =>
    h("li", {}, "λ = ", number(`${PATH}.tries.${i}.damping`), each.accepted ? " gives L = " : " would give L = ", number(`${PATH}.tries.${i}.loss`), each.accepted ? ": not above " : ": above ", number("trace.loss.value"), ", ",
      h("b", {}, each.accepted ? "accepted" : "rejected"), each.accepted ? "; the next step begins with a smaller λ." : "; λ is raised: a shorter step, closer to the gradient’s direction.")); // prettier-ignore
  const none = found.accepted ? null : h("p", { class: "small" }, "No λ was accepted: the weights stay where they are.");
  return h("div", {}, h("h4", {}, `Tries in this step: ${found.tries.length}`), h("ol", { class: "notes" }, rows), none);
}
