/**
 * Heights as they are drawn: the loss itself or its logarithm, cut off where the plane gets so high that nothing below would show.
 * What is cut off is said, and what is left blank because it has no logarithm.
 *
 * @typedef {(number|null)[][]} Grid
 * @typedef {{loss: Grid, heights: Grid, low: number, high: number, cap: number|null, share: number, of: (loss: number) => number|null, log: boolean,
 *   least: number, floor: number|null, under: number, blank: number}} Scale  `share` of the points is higher than the cut, `under` lower than the
 *   floor, `blank` has no logarithm; `least` is the lowest loss
 */
import { blankShare } from "./blank.js";
import { extent } from "./field.js";

const QUANTILE = 0.85;
const RIM = 0.04; // of the heights, where some are blank: towards a loss of 0 the logarithm falls without end, at each grid point as it happens
const STEEP = 6; // cut off only if the highest point is this many times further up than the quantile

/**
 * @param {Grid} loss
 * @param {{log: boolean, keep: (number|null)[]}} options  `keep`: losses that must stay below the cut (the run's path)
 * @returns {Scale}
 */
export function scaled(loss, { log, keep }) {
  const of = (/** @type {number} */ v) => (!log ? v : v > 0 ? Math.log10(v) : null);
  const all = loss.flat();
  const [blank, unknown] = [log ? blankShare(all) : 0, all.filter((v) => v === null).length];
  const raw = loss.map((row) => row.map((v) => (v === null ? null : of(v))));
  const sorted = raw.flat().filter(known).sort((a, b) => a - b);
  const floor = blank > 0 && sorted.length ? at(sorted, RIM) : null;
  const { high } = extent(raw);
  const low = floor ?? extent(raw).low;
  const quantile = at(sorted, QUANTILE) ?? high;
  const needed = Math.max(low, ...keep.filter(known).map(of).filter(known));
  const steep = high - low > STEEP * Math.max(quantile - low, 1e-12);
  const wanted = steep ? Math.min(high, Math.max(low + 2 * (quantile - low), low + 1.15 * (needed - low))) : null;
  const cap = wanted !== null && wanted < high ? wanted : null;
  const above = cap === null ? 0 : sorted.filter((v) => v > cap).length;
  const heights = cap === null && floor === null ? raw : raw.map((row) => row.map((v) => (v === null ? null : Math.max(low, Math.min(v, cap ?? high)))));
  const under = floor === null ? 0 : sorted.filter((v) => v < floor).length;
  const part = (/** @type {number} */ count) => count / Math.max(1, all.length);
  return { loss, heights, low, high: cap ?? high, cap, share: part(above + unknown), of, log, least: extent(loss).low, floor, under: part(under), blank };
}

/** @param {number|null} v @returns {v is number} */
function known(v) {
  return v !== null;
}

/** @param {number[]} sorted @param {number} quantile */
function at(sorted, quantile) {
  return sorted[Math.floor(quantile * (sorted.length - 1))];
}

/**
 * Evenly spaced levels between the lowest and the highest point.
 * @param {Scale} scale
 * @param {number} count
 * @returns {number[]}
 */
export function levels({ low, high }, count) {
  return Array.from({ length: count }, (_, i) => low + ((i + 1) / (count + 1)) * (high - low));
}
