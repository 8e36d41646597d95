/**
 * How a slider's travel, 0 to 1, becomes a value: even steps, equal ratios, or finer near 0.
 *
 * @typedef {import("../base/types.js").Field} Field
 * @typedef {{toValue: (t: number) => number, toTravel: (value: number) => number}} Scale
 */

/** A range wider than this cannot be met with even steps. */
const WIDE = 100;
/** Beyond this a slider is of no use: seeds. */
const HOPELESS = 1e6;

/**
 * @param {Field} field
 * @returns {Scale|null} null where only typing makes sense
 */
export function scaleOf(field) {
  const { low, high } = field;
  if ((field.type !== "number" && field.type !== "integer") || low === undefined || high === undefined) return null;
  if (field.step === "log") return ratios(...logarithmicEnds(field));
  if (high - low > HOPELESS) return null;
  if (low > 0 && high / low > WIDE) return rounded(field, ratios(low, high));
  if (low === 0 && typeof field.default === "number" && high > WIDE * Math.max(field.default, 0.05)) return cubes(high);
  return rounded(field, even(low, high));
}

/**
 * Nobody wants a learning rate of 1e-300: four orders of magnitude about the default, within the bounds.
 * @param {Field} field
 * @returns {[number, number]}
 */
function logarithmicEnds({ low = 0, high = Infinity, default: middle }) {
  const about = typeof middle === "number" && middle > 0 ? middle : 1;
  return [Math.max(low, about * 1e-4), Math.min(high, about * 1e4)];
}

/** @param {number} low @param {number} high @returns {Scale} */
function even(low, high) {
  return { toValue: (t) => low + t * (high - low), toTravel: (value) => (value - low) / (high - low) };
}

/** @param {number} low @param {number} high @returns {Scale} */
function ratios(low, high) {
  const span = Math.log(high / low);
  return { toValue: (t) => tidy(low * Math.exp(t * span)), toTravel: (value) => Math.log(Math.max(value, low) / low) / span };
}

/** @param {number} high @returns {Scale} */
function cubes(high) {
  return { toValue: (t) => tidy(high * t ** 3), toTravel: (value) => Math.cbrt(value / high) };
}

/** @param {Field} field @param {Scale} scale @returns {Scale} */
function rounded(field, scale) {
  const round = field.type === "integer" ? Math.round : (/** @type {number} */ value) => Number(value.toFixed(2));
  return { toValue: (t) => round(scale.toValue(t)), toTravel: scale.toTravel };
}

/** Two digits: what a hand on a slider means. @param {number} value */
function tidy(value) {
  return Number(value.toPrecision(2));
}
