/**
 * When the server is asked about the plane again, and how finely: coarsely while the run plays, finely at rest, and never so often that
 * the page would stall.
 */
// Points along a side. A probe asks how a pinned plane stands to the weights, which needs no grid.
export const SIZE = { probe: 2, live: 31, rest: 51 };
const WAIT = { least: 120, most: 1500 }; // ms between an answer and the next question; as long as the answer took, within these
const REST = 450;

export class Pace {
  constructor() {
    /** @type {any} the state that was asked about last */
    this.asked = null;
    /** Of the grid that is drawn. */
    this.size = 0;
    this.began = 0;
    this.free = 0;
  }

  /** @param {any} state */
  begin(state) {
    this.asked = state;
    this.began = performance.now();
  }

  end() {
    const now = performance.now();
    this.free = now + Math.min(WAIT.most, Math.max(WAIT.least, now - this.began));
  }

  /**
   * size 0: not at all.
   * @param {any} state
   * @param {{drawn: boolean, playing: boolean, stale: boolean}} now  is a plane drawn, and must its grid be computed anew?
   * @returns {{wait: number, size: number}}
   */
  due(state, { drawn, playing, stale }) {
    if (!drawn) return { wait: 0, size: this.asked === state ? 0 : SIZE.rest };
    if (this.asked !== state) return { wait: this.free - performance.now(), size: stale ? (playing ? SIZE.live : SIZE.rest) : SIZE.probe };
    const coarse = this.size < SIZE.rest && !playing;
    return { wait: coarse ? REST : 0, size: coarse ? SIZE.rest : 0 };
  }
}
