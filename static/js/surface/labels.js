/**
 * Words beside the marks of a picture, moved aside where they would cover one another or leave it.
 *
 * @typedef {{left: number, right: number, top: number, bottom: number}} Box
 */

const LINE = 13; // pixels between two lines
const GAP = 6; // between a mark and its words
const SHIFTS = [0, 1, -1, 2, -2, 3, -3, 4, -4]; // lines up or down, the nearest first
const RADIUS = 8; // of the ball and its rim

export class Labels {
  /** @param {SVGSVGElement} overlay */
  constructor(overlay) {
    this.overlay = overlay;
    /** @type {Box[]} */
    this.taken = [];
    /** @type {Map<string, number>} how wide the words are: measured once, for measuring makes the page lay itself out */
    this.widths = new Map();
  }

  /** A new picture. @param {[number, number]|null} ball  which no words may cover */
  begin(ball) {
    this.taken = ball ? [{ left: ball[0] - RADIUS, right: ball[0] + RADIUS, top: ball[1] - RADIUS, bottom: ball[1] + RADIUS }] : [];
  }

  /**
   * @param {SVGTextContentElement} text
   * @param {string} words
   * @param {[number, number]} at  the mark
   * @param {boolean} [leftwards]  the words stand to the left of it, if there is room
   */
  put(text, words, at, leftwards = false) {
    if (text.textContent !== words) text.textContent = words;
    const width = this.#width(text, words);
    const { width: wide, height: high } = this.overlay.viewBox.baseVal;
    const left = leftwards ? at[0] - GAP - width >= 0 : at[0] + GAP + width > wide && at[0] - GAP - width >= 0;
    const x = left ? at[0] - GAP : at[0] + GAP;
    const box = (/** @type {number} */ y) => ({ left: left ? x - width : x, right: left ? x : x + width, top: y - LINE + 3, bottom: y + 3 });
    const free = SHIFTS.map((lines) => at[1] - GAP + LINE * lines).find((y) => y >= LINE && y <= high - 3 && !this.taken.some((other) => meet(other, box(y))));
    const y = free ?? at[1] - GAP;
    this.taken.push(box(y));
    text.setAttribute("text-anchor", left ? "end" : "start");
    text.setAttribute("x", x.toFixed(1));
    text.setAttribute("y", y.toFixed(1));
  }

  /** @param {SVGTextContentElement} text @param {string} words */
  #width(text, words) {
    const known = this.widths.get(words) ?? text.getComputedTextLength();
    if (known > 0) this.widths.set(words, known);
    return known;
  }
}

/** @param {Box} a @param {Box} b */
function meet(a, b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
