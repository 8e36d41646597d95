/**
 * The columns' titles, as long as fits: each begins in full and is shortened while it would touch a neighbour's.
 *
 * @typedef {import("./scene.js").Scene} Scene
 */

const [LETTER, SMALL] = [7.7, 6.6]; // a title's usual letter in pixels; on a narrow stage
const [THIN, BROAD] = [0.55, 1.4]; // of that
const WORDED = 3; // the shortest form that has all of a title's words
export const NARROW = 520;
const [APART, CLEARLY] = [7, 16]; // pixels between two titles: at the least, and so that two of one line do not read as one
const EDGE = 3;
/** From one line of a title to the next, in pixels: the tallest of the fonts that a system may have needs 15.1. */
export const LINE = 16;
/** The same of a narrow stage's smaller letters: a column's heading stands just below. */
export const NARROW_LINE = 13;

/**
 * @param {Scene} scene
 * @returns {{number: number, x: number, lines: string[]}[]}
 */
export function titles(scene) {
  const letter = scene.width < NARROW ? SMALL : LETTER;
  const width = (/** @type {string[]} */ lines) => letter * Math.max(...lines.map(letters));
  const found = scene.columns.map((column) => ({ number: column.number, at: column.box.x, x: 0, lines: /** @type {string[]} */ ([]), forms: forms(column.title, column.number), form: 0 }));
  const settle = (/** @type {typeof found[number]} */ title) => {
    title.lines = title.forms[title.form];
    const half = width(title.lines) / 2;
    title.x = Math.max(half + EDGE, Math.min(scene.width - half - EDGE, title.at));
  };
  found.forEach(settle);
  // First while all keep their words, then, nearer to each other, until they fit.
  for (const [apart, least] of [[CLEARLY, WORDED], [APART, Infinity]]) shorten(found, width, settle, apart, least);
  return found;
}

/**
 * @template {{x: number, lines: string[], forms: string[][], form: number}} T
 * @param {T[]} found
 * @param {(lines: string[]) => number} width
 * @param {(title: T) => void} settle
 * @param {number} apart  pixels
 * @param {number} least  the last form that may be taken
 */
function shorten(found, width, settle, apart, least) {
  const last = (/** @type {T} */ title) => Math.min(least, title.forms.length - 1);
  const next = () => touching(found, width, apart).map((clash) => clash.filter((title) => title.form < last(title))).find((able) => able.length > 0);
  for (let able = next(); able; able = next()) {
    const longest = able.reduce((a, b) => (width(b.lines) > width(a.lines) ? b : a));
    // Columns of one kind keep one title.
    for (const title of found.filter((each) => each.forms[0][0] === longest.forms[0][0] && each.form <= longest.form && each !== longest)) {
      title.form = Math.min(longest.form + 1, last(title));
      settle(title);
    }
    longest.form += 1;
    settle(longest);
  }
}

/** How many usual letters wide a line is. @param {string} line */
function letters(line) {
  return [...line].reduce((sum, letter) => sum + (/[fijlrt1 ·-]/.test(letter) ? THIN : /[mw]/.test(letter) ? BROAD : 1), 0);
}

/**
 * @template {{x: number, lines: string[]}} T
 * @param {T[]} found
 * @param {(lines: string[]) => number} width
 * @param {number} apart  pixels
 * @returns {[T, T][]} neighbours that touch
 */
function touching(found, width, apart) {
  const neighbours = found.slice(1).map((title, i) => /** @type {[T, T]} */ ([found[i], title]));
  return neighbours.filter(([a, b]) => b.x - a.x < (width(a.lines) + width(b.lines)) / 2 + apart);
}

/**
 * A title from the longest to the shortest form, each a list of lines.
 * @param {string} title
 * @param {number} number
 * @returns {string[][]}
 */
export function forms(title, number) {
  const names = title.split(" · ");
  const brief = names.map((name) => name.replace("convolution", "conv").replace("pooling", "pool"));
  const least = brief.map((name) => name.replace(/ \d-D$/, "").replace("embedding", "embed").replace("dropout", "drop").replace("flatten", "flat"));
  const [own] = least;
  const broken = brief.length > 1 ? brief : [brief[0].replace(/ \d-D$/, ""), ...(brief[0].match(/\d-D$/) ?? [])];
  return [[title], names, brief, broken, least, own.split(" "), [own.split(" ").at(-1) ?? own], [number === 0 ? "in" : String(number)]];
}
