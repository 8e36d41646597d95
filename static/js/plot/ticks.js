/**
 * The axis of losses: round numbers, each written out. Between two powers of ten Plotly would write «2» and «5» alone, and leave it to
 * the reader what they are the twice and the fivefold of.
 */
import { raised } from "../base/symbol.js";

const TICKS = 5;
const [DIGIT, NAME] = [6.3, 24]; // pixels: of a tick's digit, and of the axis's name with what is free beside it
const WHOLE = 12; // digits of a sum of round numbers that are its own, and no rounding
const RIM = 0.2; // of a ground axis's length, at either end
const [SMALL, LARGE] = [-3, 6]; // powers of ten from … up to … are written out

/**
 * The axis of a figure, as Plotly takes it.
 * @param {[number, number]} range  exponents, where it is logarithmic
 * @param {boolean} log
 * @returns {Record<string, any>}
 */
export function heightAxis(range, log) {
  const at = rounded(log ? powers(range) : steps(range));
  return { type: log ? "log" : "linear", range, tickmode: "array", tickvals: at, ticktext: at.map(tick) };
}

/**
 * The same for a plot that stands.
 * @param {[number, number]} range
 * @param {boolean} log
 * @returns {Record<string, any>}
 */
export function heightChanges(range, log) {
  return Object.fromEntries(Object.entries(heightAxis(range, log)).map(([name, value]) => [`yaxis.${name}`, value]));
}

/**
 * The room left of such an axis, in pixels: what is nearly level is numbered in many digits, which had run into the axis's name.
 * @param {[number, number]} range
 * @param {boolean} log
 * @param {number} usual
 */
export function heightRoom(range, log, usual) {
  const longest = Math.max(0, ...heightAxis(range, log).ticktext.map((/** @type {string} */ text) => text.length));
  return Math.max(usual, Math.ceil(DIGIT * longest + NAME));
}

/**
 * Where an axis on the ground of a 3-D scene is numbered: not near its ends, where a number would stand below another axis's and be read
 * as one of those, or beyond the picture.
 * @param {number[]} values
 * @returns {number[]}
 */
export function groundTicks(values) {
  const [low, high] = [values[0], values[values.length - 1]];
  const rim = RIM * (high - low);
  const within = (/** @type {number} */ count) => steps([low, high], count).filter((v) => v >= low + rim && v <= high - rim);
  const usual = within(TICKS);
  return rounded(usual.length > 1 ? usual : within(2 * TICKS));
}

/** The heights' of such a scene. @param {number} low @param {number} high @returns {number[]} */
export function heightTicks(low, high) {
  return high > low ? rounded(steps([low, high])) : [low];
}

/** @param {number[]} values @returns {number[]} */
function rounded(values) {
  return values.map((v) => Number(v.toPrecision(WHOLE)));
}

/** @param {number} v @returns {string} «0.05», «2·10⁻⁷» */
export function tick(v) {
  const power = v === 0 ? 0 : Math.floor(Math.log10(Math.abs(v)) + 1e-9);
  const text = power >= SMALL && power < LARGE ? String(v) : `${Number((v / 10 ** power).toPrecision(WHOLE))}·10${raised(String(power))}`;
  return text.replace(/^(-?)1·/, "$1").replace("-", "−");
}

/** @param {[number, number]} range @param {number} [count] about how many @returns {number[]} some round numbers within it */
function steps([low, high], count = TICKS) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 2.5, 5, 10].find((m) => m * power >= rough) ?? 10);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step);
}

/** Powers of ten where there are several, and else what is round between them. @param {[number, number]} range @returns {number[]} */
function powers([low, high]) {
  const from = Math.ceil(low);
  const count = Math.floor(high) - from + 1;
  const every = Math.ceil(count / TICKS);
  if (count >= 3) return Array.from({ length: Math.ceil(count / every) }, (_, i) => 10 ** (from + i * every));
  const fine = [1, 2, 5].flatMap((m) => Array.from({ length: count + 1 }, (_, i) => m * 10 ** (from - 1 + i))).filter((v) => Math.log10(v) >= low && Math.log10(v) <= high);
  return fine.length >= 3 ? fine.sort((a, b) => a - b) : steps([10 ** low, 10 ** high]);
}
