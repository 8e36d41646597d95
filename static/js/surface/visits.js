/**
 * Every state that the run has really visited, as a vector, for any plane to project. Going back takes the later ones away.
 *
 * @typedef {{step: number, vector: Float64Array, loss: number|null}} Visit
 */
import { flatten, unflatten } from "./vectors.js";

const MOST = 400;
const MOST_NUMBERS = 3_000_000;
const MOST_SENT = { states: 60, numbers: 40_000 };

export class Visits {
  /** @param {import("../base/types.js").Store} store */
  constructor(store) {
    this.store = store;
    /** @type {Visit[]} */
    this.list = [];
    /** @type {any} the state added last */
    this.last = null;
    /** @type {any} the way that the page replayed last */
    this.trail = null;
  }

  clear() {
    this.list = [];
    this.last = null;
    this.trail = null;
  }

  /** The state that is shown now, if it is a new one, and the way to it where the page has replayed one. */
  add() {
    const state = this.store.get("state");
    if (!state || state === this.last) return;
    this.last = state;
    const trail = this.store.get("trail");
    if (trail && trail !== this.trail) this.list = trail.map((/** @type {{state: any, loss: number|null}} */ { state: at, loss }) => visit(at, loss));
    this.trail = trail;
    const loss = this.store.get("frame.step") === state.step ? this.store.get("frame.loss.train") : null;
    const before = this.list.filter(({ step }) => step < state.step);
    this.list = this.#thinned([...before, visit(state, loss)]);
  }

  /**
   * The path as documents for the server, the present state last: many of its states, or that one alone.
   * @param {import("../base/types.js").State} state
   * @param {boolean} many
   * @returns {{step: number, params: any}[]}
   */
  documents(state, many) {
    const now = { step: state.step, params: state.params };
    if (!many || !this.list.length) return [now];
    const most = Math.max(2, Math.min(MOST_SENT.states, Math.floor(MOST_SENT.numbers / this.list[0].vector.length)));
    const before = this.list.filter((visit) => visit.step < state.step);
    const count = Math.min(before.length, most - 1);
    const chosen = Array.from({ length: count }, (_, i) => before[Math.round((i * (before.length - 1)) / Math.max(1, count - 1))]);
    return [...chosen.map((visit) => ({ step: visit.step, params: unflatten(state.params, visit.vector) })), now];
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

/**
 * @param {import("../base/types.js").State} state
 * @param {number|null} loss
 * @returns {Visit}
 */
function visit(state, loss) {
  return { step: state.step, vector: flatten(state.params), loss };
}
