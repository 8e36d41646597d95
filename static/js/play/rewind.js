/**
 * Undoing one update of a stream, which keeps only a moment here and there: from the last moment kept the run goes the very way again
 * that it went, so that it comes to the very bits, and ends one update earlier. What was changed since stands at the present update alone, and
 * is undone with it: all updates between were the moment's own experiment's.
 *
 * @typedef {import("../base/types.js").TrainFrame} TrainFrame
 * @typedef {import("../base/types.js").Losses} Losses
 * @typedef {import("./loading.js").Loading} Loading
 */
import { withLoss } from "./history.js";
import { rowWanted } from "./loading.js";
import { retrying } from "./network.js";

/**
 * Before the last update: its step stands there with nothing told yet.
 * @param {Loading} loading
 */
export async function rewound({ store, api, run }) {
  const [moment, wanted] = [store.get("history").at(-1), store.get("state.step") - 1];
  const { experiment, timeline } = moment;
  const losses = store.get("losses").filter((/** @type {Losses} */ { step }) => step <= wanted);
  store.set("pending", "rewind");
  /** @type {TrainFrame} */
  let at = { ...moment.frame, state: moment.state };
  try {
    for (const { until, trace } of legs(losses, at.state.step, wanted)) {
      const steps = until - at.state.step;
      await retrying(store, run, () => api.train(experiment, at.state, { steps, every: steps, trace }, (line) => { at = line; }, run.signal));
      if (run.cancelled) return;
      store.set("progress", { step: until, of: wanted });
    }
    const told = await telling({ store, api, run, experiment }, at);
    if (run.cancelled) return;
    store.patch({ ...before(at, losses), ...told, experiment, timeline, cursor: 0, transition: { from: store.get("cursor"), to: 0, duration: 0, substep: store.get("substeps")[0] ?? null }, error: null });
  } finally {
    store.patch({ pending: null, progress: null });
  }
}

/**
 * The frames that were shown on the way, each with its trace, and the updates after the last of them.
 * @param {Losses[]} losses
 * @param {number} from
 * @param {number} wanted
 */
function legs(losses, from, wanted) {
  const frames = losses.map(({ step }) => step).filter((step) => step > from);
  const legged = frames.map((until) => ({ until, trace: true }));
  return frames.at(-1) === wanted ? legged : [...legged, { until: wanted, trace: false }];
}

/**
 * @param {TrainFrame} at
 * @param {Losses[]} losses
 */
function before({ state, trace: _, ...frame }, losses) {
  return { state, frame, losses: losses.at(-1)?.step === state.step ? losses : withLoss(losses, frame) };
}

/**
 * The trace of the step to come: the one that is shown, where its update is the one that is undone.
 * @param {Loading & {experiment: import("../base/types.js").Experiment}} loading
 * @param {TrainFrame} at
 */
async function telling({ store, api, run, experiment }, { state }) {
  const trace = store.get("trace");
  if (trace.step === state.step && experiment === store.get("experiment")) return { trace, state: { ...state, params: trace.before }, next: { state: store.get("state"), frame: store.get("frame") } };
  const { trace: fresh, ...next } = await retrying(store, run, () => api.step(experiment, state, rowWanted(store), { kind: "load" }));
  return { trace: fresh, next };
}
