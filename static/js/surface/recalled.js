/**
 * The states of the run that a plane is laid through where they are not at hand, because the page was opened at a place further on.
 *
 * @typedef {import("../base/types.js").Context} Context
 */
import { ApiError } from "../base/api.js";
import { stateAt } from "../play/recall.js";
import { visit } from "./visits.js";

/**
 * The state at an update of this run.
 * @param {Context} context
 * @param {number} step
 */
export async function recalled(context, step) {
  const found = await stateAt(context, step, "recall");
  if (!found) throw new ApiError({ message: `This run has no update ${step}`, hint: "it breaks off before it" }, 422);
  return { ...found, visit: visit(found.state, found.loss, false) };
}

/**
 * The third state of a plane, if it has one that must yet be found.
 * @param {Context} context
 * @param {import("./third.js").Third|null|undefined} third
 */
export async function completed(context, third) {
  if (third && "step" in third && !third.visit) third.visit = (await recalled(context, third.step)).visit;
}
