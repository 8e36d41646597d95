/**
 * The race: the server steps all runs from the same start, in turn, and says after every few updates where each is and what its
 * gradients have cost so far.
 *
 * @typedef {import("../base/types.js").Context} Context
 * @typedef {import("./lineups.js").Entrant} Entrant
 * @typedef {{step: number, loss: number|null, sweeps: number, vector: Float64Array}} Mark
 * @typedef {{entrant: Entrant, marks: Mark[], over: boolean, refused: boolean, problem: string}} Runner  one that was refused takes no step
 */
import { ApiError, stale } from "../base/api.js";
import { NO_WEIGHTS, weightless } from "../base/weights.js";
import { heightAt } from "../plot/field.js";
import { Plane, flatten, unflatten } from "../base/vectors.js";
import { unmirrored } from "./unmirrored.js";

const MARKS = 200; // places kept of each run
const PLANE = { size: 41, states: 96, numbers: 60_000, pause: 900 };
const LEVEL = 1e-9; // a distance from the plane, of a place on it, that is rounding
const OWN = { kind: "race:begin" }; // the player asks for starts too: neither is to take the other's place
const LOST = 30; // a loss this many times the first one is no longer shown on the plane

export class Race {
  /**
   * @param {Context} context
   * @param {() => void} changed
   */
  constructor(context, changed) {
    this.context = context;
    this.changed = changed;
    /** @type {Runner[]} */
    this.runners = [];
    this.running = false;
    /** How many updates each run takes. */
    this.steps = 0;
    this.first = 0;
    /** @type {Mark|null} where all begin, known before anybody has started */
    this.begun = null;
    /** @type {{plane: Plane, xs: number[], ys: number[], loss: any[][], labels: any, answer: any, places: WeakMap<Mark, import("../base/vectors.js").Shadow>}|null} */
    this.picture = null;
    /** @type {Map<Mark, number|null>} the plane's loss under marks, as the server has worked it out */
    this.exact = new Map();
    this.problem = "";
    this.looking = false;
    this.looked = 0;
    this.abort = new AbortController();
  }

  stop() {
    this.abort.abort();
    this.running = false;
    this.changed();
  }

  /** Stop where the runs are, and lay the plane through where they have been. */
  async halt() {
    this.stop();
    this.abort = new AbortController();
    await this.#look(true);
    this.changed();
  }

  /** Forget the race, and the plane that was laid through it. */
  clear() {
    this.stop();
    this.runners = [];
    this.problem = "";
    if (this.picture?.answer.explained_variance) this.picture = null;
  }

  /**
   * @param {Entrant[]} entrants
   * @param {{steps: number, fresh: boolean}} options
   */
  async start(entrants, { steps, fresh }) {
    this.stop();
    this.abort = new AbortController();
    const { signal } = this.abort;
    const { store, api } = this.context;
    // It runs from here on, so that nothing of what will run is changed while the start is on its way.
    this.running = true;
    this.steps = steps;
    this.changed();
    const base = store.get("experiment");
    const begin = fresh ? await api.start(base, OWN) : { state: store.get("state"), frame: store.get("frame") };
    if (signal.aborted) return;
    const mark = { step: 0, loss: begin.frame.loss.train, sweeps: 0, vector: flatten(begin.state.params) };
    this.first = mark.loss ?? 1;
    this.like = begin.state.params;
    this.begun = mark;
    // The plane of the start stays until the race has gone some way; that of another start, or of a race before, says nothing.
    if (this.picture?.plane.origin.some((v, k) => v !== mark.vector[k]) || this.picture?.answer.explained_variance) this.picture = null;
    this.problem = "";
    this.runners = entrants.map((entrant) => ({ entrant, marks: [mark], over: false, refused: false, problem: "" }));
    await this.#stream({ experiment: base, state: { step: begin.state.step, params: begin.state.params, slots: null }, steps, every: Math.max(1, Math.ceil(steps / MARKS)), states: true }, signal);
    if (signal.aborted) return;
    this.running = false;
    this.changed(); // the runs have ended, though their plane is still on its way
    await this.#look(true);
    this.changed();
  }

  /**
   * @param {any} body
   * @param {AbortSignal} signal
   */
  async #stream(body, signal) {
    const fit = this.runners.filter((runner) => !runner.problem);
    if (!fit.length) return;
    try {
      await this.context.api.race({ ...body, variants: fit.map((runner) => runner.entrant) }, (frame) => {
        frame.runs.forEach((/** @type {any} */ run, /** @type {number} */ i) => this.#hear(fit[i], run, body.state.step));
        void this.#look();
        this.changed();
      }, signal);
    } catch (error) {
      const named = error instanceof ApiError ? /^variants\.(\d+)\.?/.exec(error.field ?? "") : null;
      if (!named || !(error instanceof ApiError)) throw error;
      // A run that cannot be is said so in its row; the others start without it.
      Object.assign(fit[Number(named[1])], { problem: refusal(error), over: true, refused: true });
      await this.#stream(body, signal);
    }
  }

  /**
   * @param {Runner} runner
   * @param {any} run
   * @param {number} offset
   */
  #hear(runner, run, offset) {
    if (runner.over || run.step === offset) return;
    const vector = flatten(run.state.params);
    runner.marks = [...runner.marks, { step: run.step - offset, loss: run.diverged ? null : run.loss, sweeps: run.evaluations + run.pullbacks, vector }];
    runner.over = run.diverged;
    if (run.diverged) runner.problem = `diverged at update ${run.step - offset}`;
  }

  /** Lay the plane through where the runs have been: the two directions in which they spread the most. @param {boolean} [last] */
  async #look(last = false) {
    const { store } = this.context;
    if ((this.looking || performance.now() < this.looked + PLANE.pause) && !last) return;
    // Runs that have not moved span no plane.
    if (!this.runners.some((runner) => runner.marks.filter((mark) => this.near(mark)).length > 1)) return;
    const marks = this.#path();
    const path = marks.map((mark) => ({ step: mark.step, params: unflatten(this.like, mark.vector) }));
    this.looking = true;
    await this.#lay({ experiment: store.get("experiment"), state: path[0], plane: { kind: "trajectory", through: "mean" }, size: PLANE.size, path, precision: "float32" }, "race-plane", marks);
    this.looking = false;
    this.looked = performance.now();
    this.changed();
  }

  /**
   * Before the start: the start itself, on the plane of the gradient there.
   * @param {boolean} fresh
   */
  async preview(fresh) {
    const { api, store } = this.context;
    this.abort.abort();
    this.abort = new AbortController();
    const { signal } = this.abort;
    const experiment = store.get("experiment");
    const begin = fresh ? await api.start(experiment, OWN) : { state: store.get("state"), frame: store.get("frame") };
    if (signal.aborted || this.runners.length || experiment !== store.get("experiment")) return;
    this.first = begin.frame.loss.train ?? 1;
    this.begun = { step: 0, loss: begin.frame.loss.train, sweeps: 0, vector: flatten(begin.state.params) };
    await this.#lay({ experiment, state: { step: begin.state.step, params: begin.state.params }, plane: { kind: "gradient" }, size: PLANE.size, path: [], precision: "float32" }, "race-start");
    this.changed();
  }

  /**
   * Ask for a plane and keep it.
   * @param {any} body
   * @param {string} kind
   * @param {Mark[]} [marks]  whose states are its path
   */
  async #lay(body, kind, marks = []) {
    const { signal } = this.abort;
    if (weightless(body.state.params)) {
      this.problem = NO_WEIGHTS;
      return;
    }
    try {
      const answer = await this.context.api.surface(body, { kind, signal });
      if (signal.aborted) return;
      const before = answer.explained_variance && this.picture ? [this.picture.plane.d0, this.picture.plane.d1] : [];
      const [d0, d1] = answer.directions.map(flatten);
      const [alphas, betas] = answer.axes.map((/** @type {any} */ axis) => axis.values);
      const { directions, axes: [xs, ys], loss } = unmirrored({ directions: [d0, d1], axes: [alphas, betas], loss: answer.loss }, before);
      this.picture = { plane: new Plane(flatten(answer.origin), ...directions), xs, ys, loss, labels: answer.axes.map((/** @type {any} */ axis) => axis.label), answer, places: new WeakMap() };
      this.exact = new Map(marks.map((mark, i) => [mark, answer.path[i].plane_loss]));
    } catch (error) {
      if (!stale(error) && !(error instanceof ApiError)) throw error;
      if (error instanceof ApiError) this.problem = error.message;
    }
  }

  /**
   * Where a mark is on the plane, worked out once: every frame draws every mark.
   * @param {Mark} mark
   * @returns {import("../base/vectors.js").Shadow|null}
   */
  place(mark) {
    if (!this.picture) return null;
    const { plane, places } = this.picture;
    const known = places.get(mark) ?? plane.shadow(mark.vector);
    places.set(mark, known);
    return known;
  }

  /**
   * How a mark stands to the plane: how far off it, and how far the loss below it is from its own.
   * @param {Mark} mark
   * @returns {{gap: number|null, distance: number|null}}
   */
  off(mark) {
    const [place, picture] = [this.place(mark), this.picture];
    if (!place || !picture || !this.near(mark)) return { gap: null, distance: null };
    const [{ at, distance }, { loss, xs, ys }] = [place, picture];
    if (distance < LEVEL * (1 + Math.hypot(...at))) return { gap: 0, distance: 0 };
    // The server has worked out some marks; between the others it is the drawn surface that is held against the truth.
    const under = this.exact.get(mark) ?? heightAt(loss, xs, ys, at[0], at[1]);
    return { gap: under === null || mark.loss === null ? null : Math.abs(under - mark.loss), distance };
  }

  /** Some marks of every run, evenly along each, the last among them. @returns {Mark[]} */
  #path() {
    const length = this.runners[0]?.marks[0].vector.length ?? 1;
    const each = Math.max(2, Math.floor(Math.min(PLANE.states, PLANE.numbers / length) / Math.max(1, this.runners.length)));
    return this.runners.flatMap((runner) => {
      const fine = runner.marks.filter((mark) => this.near(mark));
      const count = Math.min(each, fine.length);
      return Array.from({ length: count }, (_, k) => fine[Math.round((k * (fine.length - 1)) / Math.max(1, count - 1))]);
    });
  }

  /** Is the run still near enough to be drawn? @param {Mark} mark */
  near(mark) {
    return mark.loss !== null && mark.loss - this.first < LOST * Math.max(Math.abs(this.first), 1e-6);
  }

  /**
   * The last moment that all runs still in the race have reached.
   * @param {"step"|"sweeps"} clock
   */
  level(clock) {
    const ends = (/** @type {Runner[]} */ some) => some.map((runner) => runner.marks[runner.marks.length - 1][clock]);
    const going = this.runners.filter((runner) => !runner.over);
    return going.length ? Math.min(...ends(going)) : Math.max(0, ...ends(this.runners));
  }
}

/**
 * Why a run cannot be, in its row. A hint goes on with what is wrong; a field's help is a sentence of its own, which does not.
 * @param {ApiError} error
 */
function refusal({ message, hint }) {
  return [message, /^\p{Ll}/u.test(hint) ? hint : ""].filter(Boolean).join("; ");
}

/**
 * The last mark at or before an update, or a number of sweeps; null for a run that was over before it, or never began.
 * @param {Runner} runner
 * @param {"step"|"sweeps"} clock
 * @param {number} time
 * @returns {Mark|null}
 */
export function markAt(runner, clock, time) {
  const last = runner.marks[runner.marks.length - 1];
  if (runner.refused || (runner.over && time > last[clock])) return null;
  return runner.marks.findLast((mark) => mark[clock] <= time) ?? null;
}
