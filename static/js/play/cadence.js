/**
 * How often a stream shows a whole state: twelve times a second, or as often as leaves the page on time for at least half of the
 * while. A state is every number, colour and curve, which costs a slow machine several frames; what travels along the edges between
 * two of them costs none.
 */

// Enough for curves and colours to move; what travels along the edges moves with the screen all the same.
const MOST_A_SECOND = 12;
/** However slow the machine, a state is shown after so many milliseconds. */
const LONGEST = 500;
/** An interval so many times the screen's own has missed a frame. */
const MISSED = 1.4;
/** The screen's own interval is between these: what is faster is not held to it, and what is slower is the machine. */
const [SHORTEST, SLOWEST] = [1000 / 70, 1000 / 30];
const SMOOTHING = 0.3;

export class Cadence {
  #screen = SLOWEST;
  #last = -Infinity;
  #shown = -Infinity;
  /** Milliseconds of late frames since a state was shown. */
  #late = 0;
  #rest = 1000 / MOST_A_SECOND;

  /** States a second, of late. */
  get aSecond() {
    return 1000 / this.#rest;
  }

  /** @param {number} now  of every animation frame */
  tick(now) {
    const interval = now - this.#last;
    this.#last = now;
    if (interval <= 0 || !Number.isFinite(interval)) return;
    this.#screen = Math.max(SHORTEST, Math.min(this.#screen, interval));
    if (interval > MISSED * this.#screen) this.#late += interval;
  }

  /**
   * @param {number} now
   * @returns {boolean} whether the next state may be shown
   */
  ready(now) {
    return now - this.#shown >= this.#due() - this.#screen / 4; // or a fifth frame that comes a moment early waits for a sixth
  }

  /** @param {number} now  when a state is shown */
  shown(now) {
    this.#rest += SMOOTHING * (this.#due() - this.#rest);
    this.#shown = now;
    this.#late = 0;
  }

  #due() {
    return Math.min(LONGEST, Math.max(1000 / MOST_A_SECOND, 2 * this.#late));
  }
}
