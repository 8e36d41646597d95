/**
 * Heights as they are drawn: the loss itself or its logarithm, cut off where the plane gets so high that nothing below would show.
 * What is cut off is said.
 *
 * @typedef {(number|null)[][]} Grid
 * @typedef {{heights: Grid, low: number, high: number, cap: number|null, share: number, of: (loss: number) => number, log: boolean}} Scale
 */
import { extent } from "./field.js";

const QUANTILE = 0.85;
const STEEP = 6; // cut off only if the highest point is this many times further up than the quantile
const FLOOR = 1e-12; // the logarithm of 0 is not drawn

/**
 * @param {Grid} loss
 * @param {{log: boolean, keep: (number|null)[]}} options  `keep`: losses that must stay below the cut (the run's path)
 * @returns {Scale}
 */
export function scaled(loss, { log, keep }) {
  const of = (/** @type {number} */ v) => (log ? Math.log10(Math.max(v, FLOOR)) : v);
  const raw = loss.map((row) => row.map((v) => (v === null ? null : of(v))));
  const { low, high } = extent(raw);
  const sorted = raw.flat().filter((v) => v !== null).sort((a, b) => a - b);
  const quantile = sorted[Math.floor(QUANTILE * (sorted.length - 1))] ?? high;
  const needed = Math.max(low, ...keep.filter((v) => v !== null).map(of));
  const steep = high - low > STEEP * Math.max(quantile - low, 1e-12);
  const cap = steep ? Math.min(high, Math.max(low + 2 * (quantile - low), low + 1.15 * (needed - low))) : null;
  const missing = raw.flat().length - sorted.length;
  if (cap === null || cap >= high) return { heights: raw, low, high, cap: null, share: missing / Math.max(1, raw.flat().length), of, log };
  const above = sorted.filter((v) => v > cap).length + missing;
  const heights = raw.map((row) => row.map((v) => (v === null ? null : Math.min(v, cap))));
  return { heights, low, high: cap, cap, share: above / raw.flat().length, of, log };
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
