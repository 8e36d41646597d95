/** The speed slider: from one sub-step in three seconds, told aloud, to as fast as it goes. */
import { FASTEST_TOLD } from "./stream.js";

/** Sub-steps a second; the page opens at the usual ones. */
export const SLOWEST = 1 / 3;
export const FASTEST = 3000;
export const USUAL_SPEED = 4;
const LAST = 100;

/**
 * Do whole steps stream past at this speed, whose sub-steps nobody could follow?
 * @param {number|"max"} speed
 */
export function streamed(speed) {
  return speed === "max" || speed > FASTEST_TOLD;
}

/**
 * @param {number} position 0 to 100
 * @returns {number|"max"} sub-steps a second
 */
export function speedAt(position) {
  return position >= LAST ? "max" : SLOWEST * (FASTEST / SLOWEST) ** (position / (LAST - 1));
}

/**
 * @param {number|"max"} speed
 * @returns {number}
 */
export function positionOf(speed) {
  if (speed === "max") return LAST;
  return Math.round(((LAST - 1) * Math.log(speed / SLOWEST)) / Math.log(FASTEST / SLOWEST));
}

/**
 * @param {number|"max"} speed
 * @param {number} count sub-steps of a step
 * @returns {string}
 */
export function speedText(speed, count) {
  if (speed === "max") return "full speed";
  if (speed < 1) return `${(1 / speed).toFixed(1)} s a link`;
  if (!streamed(speed)) return `${speed < 10 ? speed.toFixed(1) : Math.round(speed)} links/s`;
  return `${Math.max(1, Math.round(speed / Math.max(1, count)))} steps/s`;
}
