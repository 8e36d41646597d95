/**
 * From one plane to the next without a jump, when both are of the same window: the heights between them.
 *
 * @typedef {import("./picture.js").Picture} Picture
 * @typedef {(number|null)[][]} Grid
 */
import { sameSpan } from "./window.js";

const DURATION = 220;

export class Morph {
  /**
   * @param {import("../base/types.js").Frames} frames
   * @param {() => void} changed
   */
  constructor(frames, changed) {
    this.frames = frames;
    this.changed = changed;
    /** @type {Picture|null} */
    this.to = null;
    /** @type {Grid|null} */
    this.from = null;
    /** @type {Grid|null} */
    this.now = null;
    this.moving = false;
  }

  /**
   * The heights to draw at this moment for the newest plane.
   * @param {Picture} picture
   * @returns {Grid}
   */
  grid(picture) {
    if (picture !== this.to) this.#begin(picture);
    return this.now ?? picture.loss;
  }

  /** @param {Picture} picture */
  #begin(picture) {
    const before = this.to;
    const still = before === null || !sameWindow(before, picture) || document.documentElement.dataset.motion === "reduced";
    this.from = still ? null : (this.now ?? before.loss);
    this.to = picture;
    this.now = this.from;
    this.moving = false;
    if (still) return;
    this.moving = true;
    this.frames.animate(DURATION, (t) => {
      if (this.to !== picture || !this.from) return;
      this.now = t < 1 ? between(this.from, picture.loss, t) : null;
      this.moving = t < 1;
      this.changed();
    }, "surface-morph");
  }
}

/** @param {Picture} a @param {Picture} b @returns {boolean} */
function sameWindow(a, b) {
  const ends = (/** @type {Picture} */ { xs, ys }) => [xs, ys].map((side) => /** @type {[number, number]} */ ([side[0], side[side.length - 1]]));
  return a.spec === b.spec && a.xs.length === b.xs.length && sameSpan(ends(a), ends(b));
}

/**
 * @param {Grid} from
 * @param {Grid} to
 * @param {number} t
 * @returns {Grid}
 */
function between(from, to, t) {
  return to.map((row, r) => row.map((v, c) => {
    const old = from[r][c];
    return v === null || old === null ? v : old + t * (v - old);
  }));
}
