/**
 * Going to a step by taking every step before it again: the run is deterministic. The last of them are kept as moments, so that Back
 * goes on from here as if the page had never been away.
 *
 * @typedef {import("../base/url.js").Change} Change
 * @typedef {import("./loading.js").Loading} Loading
 */
import { rowWanted } from "./loading.js";
import { retrying } from "./network.js";
import { substepsOf } from "./substeps.js";
import { Way } from "./way.js";
import { stateMoved } from "../base/moved.js";
import { linkName } from "../base/view.js";

const REPLAY_POINTS = 200;
/** So many steps are asked for at once, and so many at most between two signs of life. */
const [MOST_ASKED, MOST_UNSEEN] = [50_000, 2000];
/** So many of the last steps come with their traces, to be gone back to. */
const RECALLED = 10;

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
    await changed(loading, i);
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
 * Another experiment from here on, or weights that were moved by hand.
 * @param {Loading & {way: Way, target: number}} loading
 * @param {number} i  its place in the timeline
 */
async function changed({ store, api, run, way, target }, i) {
  const { step, moved } = way.timeline[i];
  const moving = moved && way.state.step === step && !run.cancelled;
  // Where the weights were, the end of the step before tells as a moment; at the start of all and where they had just been moved to, none does.
  if (moving && way.fresh && target - step <= RECALLED) {
    const { trace, ...next } = await retrying(store, run, () => api.step(way.experiment, way.state, rowWanted(store), { kind: "load" }));
    way.moments.push(way.moment({ trace, next, cursor: 0 }));
  }
  way.changed(i);
  if (moving) way.moved(await retrying(store, run, () => api.start(way.experiment, { state: stateMoved(way.state, moved) })));
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
  const began = way.fresh ? [...way.moments, told(0)] : way.moments;
  const within = Array.from({ length: Math.max(0, cursor - 1) }, (_, i) => told(i + 1));
  // Where nothing is told yet, the moment that ended the step before shows these very weights.
  return { ...told(cursor), history: cursor === 0 ? began.slice(0, -1) : [...began, ...within] };
}
