/**
 * The columns' titles, as long as fits: each begins in full and is shortened while it would touch a neighbour's.
 *
 * @typedef {import("./scene.js").Scene} Scene
 */

const LETTER = 7.2; // a title's letter in pixels, generously
const APART = 7;
const EDGE = 3;

/**
 * @param {Scene} scene
 * @returns {{number: number, x: number, lines: string[]}[]}
 */
export function titles(scene) {
  const found = scene.columns.map((column) => ({ number: column.number, at: column.box.x, x: 0, lines: /** @type {string[]} */ ([]), forms: forms(column.title, column.number), form: 0 }));
  const settle = (/** @type {typeof found[number]} */ title) => {
    title.lines = title.forms[title.form];
    const half = width(title.lines) / 2;
    title.x = Math.max(half + EDGE, Math.min(scene.width - half - EDGE, title.at));
  };
  found.forEach(settle);
  for (let clash = touching(found); clash; clash = touching(found)) {
    const able = clash.filter((title) => title.form < title.forms.length - 1);
    if (able.length === 0) break;
    const longest = able.reduce((a, b) => (width(b.lines) > width(a.lines) ? b : a));
    longest.form += 1;
    settle(longest);
  }
  return found;
}

/**
 * @template {{x: number, lines: string[]}} T
 * @param {T[]} found
 * @returns {[T, T]|null} the first two that touch and can be told apart by shortening
 */
function touching(found) {
  for (let i = 1; i < found.length; i += 1) {
    const [a, b] = [found[i - 1], found[i]];
    if (b.x - a.x < (width(a.lines) + width(b.lines)) / 2 + APART) return [a, b];
  }
  return null;
}

/** @param {string[]} lines */
function width(lines) {
  return LETTER * Math.max(...lines.map((line) => line.length));
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
  const words = brief.flatMap((name) => name.split(" "));
  const least = brief.map((name) => (name.includes("pool") ? "pool" : name.split(" ")[0].replace("embedding", "embed").replace("dropout", "drop")));
  return [[title], names, brief, words.length <= 3 ? words : least, least, [number === 0 ? "in" : least[0].slice(0, 4)], [String(number)]];
}
