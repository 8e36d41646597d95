/**
 * Words beside the marks of a picture, moved aside where they would cover one another or leave it.
 *
 * @typedef {{left: number, right: number, top: number, bottom: number}} Box
 */

const LINES = { usual: 13, large: 17 }; // pixels between two lines
const GAP = 6; // between a mark and its words
const SHIFTS = [0, 1, -1, 2, -2, 3, -3, 4, -4]; // lines up or down, the nearest first
const NEAR = 3; // of them are tried on the better side before the other one is
const STROKE = 3; // pixels about a line that no words may cover
const RADIUS = 8; // of the ball and its rim
const NUMBERED = 9; // how much worse it is to cover a number than a mark
const RIM = 2; // pixels of the rim that words wear

export class Labels {
  /** @param {SVGSVGElement} overlay */
  constructor(overlay) {
    this.overlay = overlay;
    /** @type {Box[]} */
    this.taken = [];
    /** Of the ball and the words that stand already. @type {Box[]} */
    this.said = [];
    /** @type {Map<string, number>} how wide the words are: measured once, for measuring makes the page lay itself out */
    this.widths = new Map();
    this.line = LINES.usual;
    /** Those of the axes, which stand whatever the picture shows. @type {Box[]} */
    this.numbers = [];
  }

  /** A new picture. @param {[number, number]|null} ball  which no words may cover */
  begin(ball) {
    const line = this.overlay.closest(".is-large") ? LINES.large : LINES.usual;
    if (line !== this.line) this.widths.clear();
    this.line = line;
    this.taken = ball ? [around(ball, RADIUS)] : [];
    this.said = [...this.taken];
  }

  /** A mark that no words may cover. @param {[number, number]} at @param {number} radius */
  keep(at, radius) {
    this.taken.push(around(at, radius));
  }

  /** A straight line that no words may cover. @param {[number, number]} from @param {[number, number]} to */
  keepLine([x0, y0], [x1, y1]) {
    const count = Math.min(60, Math.ceil(Math.hypot(x1 - x0, y1 - y0) / (2 * STROKE)));
    for (let i = 0; i < count; i += 1) this.keep([x0 + (i / count) * (x1 - x0), y0 + (i / count) * (y1 - y0)], STROKE);
  }

  /**
   * @param {SVGTextContentElement} text
   * @param {string} words
   * @param {[number, number]} at  the mark
   * @param {boolean} [leftwards]  the words stand to the left of it, if there is room
   * @param {boolean} [spare]  they may be left out, rather than cover others
   * @returns {boolean}  do they stand?
   */
  put(text, words, at, leftwards = false, spare = false) {
    if (text.textContent !== words) text.textContent = words;
    const width = this.#width(text, words);
    const { width: wide, height: high } = this.overlay.viewBox.baseVal;
    const room = (/** @type {boolean} */ left) => (left ? at[0] - GAP - width >= 0 : at[0] + GAP + width <= wide);
    const better = room(leftwards) || !room(!leftwards) ? leftwards : !leftwards;
    const sides = room(!better) ? [better, !better] : [better];
    const lines = [SHIFTS.slice(0, NEAR), SHIFTS.slice(NEAR)].flatMap((shifts) => sides.flatMap((left) => shifts.map((shift) => ({ left, shift }))));
    const boxes = lines.map(({ left, shift }) => {
      // Where neither side has room, the words are pushed back into the picture.
      const x = left ? Math.max(width, at[0] - GAP) : Math.max(0, Math.min(wide - width, at[0] + GAP));
      const y = at[1] - GAP + this.line * shift;
      return { left, x, y, box: { left: (left ? x - width : x) - RIM, right: (left ? x : x + width) + RIM, top: y - this.line + 3, bottom: y + 3 } };
    });
    const within = boxes.filter(({ y }) => y >= this.line && y <= high - 3);
    const met = (/** @type {Box} */ box) => NUMBERED * this.said.filter((other) => meet(other, box)).length + this.taken.filter((other) => meet(other, box)).length + NUMBERED * this.numbers.filter((other) => meet(other, box)).length;
    const chosen = least(within, ({ box }) => met(box)) ?? boxes[0];
    if (spare && [...this.said, ...this.numbers].some((other) => meet(other, chosen.box))) return false;
    this.taken.push(chosen.box);
    this.said.push(chosen.box);
    text.setAttribute("text-anchor", chosen.left ? "end" : "start");
    text.setAttribute("x", chosen.x.toFixed(1));
    text.setAttribute("y", chosen.y.toFixed(1));
    return true;
  }

  /** @param {SVGTextContentElement} text @param {string} words */
  #width(text, words) {
    const known = this.widths.get(words) ?? text.getComputedTextLength();
    if (known > 0) this.widths.set(words, known);
    return known;
  }
}

/** @param {[number, number]} at @param {number} radius @returns {Box} */
export function around([x, y], radius) {
  return { left: x - radius, right: x + radius, top: y - radius, bottom: y + radius };
}

/**
 * @template T
 * @param {T[]} all
 * @param {(each: T) => number} cost
 * @returns {T|undefined}  the first of the cheapest
 */
function least(all, cost) {
  const costs = all.map(cost);
  return all[costs.indexOf(Math.min(...costs))];
}

/** @param {Box} a @param {Box} b */
function meet(a, b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
