/**
 * A choice that the server refused: its words beside the choice, and a button that does what its hint says.
 *
 * @typedef {import("../base/types.js").Context} Context
 * @typedef {import("../base/types.js").Experiment} Experiment
 * @typedef {import("../base/types.js").Problem} Problem
 * @typedef {{name: "gradient"|"optimizer", wanted: Experiment, problem: Problem}} Refused
 */
import { h } from "../telling/parts.js";
import { spoken } from "./spoken.js";

/** What the hint names, what the button says, the experiment then. @type {[RegExp, string, (wanted: Experiment) => Experiment][]} */
const REMEDIES = [
  [/\bhalf squared error\b/, "Use half squared error as the loss", (wanted) => ({ ...wanted, loss: { kind: "half_mse" } })],
  [/\bnone as the penalty/, "Leave the penalty out", (wanted) => ({ ...wanted, penalty: { kind: "none" } })],
  [/\b(choose|use) backpropagation\b/, "Compute the gradient by backpropagation", (wanted) => ({ ...wanted, gradient: { kind: "backprop" } })],
  [/\bsmaller batch\b/, "Use batches of 10", (wanted) => ({ ...wanted, batch_size: 10 })],
];

/**
 * @param {Context} context
 * @param {Refused} refused
 * @param {(wanted: Experiment) => void} take  try the experiment with the remedy
 */
export function remedy({ store }, { wanted, problem }, take) {
  const [, title, mended] = REMEDIES.find(([named]) => named.test(problem.hint)) ?? [];
  const said = spoken(store, problem.message);
  const hint = problem.hint ? ` Hint: ${spoken(store, problem.hint)}.` : "";
  return h("p", { class: "seam-refused", role: "alert" }, `${said.replace(/^./, (letter) => letter.toUpperCase())}.${hint} `,
    title && mended && h("button", { type: "button", "data-key": "remedy", onclick: () => take(mended(wanted)) }, title)); // prettier-ignore
}
