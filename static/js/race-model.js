/**
 * The race: every run is a real one, streamed from POST /api/train from the same start; rounds keep them about level. What each
 * update costs is counted by the server at the first one.
 *
 * @typedef {import("./types.js").Context} Context
 * @typedef {import("./race-lineups.js").Entrant} Entrant
 * @typedef {{step: number, loss: number|null, vector: Float64Array}} Mark
 * @typedef {{entrant: Entrant, experiment: any, state: any, marks: Mark[], sweeps: number, over: boolean, problem: string}} Runner
 */
import { ApiError, stale } from "./api.js";
import { Plane, flatten, unflatten } from "./surface-vectors.js";

const ROUND = 12; // updates of a run before it is another's turn
const MARKS = 200; // places kept of each run
const PLANE = { size: 41, states: 96, numbers: 60_000, pause: 900 };
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
    this.first = 0;
    /** @type {{plane: Plane, xs: number[], ys: number[], loss: any[][], labels: any, answer: any}|null} */
    this.picture = null;
    this.looking = false;
    this.looked = 0;
    this.abort = new AbortController();
  }

  stop() {
    this.abort.abort();
    this.running = false;
    this.changed();
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
    const base = store.get("experiment");
    const begin = fresh ? await api.call("/api/start", { experiment: base }, { kind: "race-start", signal }) : { state: store.get("state"), frame: store.get("frame") };
    const mark = { step: 0, loss: begin.frame.loss.train, vector: flatten(begin.state.params) };
    this.offset = begin.state.step;
    this.first = mark.loss ?? 1;
    this.like = begin.state.params;
    this.picture = null;
    this.runners = entrants.map((entrant) => ({
      entrant, experiment: { ...base, ...entrant }, state: { step: begin.state.step, params: begin.state.params, slots: null }, marks: [mark], sweeps: NaN, over: false, problem: "",
    }));
    this.running = true;
    const every = Math.max(1, Math.ceil(steps / MARKS));
    for (let done = 0; done < steps && !signal.aborted; done += ROUND * every) {
      const some = Math.min(ROUND * every, steps - done);
      await Promise.all(this.runners.map((runner, i) => this.#advance(runner, i, some, every, signal)));
      void this.#look();
    }
    if (signal.aborted) return;
    this.running = false;
    await this.#look(true);
    this.changed();
  }

  /**
   * @param {Runner} runner
   * @param {number} i
   * @param {number} steps
   * @param {number} every
   * @param {AbortSignal} signal
   */
  async #advance(runner, i, steps, every, signal) {
    const { api } = this.context;
    if (runner.over) return;
    try {
      if (Number.isNaN(runner.sweeps)) await this.#price(runner, i, signal);
      await api.train(runner.experiment, runner.state, { steps, every, kind: `race:${i}` }, (frame) => {
        const here = { step: frame.step - (this.offset ?? 0), loss: frame.diverged ? null : frame.loss.train, vector: flatten(frame.state.params) };
        runner.marks = [...runner.marks, here];
        runner.state = frame.state;
        runner.over = runner.over || frame.diverged;
        if (frame.diverged) runner.problem = "diverged";
        this.changed();
      }, signal);
    } catch (error) {
      if (stale(error)) return;
      if (!(error instanceof ApiError)) throw error;
      runner.over = true;
      runner.problem = error.message;
      this.changed();
    }
  }

  /**
   * Sweeps through the network, forward and backward, that one update takes.
   * @param {Runner} runner
   * @param {number} i
   * @param {AbortSignal} signal
   */
  async #price(runner, i, signal) {
    const answer = await this.context.api.step(runner.experiment, runner.state, null, { kind: `race-price:${i}`, signal });
    const cost = /** @type {any} */ (answer.trace).gradient ?? {};
    runner.sweeps = (cost.evaluations ?? 0) + (cost.pullbacks ?? 0);
  }

  /** Lay the plane through where the runs have been: the two directions in which they spread the most. @param {boolean} [last] */
  async #look(last = false) {
    const { api, store } = this.context;
    if ((this.looking || performance.now() < this.looked + PLANE.pause) && !last) return;
    const path = this.#path();
    if (path.length < 2) return;
    this.looking = true;
    try {
      const body = { experiment: store.get("experiment"), state: path[0], plane: { kind: "trajectory", through: "mean" }, size: PLANE.size, path, precision: "float32" };
      const answer = await api.surface(body, { kind: "race-plane", signal: this.abort.signal });
      const plane = new Plane(flatten(answer.origin), flatten(answer.directions[0]), flatten(answer.directions[1]));
      const [xs, ys] = answer.axes.map((/** @type {any} */ axis) => axis.values);
      this.picture = { plane, xs, ys, loss: answer.loss, labels: answer.axes.map((/** @type {any} */ axis) => axis.label), answer };
    } catch (error) {
      // Runs that have not moved yet span no plane: the next look finds one.
      if (!stale(error) && !(error instanceof ApiError)) throw error;
    } finally {
      this.looking = false;
      this.looked = performance.now();
      this.changed();
    }
  }

  /** Some states of every run, evenly along each. */
  #path() {
    const length = this.runners[0]?.marks[0].vector.length ?? 1;
    const each = Math.max(2, Math.floor(Math.min(PLANE.states, PLANE.numbers / length) / Math.max(1, this.runners.length)));
    return this.runners.flatMap((runner) => {
      const fine = runner.marks.filter((mark) => this.near(mark));
      const count = Math.min(each, fine.length);
      return Array.from({ length: count }, (_, k) => fine[Math.round((k * (fine.length - 1)) / Math.max(1, count - 1))])
        .map((mark) => ({ step: mark.step, params: unflatten(this.like, mark.vector) }));
    });
  }

  /** Is the run still near enough to be drawn? @param {Mark} mark */
  near(mark) {
    return mark.loss !== null && mark.loss < LOST * Math.max(this.first, 1e-6);
  }

  /** The last update that all runs still in the race have taken. */
  get level() {
    const ends = this.runners.filter((runner) => !runner.over).map((runner) => runner.marks[runner.marks.length - 1].step);
    const all = this.runners.map((runner) => runner.marks[runner.marks.length - 1].step);
    return ends.length ? Math.min(...ends) : Math.max(0, ...all);
  }
}

/**
 * The last mark at or before an update; null for a run that ended before it.
 * @param {Runner} runner
 * @param {number} step
 * @returns {Mark|null}
 */
export function markAt(runner, step) {
  const last = runner.marks[runner.marks.length - 1];
  if (runner.over && step > last.step) return null;
  for (let i = runner.marks.length - 1; i >= 0; i -= 1) if (runner.marks[i].step <= step) return runner.marks[i];
  return null;
}
