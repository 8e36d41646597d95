/** Numbers as they stand on the page, and back. */

export const DASH = "—";
const MINUS = "−";

/**
 * Four significant digits, a true minus sign; «—» for what is no number.
 * @param {unknown} value
 * @param {number} [digits]
 * @returns {string}
 */
export function show(value, digits = 4) {
  if (typeof value === "string") return value;
  if (typeof value !== "number" || !Number.isFinite(value)) return DASH;
  return plain(value, digits).replace("-", MINUS).replace("e-", `e${MINUS}`).replace("e+", "e");
}

/** So many digits at most: beyond them a number of 64 bits has nothing to say. */
const MOST_DIGITS = 15;

/**
 * How many significant digits it takes to see the difference of two numbers, with two digits of that difference itself; four at least.
 * @param {unknown} value
 * @param {unknown} other
 * @returns {number}
 */
export function apart(value, other) {
  if (typeof value !== "number" || typeof other !== "number") return 4;
  const [size, difference] = [Math.abs(value), Math.abs(value - other)];
  if (!(size > 0) || !(difference > 0)) return 4;
  const power = (/** @type {number} */ v) => Math.floor(Math.log10(v));
  return Math.max(4, Math.min(MOST_DIGITS, power(size) - power(difference) + 2));
}

/**
 * @param {number} value
 * @param {number} digits
 * @returns {string}
 */
function plain(value, digits) {
  const size = Math.abs(value);
  if (value === 0) return "0";
  if (Number.isInteger(value) && size < 1e6) return String(value);
  if (size >= 10 ** digits || size < 1e-4) return value.toExponential(digits - 1);
  return value.toPrecision(digits).replace(/e\+?(-?\d+)$/, "e$1");
}

/**
 * The same with a sign in front of positive numbers too.
 * @param {unknown} value
 * @param {number} [digits]
 * @returns {string}
 */
export function signed(value, digits = 4) {
  const text = show(value, digits);
  return typeof value === "number" && value > 0 ? `+${text}` : text;
}

/**
 * 0.983 as «98.3 %».
 * @param {unknown} value
 * @returns {string}
 */
export function percent(value) {
  if (typeof value !== "number" || !Number.isFinite(value)) return DASH;
  // What is little does not read as nothing; what rounding leaves does.
  const tiny = Math.abs(value) > 1e-10 && Math.abs(value) < 0.0005;
  return `${tiny ? (100 * value).toPrecision(2).replaceAll("-", MINUS) : (100 * value).toFixed(1)} %`;
}

/**
 * A slope between logarithms, to two digits behind the point: fitted to counts, one that is 1 is so but for its last bit.
 * @param {unknown} value
 * @returns {string}
 */
export function slope(value) {
  if (typeof value !== "number" || !Number.isFinite(value)) return DASH;
  return (Math.abs(value) < 0.005 ? 0 : value).toFixed(2).replace("-", MINUS);
}

/**
 * A count with thin spaces: «12 345».
 * @param {unknown} value
 * @returns {string}
 */
export function count(value) {
  if (typeof value !== "number" || !Number.isFinite(value)) return DASH;
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, "\u202f").replace("-", MINUS);
}

/**
 * The thousands in a sentence of the server's as the page groups them; places such as 0/W/1,234 stay as they are.
 * @param {string} text
 * @returns {string}
 */
export function grouped(text) {
  return text.replace(/(?<![\d/,.])\d{1,3}(?:,\d{3})+(?!\d|,\d)/g, (found) => found.replaceAll(",", "\u202f"));
}

/**
 * A number among others of a product or a sum: a negative one in parentheses, as in every equation of the story.
 * @param {unknown} value
 * @returns {string}
 */
export function operand(value) {
  const text = show(value);
  return text.startsWith(MINUS) ? `(${text})` : text;
}

/** What `data-format` may name. @type {Record<string, (value: unknown) => string>} */
export const FORMATS = { show, signed, percent, slope, count, operand };

/**
 * The number that a shown text stands for; null for «—», NaN for a text that is no number.
 * @param {string} text
 * @returns {number|null}
 */
export function parse(text) {
  const trimmed = text.trim().replace(/^\((.*)\)$/, "$1");
  if (trimmed === DASH || trimmed === "") return null;
  const share = /%$/.test(trimmed);
  const value = Number(trimmed.replaceAll(MINUS, "-").replace(/[\s\u202f%+]/g, ""));
  return share ? value / 100 : value;
}

/**
 * «weight_decay» as «weight decay».
 * @param {string} name
 * @returns {string}
 */
export function words(name) {
  return name.replaceAll("_", " ");
}

/** People and methods keep their capitals within a line. */
const PROPER = ["Adam", "He", "Huber", "Levenberg", "Marquardt", "Nesterov", "Poisson", "Xavier"];

/**
 * A title in the middle of a line: «max pooling 1-D», but «ReLU» and «Poisson» as ever.
 * @param {string} title
 * @returns {string}
 */
export function midline(title) {
  return title.replace(/\b[A-Z][a-z]+\b/g, (word) => (PROPER.includes(word) ? word : word.toLowerCase()));
}

/**
 * «Learning rate» for «learning_rate».
 * @param {string} name
 * @returns {string}
 */
export function label(name) {
  const spaced = words(name);
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
