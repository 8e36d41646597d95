/**
 * The states of the run that a plane is laid through where they are not at hand, because the page was opened at a place further on.
 *
 * @typedef {import("../base/types.js").Context} Context
 */
import { ApiError } from "../base/api.js";
import { isLatest, pinAt } from "../base/pin.js";
import { stateAt } from "../play/recall.js";
import { visit } from "./visits.js";

/**
 * The state at a moment of this run.
 * @param {Context} context
 * @param {import("../base/pin.js").Pin} moment
 */
export async function recalled(context, moment) {
  const found = await stateAt(context, moment, "recall");
  if (!found) throw new ApiError({ message: `This run has no update ${moment.step}`, hint: "it breaks off before it" }, 422);
  return { ...found, visit: visit(found.state, found.loss, false) };
}

/**
 * Where the address tells of a moment at which the plane is pinned, it is laid through the weights of that one.
 * @param {Context} context
 * @param {import("../base/pin.js").Pin|null} at
 * @param {import("../base/types.js").State} state  the present one
 */
export async function earlier(context, at, state) {
  const present = at === null || (at.step === state.step && isLatest(at, context.store.get("timeline")));
  return present ? null : recalled(context, at);
}

/**
 * The third state of a plane, if it has one that must yet be found.
 * @param {Context} context
 * @param {import("./third.js").Third|null|undefined} third
 */
export async function completed(context, third) {
  if (third && "step" in third && !third.visit) third.visit = (await recalled(context, pinAt(context.store.get("timeline"), third.step))).visit;
}
