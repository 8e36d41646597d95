/**
 * Heights of the line as they are drawn: the loss or its logarithm, up to where nothing below would show; what is cut off is said.
 *
 * @typedef {import("./descents.js").Run} Run
 */
import { blankShare } from "../plot/blank.js";

const FIRST = 8; // places of a descent that does not settle: it is seen to grow, and the start is still seen
const ROOM = 0.25;

/** Every place that a settling descent comes to is looked at, and of the others the first. @param {Run} run @returns {Run["path"]} */
export function lookedAt(run) {
  return ["diverge", "swing", "strand"].includes(run.seen) ? run.path.slice(0, FIRST) : run.path;
}

/**
 * The part of the line that shows a descent.
 * @param {Run} run
 * @returns {[number, number]|null}
 */
export function windowOf(run) {
  const places = [0, ...lookedAt(run).map((p) => p.at)];
  const [low, high] = [Math.min(...places), Math.max(...places)];
  return high > low ? [low - ROOM * (high - low), high + ROOM * (high - low)] : null;
}

/**
 * Where the line is not convex: stretches of its points, from … up to but without ….
 * @param {any} answer
 * @returns {[number, number][]}
 */
export function bends({ axes, convexity }) {
  const { values } = axes[0];
  const step = (values[values.length - 1] - values[0]) / (values.length - 1);
  const wrong = (convexity.at ?? []).map((/** @type {number} */ t) => Math.round((t - values[0]) / step));
  /** @type {[number, number][]} */
  const found = [];
  for (const i of wrong) {
    const last = found[found.length - 1];
    if (last && i <= last[1]) last[1] = i + 2;
    else found.push([i - 1, i + 2]);
  }
  return found;
}

export class Heights {
  /**
   * @param {any} answer
   * @param {Run|null} run
   * @param {boolean} log
   */
  constructor(answer, run, log) {
    this.log = log;
    const { tangent, step } = answer;
    const known = answer.loss.map((/** @type {number|null} */ v) => this.of(v)).filter((/** @type {number|null} */ v) => v !== null);
    // Where no loss has a logarithm, the axis is that of losses about 1.
    const [low, high] = known.length ? [Math.min(...known), Math.max(...known)] : [-1, 0];
    const needed = [tangent.loss, step.loss, ...(run ? lookedAt(run).map((p) => p.loss) : [])].map((v) => this.of(v) ?? low);
    const here = this.of(tangent.loss) ?? low;
    const top = log ? high : Math.min(high, Math.max(low + 4 * (here - low), low + 0.4 * (high - low), ...needed));
    const pad = 0.08 * (top - low || Math.abs(low) || 1);
    /** @type {[number, number]} */
    this.range = [low - pad, top + pad];
    /** Of the line's points, how many are higher than what is drawn, how many have no logarithm, and how many no finite loss. */
    this.above = known.filter((/** @type {number} */ v) => v > top + pad).length / answer.loss.length;
    this.blank = log ? blankShare(answer.loss) : 0;
    this.missing = answer.loss.filter((/** @type {number|null} */ v) => v === null).length / answer.loss.length;
  }

  /** @param {number|null|undefined} loss @returns {number|null} as the axis counts it */
  of(loss) {
    if (loss === null || loss === undefined || !Number.isFinite(loss)) return null;
    if (!this.log) return loss;
    return loss > 0 ? Math.log10(loss) : null;
  }

  /** @returns {number} the loss at the upper edge of what is drawn */
  get top() {
    return this.log ? 10 ** this.range[1] : this.range[1];
  }
}
