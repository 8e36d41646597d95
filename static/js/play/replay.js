/**
 * Going to a step by taking every step before it again: the run is deterministic. The last of them are kept as moments, so that Back
 * goes on from here as if the page had never been away.
 *
 * @typedef {import("../base/types.js").State} State
 * @typedef {import("../base/types.js").Frame} Frame
 * @typedef {import("../base/types.js").Trace} Trace
 * @typedef {import("../base/types.js").TrainFrame} TrainFrame
 * @typedef {import("../base/types.js").Moment} Moment
 * @typedef {import("../base/url.js").Change} Change
 * @typedef {import("./loading.js").Loading} Loading
 * @typedef {{state: State, frame: Frame, trace?: Trace}} Taken  a step taken again
 */
import { withLoss } from "./history.js";
import { rowWanted } from "./loading.js";
import { retrying } from "./network.js";
import { substepsOf } from "./substeps.js";
import { linkName } from "../base/view.js";

const REPLAY_POINTS = 200;
/** So many steps are asked for at once, and so many at most between two signs of life. */
const [MOST_ASKED, MOST_UNSEEN] = [50_000, 2000];
/** So many of the last steps come with their traces, to be gone back to. */
const RECALLED = 10;

/** The way from the start of the run: where it stands now, and what is kept of it. */
class Way {
  /**
   * @param {{state: State, frame: Frame}} first
   * @param {Change[]} timeline
   * @param {number} count  of sub-steps
   */
  constructor({ state, frame }, timeline, count) {
    this.state = state;
    this.frame = frame;
    this.timeline = timeline;
    this.count = count;
    this.at = 0;
    this.losses = withLoss([], frame);
    /** The way here, for those who draw it. @type {{state: State, loss: number|null}[]} */
    this.trail = [{ state, loss: frame.loss.train }];
    /** @type {any[]} */
    this.moments = [];
  }

  get experiment() {
    return this.timeline[this.at].experiment;
  }

  /** Has the run diverged? Then it ends here, as it did when it was first taken. */
  get over() {
    return this.frame.diverged;
  }

  /** Another experiment from here on. @param {number} i  its place in the timeline */
  changed(i) {
    const kind = this.experiment.optimizer.kind;
    this.at = i;
    // The memory of another kind of optimizer is of no use to this one.
    if (this.experiment.optimizer.kind !== kind) this.state = { step: this.state.step, params: this.state.params, slots: null };
  }

  /** @param {TrainFrame} line */
  take({ state, trace, ...frame }) {
    if (trace && this.state.step === 0) this.moments.push(this.moment({ trace, next: { state, frame }, cursor: 0 }));
    Object.assign(this, { state, frame, losses: withLoss(this.losses, frame) });
    this.trail.push({ state, loss: frame.loss.train });
    if (trace) this.moments.push(this.moment({ trace, next: { state, frame }, cursor: this.count }));
  }

  /**
   * What Back restores, as history.remember keeps it.
   * @param {{trace: Trace, next: {state: State, frame: Frame}, cursor: number}} told
   */
  moment(told) {
    const { state, frame, losses, experiment } = this;
    return { state, frame, losses, experiment, timeline: this.timeline.slice(0, this.at + 1), ...told };
  }

  /** The place where the last step was told to its end. */
  last() {
    const place = this.moments.at(-1);
    return place && { ...place, history: this.moments.slice(0, -1) };
  }
}

/**
 * Go to the place where `cursor` sub-steps of step `step` are told; a run that breaks on the way is shown where it did. False when it was
 * called off on the way.
 * @param {Loading & {step: number, cursor: number}} loading
 * @returns {Promise<boolean>}
 */
export async function replayed({ store, api, run, step: wanted, cursor }) {
  store.set("pending", "replay");
  try {
    const place = await reached({ store, api, run, step: wanted, cursor });
    if (!place || run.cancelled) return false;
    store.patch({ forgotten: false, transition: null, error: null, ...place });
    return true;
  } finally {
    store.patch({ pending: null, progress: null });
  }
}

/**
 * The place as a patch for the store.
 * @param {Loading & {step: number, cursor: number}} loading
 * @returns {Promise<Record<string, any>|undefined>}
 */
async function reached({ store, api, run, step, cursor }) {
  /** @type {Change[]} */
  const timeline = store.get("timeline").filter((/** @type {Change} */ change) => change.step <= step);
  const first = await retrying(store, run, () => api.start(timeline[0].experiment));
  const substeps = substepsOf(first.experiment.layers, first.info.param_shapes, (kind) => linkName(store, kind));
  const whole = cursor >= substeps.length;
  // A step that is told to its end is one more that is taken.
  const target = whole ? step + 1 : step;
  const way = new Way(first, timeline, substeps.length);
  const loading = { store, api, run, way, target };
  for (const i of timeline.keys()) {
    way.changed(i);
    const until = Math.min(target, timeline[i + 1]?.step ?? target);
    // Quickly at first, by the compiled plan; the last ones step by step, as they were told.
    await taken({ ...loading, until: Math.min(until, target - RECALLED), trace: false });
    await taken({ ...loading, until, trace: true });
  }
  // It ended while it went quickly, and so with nothing to tell: once more, up to there.
  if (way.over && way.moments.length === 0 && way.state.step > 0 && !run.cancelled) return reached({ store, api, run, step: way.state.step - 1, cursor: substeps.length });
  const place = whole || way.over ? way.last() : await telling(loading, cursor);
  return place && { info: first.info, substeps, trail: way.trail, ...place };
}

/**
 * Take the steps up to `until`, or to where the run diverges.
 * @param {Loading & {way: Way, target: number, until: number, trace: boolean}} loading
 */
async function taken({ store, api, run, way, target, until, trace }) {
  for (let from = -1; way.state.step < until && way.state.step > from && !way.over && !run.cancelled; ) {
    from = way.state.step;
    await retrying(store, run, () => {
      const every = trace ? 1 : Math.min(MOST_UNSEEN, Math.ceil(target / REPLAY_POINTS));
      const options = { steps: Math.min(MOST_ASKED, until - way.state.step), every, trace, example: trace ? rowWanted(store) : null };
      return api.train(way.experiment, way.state, options, (line) => {
        way.take(line);
        store.set("progress", { step: line.step, of: target });
      }, run.signal);
    });
  }
}

/**
 * A place within a step: the trace of the step is asked for, and the sub-steps before it are moments too.
 * @param {Loading & {way: Way}} loading
 * @param {number} cursor
 */
async function telling({ store, api, run, way }, cursor) {
  const { trace, ...next } = await retrying(store, run, () => api.step(way.experiment, way.state, rowWanted(store), { kind: "load" }));
  const told = (/** @type {number} */ at) => way.moment({ trace, next, cursor: at });
  const began = way.state.step === 0 ? [told(0)] : way.moments;
  const within = Array.from({ length: Math.max(0, cursor - 1) }, (_, i) => told(i + 1));
  // Where nothing is told yet, the moment that ended the step before shows these very weights.
  return { ...told(cursor), history: cursor === 0 ? began.slice(0, -1) : [...began, ...within] };
}
