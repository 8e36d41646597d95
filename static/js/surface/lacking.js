/** What a plane needs that there is not yet: no fault. */
import { NO_WEIGHTS, weightless } from "../base/weights.js";

const MISSING = {
  points: "The start and the present weights are still the same: take a step, and a line leads from one to the other.",
  trajectory: "The run’s own plane is that of the states it has visited, and so far there is one: take a step.",
};

/**
 * @param {string} kind  of plane
 * @param {{state: import("../base/types.js").State, visits: import("./visits.js").Visits, shapes: any}} now  shapes: of the parameters
 * @returns {string} "" where there is such a plane
 */
export function lackingOf(kind, { state, visits, shapes }) {
  if (weightless(shapes)) return NO_WEIGHTS;
  if (kind === "points" && state.step === 0 && visits.list.length < 2) return MISSING.points;
  if (kind === "trajectory" && visits.own().length < 2) return MISSING.trajectory;
  return "";
}
