/**
 * Every state that the run has really visited, as a vector, for any plane to project. Going back takes the later ones away. A ball that
 * was put somewhere else begins anew there: no path leads from where it was to where it was put.
 *
 * @typedef {{step: number, vector: Float64Array, loss: number|null, placed: boolean}} Visit
 */
import { movedAt } from "../base/moved.js";
import { flatten } from "../base/vectors.js";

const MOST = 400;
const MOST_NUMBERS = 3_000_000;
const MOST_SENT = { states: 60, numbers: 40_000, playing: 8_000, least: 3 };

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
    if (trail && trail !== this.trail) this.list = trail.map((/** @type {{state: any, loss: number|null, moved?: boolean}} */ { state: at, loss, moved }) => visit(at, loss, Boolean(moved)));
    this.trail = trail;
    const loss = this.store.get("frame.step") === state.step ? this.store.get("frame.loss.train") : null;
    // No update led to weights that were moved by hand.
    const placed = movedAt(this.store.get("timeline"), state.step);
    // The state that the ball was taken from was visited; one that it was only carried over was not.
    const before = this.list.filter((one) => one.step < state.step || (placed && one.step === state.step && !one.placed));
    this.list = this.#thinned([...before, visit(state, loss, placed)]);
  }

  /** The states since the ball was put where its present run begins. @returns {Visit[]} */
  own() {
    return this.list.slice(Math.max(0, this.list.findLastIndex((one) => one.placed)));
  }

  /**
   * The path as it is sent to the server, the present state last; of a long one every second, fourth, eighth … state, so that the same
   * are sent while it grows.
   * @param {{own: boolean, playing: boolean, upTo?: Visit|null}} which  `own`: only since the ball was put somewhere; `upTo`: a state
   *   of the run that the path ends at
   * @returns {Visit[]}
   */
  sent({ own, playing, upTo = null }) {
    const all = own ? this.own() : this.list;
    const list = upTo ? [...all.filter((one) => one.step < upTo.step), upTo] : all;
    const before = list.slice(0, -1);
    const numbers = playing ? MOST_SENT.playing : MOST_SENT.numbers;
    const most = Math.max(MOST_SENT.least, Math.min(MOST_SENT.states, Math.floor(numbers / (list[0]?.vector.length || 1)))) - 1;
    let stride = 1;
    while (before.length > most * stride) stride *= 2;
    return [...before.filter((one, i) => i % stride === 0 || one.placed), ...list.slice(-1)];
  }

  /**
   * Every other one of the older half is left out when there are too many; the first stays, and so does where the ball was put.
   * @param {Visit[]} list
   * @returns {Visit[]}
   */
  #thinned(list) {
    const most = Math.min(MOST, Math.max(40, MOST_NUMBERS / list[0].vector.length));
    if (list.length <= most) return list;
    return list.filter((one, i) => i === 0 || i > list.length / 2 || i % 2 === 0 || one.placed);
  }
}

/**
 * A path to draw: null where the next of its states was put there.
 * @template T
 * @param {Visit[]} list
 * @param {(visit: Visit) => T} at
 * @returns {(T|null)[]}
 */
export function broken(list, at) {
  return list.flatMap((one, i) => (one.placed && i > 0 ? [null, at(one)] : [at(one)]));
}

/**
 * @param {import("../base/types.js").State} state
 * @param {number|null} loss
 * @param {boolean} placed
 * @returns {Visit}
 */
export function visit(state, loss, placed) {
  return { step: state.step, vector: flatten(state.params), loss, placed };
}
