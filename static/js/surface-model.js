/**
 * The plane of the loss surface: which one, what the loss is on it, and where the run is and has been. Its numbers are in the store
 * under `surface`, for whoever shows them.
 *
 * A live plane goes through the present weights: each answer is asked for with the weights' part that lies off the plane moved
 * along, so that the window stands still while the ball moves in it. A pinned plane stays where it was, and the ball leaves it.
 *
 * @typedef {import("./types.js").Context} Context
 * @typedef {import("./types.js").State} State
 * @typedef {{kind: string} & Record<string, any>} Spec
 * @typedef {{plane: Plane, xs: number[], ys: number[], shift: [number, number], loss: (number|null)[][], labels: [string, string],
 *   spec: Spec, step: number, path: any[], explained: number[]|null, extra: any}} Picture
 * @typedef {{step: number, vector: Float64Array, loss: number|null}} Visit
 */
import { stale } from "./api.js";
import { heightAt } from "./plot-field.js";
import { Plane, flatten, plus, unflatten } from "./surface-vectors.js";
import { Visits } from "./surface-visits.js";
import { parseAddress } from "./view.js";

const SIZE = { live: 25, rest: 51 };
const WAIT = { least: 150, most: 1200 }; // ms between an answer and the next question; as long as the answer took, within these
const REST = 450;
const ROOM = 0.86; // the part of the window within which the ball may move before the window grows
const REACH = { weights: 3, random: 1 };

export class Landscape {
  /**
   * @param {Context} context
   * @param {() => void} changed  a new picture or a new place of the ball
   */
  constructor(context, changed) {
    this.context = context;
    this.changed = changed;
    this.visits = new Visits(context.store);
    /** @type {Spec|null} */
    this.spec = null;
    this.pinned = false;
    /** @type {Picture|null} */
    this.picture = null;
    /** @type {Float64Array|null} the middle of the window */
    this.centre = null;
    /** @type {number|null} */
    this.reach = null;
    this.busy = false;
    this.free = 0;
    this.timer = 0;
    /** @type {State|null} the state whose plane was asked for last */
    this.asked = null;
    this.size = 0;
  }

  /** Another experiment: nothing of the old plane means anything. @param {Spec} spec */
  begin(spec) {
    this.spec = spec;
    this.visits.clear();
    this.visits.add();
    this.again();
  }

  /** Another plane of the same run. @param {Spec} spec */
  choose(spec) {
    this.spec = spec;
    this.again();
  }

  /** Forget the plane and ask for it through the present weights. */
  again() {
    this.picture = null;
    this.centre = null;
    this.reach = null;
    this.asked = null;
    this.context.store.set("surface", null);
    this.follow();
  }

  /** @param {boolean} pinned */
  pin(pinned) {
    this.pinned = pinned;
    if (!pinned) this.asked = null;
    this.follow();
  }

  /** The run moved, or time has passed: ask again if it is time to. */
  follow() {
    const { store } = this.context;
    const state = /** @type {State|null} */ (store.get("state"));
    clearTimeout(this.timer);
    if (!state || !this.spec || store.get("frame.diverged")) return;
    this.visits.add();
    this.#tell(state);
    const fine = this.size >= SIZE.rest;
    const settled = this.asked === state || (this.pinned && this.picture);
    if (this.busy || (settled && fine)) return;
    const wait = settled ? REST : this.free - performance.now();
    if (wait > 0) this.timer = window.setTimeout(() => this.#ask(settled ? SIZE.rest : SIZE.live), wait);
    else void this.#ask(this.picture ? SIZE.live : SIZE.rest);
  }

  /** @param {number} size */
  async #ask(size) {
    const { store, api } = this.context;
    const [experiment, state, spec] = [store.get("experiment"), /** @type {State} */ (store.get("state")), this.spec];
    if (this.busy || !spec) return;
    const began = performance.now();
    this.busy = true;
    this.asked = this.pinned ? this.asked : state;
    try {
      const body = { experiment, state: this.#through(state), plane: spec, size, ...this.#window(), path: [{ step: state.step, params: state.params }] };
      const answer = await api.surface(body, { kind: "surface" });
      if (spec === this.spec && experiment === store.get("experiment")) this.#take(answer, spec, state.step, size);
    } catch (error) {
      if (!stale(error)) store.set("error", error);
    } finally {
      this.busy = false;
      this.free = performance.now() + Math.min(WAIT.most, Math.max(WAIT.least, performance.now() - began));
      this.follow();
      this.changed();
    }
  }

  /**
   * The point that the plane is asked through: the middle of the window, moved off the plane as far as the weights are.
   * @param {State} state
   */
  #through(state) {
    if (!this.picture || !this.centre) return { step: state.step, params: state.params };
    if (this.pinned) return { step: state.step, params: unflatten(state.params, this.picture.plane.origin) };
    const now = flatten(state.params);
    const { plane } = this.picture;
    const [alpha, beta] = plane.along(plus(now, this.centre, -1));
    return { step: state.step, params: unflatten(state.params, plus(plus(now, plane.d0, -alpha), plane.d1, -beta)) };
  }

  /** The window must hold the run's whole path, with room. */
  #window() {
    if (!this.picture || !this.spec) return {};
    const { plane } = this.picture;
    const far = Math.max(...this.visits.list.flatMap((visit) => plane.shadow(visit.vector).at.map(Math.abs)));
    const reach = this.reach ?? (REACH[/** @type {keyof typeof REACH} */ (this.spec.kind)] ?? 1);
    if (Number.isFinite(far) && far > ROOM * reach) this.reach = 1.35 * far;
    return this.reach ? { reach: this.reach } : {};
  }

  /**
   * @param {any} answer
   * @param {Spec} spec
   * @param {number} step
   * @param {number} size
   */
  #take(answer, spec, step, size) {
    const plane = new Plane(flatten(answer.origin), flatten(answer.directions[0]), flatten(answer.directions[1]));
    this.centre ??= plane.origin;
    const shift = shiftOf(spec, answer.origin);
    const [xs, ys] = [0, 1].map((k) => answer.axes[k].values.map((/** @type {number} */ v) => v + shift[k]));
    const labels = /** @type {[string, string]} */ ([answer.axes[0].label, answer.axes[1].label]);
    this.picture = { plane, xs, ys, shift, loss: answer.loss, labels, spec, step, path: answer.path ?? [], explained: answer.explained_variance ?? null, extra: answer };
    this.size = size;
  }

  /** What is always on display: where the ball is, the plane's loss under it, the true loss, and the gap. @param {State} state */
  #tell(state) {
    const { store } = this.context;
    const picture = this.picture;
    if (!picture) return;
    const { at, distance } = this.place(flatten(state.params));
    const exact = picture.path.find((row) => row.step === state.step);
    const under = exact && this.asked === state ? exact.plane_loss : heightAt(picture.loss, picture.xs, picture.ys, at[0], at[1]);
    const truth = store.get("frame.step") === state.step ? store.get("frame.loss.train") : null;
    const gap = under === null || truth === null ? null : Math.abs(under - truth);
    this.largest = Math.max(this.largest ?? 0, gap ?? 0);
    store.set("surface", { at: { alpha: at[0], beta: at[1] }, plane_loss: under, true_loss: truth, gap, distance: distance < 1e-12 ? 0 : distance, pinned: this.pinned, step: picture.step });
  }

  /**
   * A point's place on the axes as they are labelled, and its distance from the plane.
   * @param {Float64Array} vector
   * @returns {{at: [number, number], distance: number}}
   */
  place(vector) {
    if (!this.picture) return { at: [0, 0], distance: 0 };
    const { plane, shift } = this.picture;
    const { at, distance } = plane.shadow(vector);
    return { at: [at[0] + shift[0], at[1] + shift[1]], distance };
  }

  /**
   * A displacement as it shows on the plane.
   * @param {Float64Array} vector
   * @returns {[number, number]}
   */
  along(vector) {
    return this.picture ? this.picture.plane.along(vector) : [0, 0];
  }

  /**
   * The parameters at a place of the axes.
   * @param {number} x
   * @param {number} y
   * @returns {any}
   */
  paramsAt(x, y) {
    const { store } = this.context;
    if (!this.picture) return store.get("state.params");
    const { plane, shift } = this.picture;
    return unflatten(store.get("state.params"), plane.point(x - shift[0], y - shift[1]));
  }
}

/**
 * On a plane of two weights the axes show the weights themselves, not how far they are moved.
 * @param {Spec} spec
 * @param {any} origin
 * @returns {[number, number]}
 */
function shiftOf(spec, origin) {
  if (spec.kind !== "weights") return [0, 0];
  const value = (/** @type {string} */ text) => {
    const parts = parseAddress(text);
    return parts ? parts.index.reduce((array, i) => array[i], origin[parts.link][parts.what]) : 0;
  };
  return [value(spec.addresses[0]), value(spec.addresses[1])];
}
