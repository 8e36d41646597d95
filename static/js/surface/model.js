/**
 * The plane of the loss surface: which one, what the loss is on it, and where the run is and has been. Its numbers are in the store
 * under `surface`, for whoever shows them.
 *
 * A live plane is laid anew through the present weights; the server chooses its window by the path, so that it stands while the ball
 * moves in it. A pinned plane stays where it was: the ball leaves it, and its window grows to hold the ball.
 *
 * @typedef {import("../base/types.js").Context} Context
 * @typedef {import("../base/types.js").State} State
 * @typedef {{kind: string} & Record<string, any>} Spec
 * @typedef {[number, number]} Pair
 */
import { ApiError, stale } from "../base/api.js";
import { pinAt } from "../base/pin.js";
import { Gap } from "./gap.js";
import { lackingOf } from "./lacking.js";
import { Pace, SIZE } from "./pace.js";
import { Picture } from "./picture.js";
import { completed, earlier } from "./recalled.js";
import { pointsOf } from "./third.js";
import { finite, flatten, unflatten } from "../base/vectors.js";
import { Visits } from "./visits.js";
import { grown, sameSpan } from "./window.js";

// What these are laid along is of one moment: pinned, they are asked for by three states that they hold.
const OF_THEIR_MOMENT = ["trajectory", "points", "gradient"];

const FARTHEST = 1e9; // to where the server lays a window (END in app/fields.py)
const FAR = "The ball has gone so far on this pinned plane that no window holds it: unpin it, and the plane goes along.";

export class Landscape {
  /**
   * @param {Context} context
   * @param {() => void} changed  a new picture, or news about one
   */
  constructor(context, changed) {
    this.context = context;
    this.changed = changed;
    this.visits = new Visits(context.store);
    this.gap = new Gap(context.store);
    this.pace = new Pace();
    /** @type {Spec|null} */
    this.spec = null;
    /** @type {import("../base/pin.js").Pin|null} the moment at which the plane stands still; null: it goes along with the weights */
    this.at = null;
    /** @type {Picture|null} */
    this.picture = null;
    /** @type {any} whose loss it shows: of a plane as it was, the experiment of that time, until it is asked for again */
    this.experiment = null;
    /** @type {Pair[]|null} the window as it was when the plane was pinned */
    this.window = null;
    this.busy = false;
    this.progress = 1;
    this.problem = "";
    /** What the plane needs that there is not yet: no fault. */
    this.lacking = "";
    this.timer = 0;
    /** @type {any} the beginning of the run that the plane was chosen for */
    this.run = null;
  }

  /** Another experiment: nothing of the old plane means anything. @param {Spec} spec */
  begin(spec) {
    this.run = this.context.store.get("timeline.0");
    this.visits.clear();
    this.visits.add();
    this.choose(spec);
  }

  /** Another plane of the same run; pinned, it is that of the present weights. @param {Spec} spec */
  choose(spec) {
    const { store } = this.context;
    // The first plane is pinned where the address says.
    if (this.pinned && this.spec) {
      const state = /** @type {State} */ (store.get("state"));
      this.at = pinAt(store.get("timeline"), state.step, { state });
      store.set("plane.pinned", this.at);
    }
    this.spec = spec;
    store.set("plane.pinned", this.at);
    this.busy = false;
    this.problem = this.lacking = "";
    this.#drop();
    this.follow();
    this.changed();
  }

  /** Nothing is known of the plane any more. */
  #drop() {
    this.picture = null;
    this.window = this.pace.asked = null;
    this.gap.clear();
  }

  /** Does the plane stand still? */
  get pinned() {
    return this.at !== null;
  }

  /** The moment of the plane that is drawn, which the run may have left by a few updates; of the present weights where there is none. */
  get moment() {
    const { store } = this.context;
    return this.picture?.moment ?? pinAt(store.get("timeline"), store.get("state.step"));
  }

  /**
   * The plane stands still as it is drawn, or as it was at a moment of which the address tells.
   * @param {import("../base/pin.js").Pin|null} at  null: it goes along again
   */
  pin(at) {
    if (at === this.at) return;
    this.at = at;
    if (at && this.picture?.state !== at.state) this.#drop();
    this.window = this.pinned ? (this.picture?.span ?? null) : null;
    this.pace.asked = null;
    this.gap.largest = 0;
    this.follow();
    this.changed();
  }

  /**
   * The ball is about to be put somewhere on the plane that is drawn: one that is laid along what the run has done would be another one
   * there, or none, and the ball's path on this one would be gone.
   */
  hold() {
    if (this.spec && this.picture && OF_THEIR_MOMENT.includes(this.spec.kind) && !this.pinned) this.context.store.set("plane.pinned", this.moment);
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
    if (this.#missing(state)) return;
    if (this.picture) this.gap.tell(state, this.picture, this.place(flatten(state.params)));
    if (this.busy) return;
    const { wait, size } = this.pace.due(state, { drawn: this.picture !== null, playing: store.get("playing"), stale: this.#outgrown() });
    if (wait > 0) this.timer = window.setTimeout(() => this.#ask(size), wait);
    else if (size) void this.#ask(size);
  }

  /** Is there no such plane as yet? Then none is shown, and why is said. @param {State} state */
  #missing(state) {
    const { kind } = /** @type {Spec} */ (this.spec);
    const lacking = lackingOf(kind, { state, visits: this.visits, shapes: this.context.store.get("info.param_shapes") });
    this.lacking = "";
    if ((this.pinned && this.picture) || !lacking) return false;
    this.#drop();
    this.problem = "";
    this.lacking = lacking;
    this.changed();
    return true;
  }

  /** Must the grid be computed anew, since the plane moves with the weights, or the ball has left its window? */
  #outgrown() {
    if (!this.pinned || !this.picture || this.experiment !== this.context.store.get("experiment")) return true;
    return !sameSpan(this.#span(), this.picture.span);
  }

  /** @returns {Pair[]} the window of a pinned plane, grown to hold the whole path */
  #span() {
    const { plane, span } = /** @type {Picture} */ (this.picture);
    const places = this.visits.list.map((visit) => plane.shadow(visit.vector).at);
    return (this.window ?? span).map((side, k) => grown(side, places.map((at) => at[k])));
  }

  /** The run has diverged beyond all numbers: no plane goes through such weights, and nothing old is passed off as theirs. */
  #lose() {
    this.pace.asked = null;
    this.problem = "The weights are no longer finite numbers: the ball is on no plane, and what is drawn is the last plane before that.";
    this.gap.lose(this.picture);
    this.changed();
  }

  /** @param {number} size */
  async #ask(size) {
    const { store } = this.context;
    const [experiment, state, spec, at] = [store.get("experiment"), /** @type {State|null} */ (store.get("state")), this.spec, this.at];
    if (this.busy || !spec || !state) return;
    const overtaken = () => spec !== this.spec || at !== this.at || experiment !== store.get("experiment");
    this.busy = true;
    this.pace.begin(state);
    try {
      await this.#answered(size, state, spec, overtaken);
      this.problem = "";
    } catch (error) {
      if (stale(error) || overtaken()) return;
      if (!(error instanceof ApiError)) throw error;
      this.problem = error.reason;
      this.pace.size = SIZE.rest;
    } finally {
      if (spec === this.spec) {
        if (overtaken()) this.pace.asked = null;
        this.busy = false;
        this.progress = 1;
        this.pace.end();
        this.follow();
        this.changed();
      }
    }
  }

  /**
   * @param {number} size
   * @param {State} state
   * @param {Spec} spec
   * @param {() => boolean} overtaken  has something else been asked for meanwhile?
   */
  async #answered(size, state, spec, overtaken) {
    const { store, api } = this.context;
    const [{ at }, timeline] = [this, store.get("timeline")];
    await completed(this.context, spec.third);
    const then = this.picture ? null : await earlier(this.context, at, state);
    if (overtaken()) return;
    const sent = this.visits.sent({ own: spec.kind === "trajectory", playing: store.get("playing"), upTo: then?.visit });
    const path = sent.map(({ step, vector }) => ({ step, params: unflatten(state.params, vector) }));
    const experiment = then?.experiment ?? store.get("experiment");
    const body = { experiment, size, precision: "float32", path, ...this.#wanted(then?.state ?? state, spec) };
    const answer = await api.survey(body, (progress) => this.#report(progress), { kind: "surface" });
    if (overtaken()) return;
    this.gap.take(answer, then ? null : state, sent, this.pinned);
    if (size > SIZE.probe) this.#take(answer, spec, body, at ? { ...at, state: body.state } : pinAt(timeline, state.step, { state }));
    // Of a plane as it was, how the present weights stand to it is the next question.
    if (then) this.pace.asked = null;
  }

  /** @param {number} progress */
  #report(progress) {
    this.progress = progress;
    this.changed();
  }

  /**
   * The plane as it is asked for, and through which state: the present one, or the one at which it was pinned.
   * @param {State} state
   * @param {Spec} spec
   */
  #wanted(state, spec) {
    const { picture } = this;
    if (!this.pinned || !picture) return { state, plane: pointsOf(spec, this.visits, state) };
    const plane = OF_THEIR_MOMENT.includes(spec.kind) ? { kind: "points", points: picture.corners() } : spec;
    const span = this.#span();
    if (span.flat().some((end) => Math.abs(end) > FARTHEST)) throw new ApiError({ field: "span", message: FAR }, 422);
    return { state: picture.state, plane, span };
  }

  /**
   * @param {any} answer
   * @param {Spec} spec
   * @param {{experiment: any, state: any}} asked  whose loss it is, and the state that the plane was laid through
   * @param {import("../base/pin.js").Pin} moment  of the run, at which it was in that state
   */
  #take(answer, spec, { experiment, state }, moment) {
    const before = this.pinned ? this.picture : null;
    const axes = before ? answer.axes.map((/** @type {any} */ axis, /** @type {number} */ k) => ({ ...axis, label: before.labels[k] })) : answer.axes;
    // A pinned plane is the one that it was: what is known of it stays, only the losses on it are those of another window.
    const whole = before ? { ...before.answer, loss: answer.loss, axes, relative_error: answer.relative_error, dtype: answer.dtype, height: answer.height } : answer;
    this.picture = new Picture(whole, spec, state, moment, experiment.layers);
    this.experiment = experiment;
    if (this.pinned) this.window ??= this.picture.span;
    this.pace.size = answer.axes[0].values.length;
  }

  /**
   * A point's place on the axes as they are labelled, and its distance from the plane.
   * @param {Float64Array} vector
   * @returns {{at: Pair, distance: number}}
   */
  place(vector) {
    return this.picture?.place(vector) ?? { at: [0, 0], distance: 0 };
  }

  /**
   * A displacement as it shows on the plane.
   * @param {Float64Array} vector
   * @returns {Pair}
   */
  along(vector) {
    return this.picture?.along(vector) ?? [0, 0];
  }

  /**
   * The parameters at a place of the axes.
   * @param {number} x
   * @param {number} y
   * @returns {any}
   */
  paramsAt(x, y) {
    return this.picture?.paramsAt(x, y) ?? this.context.store.get("state.params");
  }
}
