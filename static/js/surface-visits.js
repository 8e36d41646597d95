/**
 * Every state that the run has really visited, as a vector, for any plane to project. Going back takes the later ones away.
 *
 * @typedef {{step: number, vector: Float64Array, loss: number|null}} Visit
 */
import { flatten } from "./surface-vectors.js";

const MOST = 400;
const MOST_NUMBERS = 3_000_000;

export class Visits {
  /** @param {import("./types.js").Store} store */
  constructor(store) {
    this.store = store;
    /** @type {Visit[]} */
    this.list = [];
    /** @type {any} the state added last */
    this.last = null;
  }

  clear() {
    this.list = [];
    this.last = null;
  }

  /** The state that is shown now, if it is a new one. */
  add() {
    const state = this.store.get("state");
    if (!state || state === this.last) return;
    this.last = state;
    const loss = this.store.get("frame.step") === state.step ? this.store.get("frame.loss.train") : null;
    const before = this.list.filter((visit) => visit.step < state.step);
    this.list = this.#thinned([...before, { step: state.step, vector: flatten(state.params), loss }]);
  }

  /**
   * Every other one of the older half is left out when there are too many; the first stays.
   * @param {Visit[]} list
   * @returns {Visit[]}
   */
  #thinned(list) {
    const most = Math.min(MOST, Math.max(40, MOST_NUMBERS / list[0].vector.length));
    if (list.length <= most) return list;
    return list.filter((_, i) => i === 0 || i > list.length / 2 || i % 2 === 0);
  }
}
