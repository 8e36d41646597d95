/**
 * The plane of the loss surface: which one, what the loss is on it, and where the run is and has been. Its numbers are in the store
 * under `surface`, for whoever shows them.
 *
 * A live plane goes through the present weights. A plane whose directions stand still is asked for with the weights' part that lies
 * off it moved along, so that the window stays and the ball moves in it; the others are laid anew through the weights. A pinned plane
 * stays where it was, and the ball leaves it.
 *
 * @typedef {import("../base/types.js").Context} Context
 * @typedef {import("../base/types.js").State} State
 * @typedef {{kind: string} & Record<string, any>} Spec
 * @typedef {[number, number]} Pair
 * @typedef {{plane: Plane, xs: number[], ys: number[], shift: Pair, span: Pair[], loss: (number|null)[][], labels: Pair|any, spec: Spec,
 *   step: number, state: any, answer: any}} Picture
 */
import { ApiError, stale } from "../base/api.js";
import { heightAt } from "../plot/field.js";
import { Plane, finite, flatten, plus, unflatten } from "./vectors.js";
import { Visits } from "./visits.js";
import { pointsOf } from "./third.js";
import { grown, shiftOf } from "./window.js";

const SIZE = { live: 31, rest: 51 };
const WAIT = { least: 120, most: 1500 }; // ms between an answer and the next question; as long as the answer took, within these
const REST = 450;
const STILL = ["weights", "random"]; // planes whose directions do not depend on where the run is

export class Landscape {
  /**
   * @param {Context} context
   * @param {() => void} changed  a new picture, or news about one
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
    /** @type {Float64Array|null} the origin of the first plane: the window is fixed to it */
    this.centre = null;
    this.busy = false;
    this.progress = 1;
    this.problem = "";
    this.free = 0;
    this.timer = 0;
    /** @type {any} the state that was asked about last */
    this.asked = null;
    /** @type {any} the beginning of the run that the plane was chosen for */
    this.run = null;
    this.size = 0;
    this.largest = 0;
    /** @type {WeakMap<import("./visits.js").Visit, Pair>} */
    this.places = new WeakMap();
    /** @type {Picture|null} */
    this.placedOn = null;
  }

  /** Another experiment: nothing of the old plane means anything. @param {Spec} spec */
  begin(spec) {
    this.run = this.context.store.get("timeline.0");
    this.visits.clear();
    this.visits.add();
    this.choose(spec);
  }

  /** Another plane of the same run. @param {Spec} spec */
  choose(spec) {
    this.spec = spec;
    this.picture = null;
    this.centre = null;
    this.asked = null;
    this.busy = false;
    this.largest = 0;
    this.problem = "";
    this.context.store.set("surface", null);
    this.follow();
    this.changed();
  }

  /** @param {boolean} pinned */
  pin(pinned) {
    this.pinned = pinned;
    this.asked = null;
    this.largest = 0;
    this.follow();
  }

  /** The run moved, or time has passed: ask again if it is time to. */
  follow() {
    const { store } = this.context;
    const state = /** @type {State|null} */ (store.get("state"));
    clearTimeout(this.timer);
    // A new run has come and its plane has not been chosen yet: the old one's addresses mean nothing to it.
    if (store.get("timeline.0") !== this.run) return;
    if (!state || !this.spec) return;
    if (!finite(state)) {
      this.#lose();
      return;
    }
    this.visits.add();
    this.#tell(state);
    if (this.busy) return;
    if (this.spec.kind === "points" && this.visits.list.length < 2 && !this.picture) {
      this.problem = "The start and the present weights are still the same: take a step, and a line leads from one to the other.";
      return;
    }
    const { wait, size } = this.#due(state, store.get("playing"));
    if (wait > 0) this.timer = window.setTimeout(() => this.#ask(size), wait);
    else if (size) void this.#ask(size);
  }

  /**
   * When to ask next, and how finely; size 0: not at all.
   * @param {State} state
   * @param {boolean} playing
   */
  #due(state, playing) {
    if (!this.picture) return { wait: 0, size: this.asked === state ? 0 : SIZE.rest };
    const settled = this.asked === state;
    if (this.pinned && playing) return { wait: 0, size: 0 };
    if (settled) return { wait: this.size < SIZE.rest && !playing ? REST : 0, size: this.size < SIZE.rest && !playing ? SIZE.rest : 0 };
    return { wait: this.pinned ? REST : this.free - performance.now(), size: playing ? SIZE.live : SIZE.rest };
  }

  /** The run has diverged beyond all numbers: no plane goes through such weights, and nothing old is passed off as theirs. */
  #lose() {
    const { store } = this.context;
    this.asked = null;
    this.problem = "The weights are no longer finite numbers: the ball is on no plane, and what is drawn is the last plane before that.";
    store.set("surface", { at: { alpha: null, beta: null }, plane_loss: null, true_loss: null, gap: null, largest: this.largest, distance: null, step: this.picture?.step ?? null });
    this.changed();
  }

  /** @param {number} size */
  async #ask(size) {
    const { store, api } = this.context;
    const [experiment, state, spec] = [store.get("experiment"), /** @type {State} */ (store.get("state")), this.spec];
    if (this.busy || !spec || !state) return;
    const began = performance.now();
    this.busy = true;
    this.asked = state;
    try {
      const through = this.#through(state, spec);
      const body = { experiment, state: through, plane: pointsOf(spec, this.visits, state), size, precision: "float32", path: this.visits.documents(state, size === SIZE.rest), ...this.#window(spec) };
      const answer = await api.survey(body, (progress) => this.#report(progress), { kind: "surface" });
      if (spec !== this.spec || experiment !== store.get("experiment")) return;
      this.#take(answer, spec, through);
      this.size = size;
      this.problem = "";
    } catch (error) {
      if (stale(error) || spec !== this.spec) return;
      if (!(error instanceof ApiError)) throw error;
      this.problem = [error.message, error.hint].filter(Boolean).join("; ");
      this.size = SIZE.rest;
    } finally {
      if (spec === this.spec) {
        this.busy = false;
        this.progress = 1;
        this.free = performance.now() + Math.min(WAIT.most, Math.max(WAIT.least, performance.now() - began));
        this.follow();
        this.changed();
      }
    }
  }

  /** @param {number} progress */
  #report(progress) {
    this.progress = progress;
    this.changed();
  }

  /**
   * The state that the plane is asked through.
   * @param {State} state
   * @param {Spec} spec
   */
  #through(state, spec) {
    if (this.picture && this.pinned) return this.picture.state;
    if (!this.picture || !this.centre || !STILL.includes(spec.kind)) return state;
    const now = flatten(state.params);
    const { plane } = this.picture;
    const [alpha, beta] = plane.along(plus(now, this.centre, -1));
    return { step: state.step, params: unflatten(state.params, plus(plus(now, plane.d0, -alpha), plane.d1, -beta)) };
  }

  /**
   * The window stays where it was until the ball comes near its edge; then it holds the whole path, with room.
   * @param {Spec} spec
   */
  #window(spec) {
    if (!this.picture || (!this.pinned && !STILL.includes(spec.kind))) return {};
    const { plane, span } = this.picture;
    const places = this.visits.list.map((visit) => plane.shadow(visit.vector).at);
    return { span: span.map((side, k) => grown(side, places.map((at) => at[k]))) };
  }

  /**
   * @param {any} answer
   * @param {Spec} spec
   * @param {any} state  that the plane was laid through
   */
  #take(answer, spec, state) {
    const plane = new Plane(flatten(answer.origin), flatten(answer.directions[0]), flatten(answer.directions[1]));
    this.centre ??= plane.origin;
    const shift = shiftOf(spec, answer.origin);
    const [xs, ys] = [0, 1].map((k) => answer.axes[k].values.map((/** @type {number} */ v) => v + shift[k]));
    const span = answer.axes.map((/** @type {any} */ axis) => /** @type {Pair} */ ([axis.values[0], axis.values[axis.values.length - 1]]));
    this.picture = { plane, xs, ys, shift, span, loss: answer.loss, labels: [answer.axes[0].label, answer.axes[1].label], spec, step: state.step, state, answer };
    this.largest = Math.max(this.pinned ? this.largest : 0, answer.gap?.largest ?? 0);
  }

  /** What is always on display: where the ball is, the plane's loss under it, the true loss, and the gap. @param {State} state */
  #tell(state) {
    const { store } = this.context;
    const picture = this.picture;
    if (!picture) return;
    const { at, distance } = this.place(flatten(state.params));
    const exact = this.asked === state && !this.busy ? picture.answer.path.find((/** @type {any} */ row) => row.step === state.step) : null;
    const under = exact ? exact.plane_loss : heightAt(picture.loss, picture.xs, picture.ys, at[0], at[1]);
    const truth = store.get("frame.step") === state.step ? store.get("frame.loss.train") : null;
    const gap = under === null || truth === null ? null : Math.abs(under - truth);
    this.largest = Math.max(this.largest, gap ?? 0);
    const size = distance < 1e-9 * (1 + Math.hypot(...at)) ? 0 : distance;
    store.set("surface", { at: { alpha: at[0], beta: at[1] }, plane_loss: under, true_loss: truth, gap, largest: this.largest, distance: size, step: picture.step });
  }

  /**
   * A point's place on the axes as they are labelled, and its distance from the plane.
   * @param {Float64Array} vector
   * @returns {{at: Pair, distance: number}}
   */
  place(vector) {
    if (!this.picture) return { at: [0, 0], distance: 0 };
    const { plane, shift } = this.picture;
    const { at, distance } = plane.shadow(vector);
    return { at: [at[0] + shift[0], at[1] + shift[1]], distance };
  }

  /**
   * Where a visited state is, worked out once for each plane.
   * @param {import("./visits.js").Visit} visit
   * @returns {Pair}
   */
  visited(visit) {
    if (this.placedOn !== this.picture) {
      this.placedOn = this.picture;
      this.places = new WeakMap();
    }
    const known = this.places.get(visit) ?? this.place(visit.vector).at;
    this.places.set(visit, known);
    return known;
  }

  /**
   * A displacement as it shows on the plane.
   * @param {Float64Array} vector
   * @returns {Pair}
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
