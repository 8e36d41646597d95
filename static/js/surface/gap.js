/**
 * What the server has measured on a plane: the losses under the states of the path and off it, and how far apart they are.
 *
 * What is said of the gap is never read off the grid: it is the server's, for the last state that it was asked about, and `measured`
 * names that update; null while the present one is being asked about. Where the plane holds the weights, the gap is 0 without asking.
 *
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {import("../base/types.js").State} State
 * @typedef {import("./model.js").Pair} Pair
 * @typedef {{step: number, plane_loss: number|null, true_loss: number|null, gap: number|null, distance: number|null}} Measured
 */
const UNKNOWN = { plane_loss: null, true_loss: null, gap: null, distance: null };

export class Gap {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    /** @type {(Measured & {at: Pair, placed: boolean})[]} the path as the server has measured it */
    this.path = [];
    /** @type {{state: State, row: Measured}|null} the state that it has measured last */
    this.last = null;
    this.largest = 0;
  }

  /** Nothing is known of the plane any more. */
  clear() {
    this.path = [];
    this.last = null;
    this.largest = 0;
    this.store.set("surface", null);
  }

  /**
   * @param {any} answer
   * @param {State|null} state  that it was asked about: the last of the path; null: the present one was not
   * @param {import("./visits.js").Visit[]} sent
   * @param {boolean} pinned  then the largest gap is that of all answers
   */
  take(answer, state, sent, pinned) {
    this.path = answer.path.map((/** @type {Measured} */ row, /** @type {number} */ i) => ({ ...row, placed: sent[i].placed }));
    this.last = state && { state, row: this.path[this.path.length - 1] };
    this.largest = Math.max(pinned ? this.largest : 0, answer.gap.largest ?? 0);
  }

  /**
   * What is always on display: where the ball is, the plane's loss under it, the true loss, and the gap.
   * @param {State} state
   * @param {import("./picture.js").Picture} picture
   * @param {{at: Pair, distance: number}} place  of the state on it
   */
  tell(state, picture, { at, distance }) {
    const { step: measured, plane_loss, true_loss, gap, distance: off } = this.#known(state, distance);
    this.store.set("surface", { at: { alpha: at[0], beta: at[1] }, plane_loss, true_loss, gap, largest: this.largest, distance: off, step: picture.step, measured });
  }

  /** The weights are no numbers, and on no plane. @param {import("./picture.js").Picture|null} picture  drawn before that */
  lose(picture) {
    this.store.set("surface", { at: { alpha: null, beta: null }, ...UNKNOWN, largest: this.largest, step: picture?.step ?? null, measured: null });
  }

  /**
   * The losses on the plane and off it, exactly, of the present state; of the last one measured while the run goes on.
   * @param {State} state
   * @param {number} distance
   * @returns {Omit<Measured, "step"> & {step: number|null}}
   */
  #known(state, distance) {
    const { store, last } = this;
    const loss = store.get("frame.step") === state.step ? store.get("frame.loss.train") : null;
    if (distance === 0 && loss !== null) return { step: state.step, plane_loss: loss, true_loss: loss, gap: 0, distance: 0 };
    if (last && (last.state === state || (store.get("playing") && last.row.step < state.step))) return last.row;
    // Where the weights lie is known at once; the plane's loss below them has still to be asked for.
    return { step: null, ...UNKNOWN, true_loss: loss, distance };
  }
}
