/**
 * Bringing an experiment into the store: from its start, or with the weights it already has, or replayed to a step.
 *
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {import("../base/types.js").Experiment} Experiment
 * @typedef {import("../base/types.js").State} State
 * @typedef {{store: Store, api: import("../base/types.js").Api, run: import("./run.js").Run}} Loading
 */
import { withLoss } from "./history.js";
import { retrying } from "./network.js";
import { substepsOf } from "./substeps.js";

/** A permalink replays at most so many steps. */
export const MOST_REPLAYED = 20_000;
const REPLAY_POINTS = 200;
/** A change of one of these begins a new run: other weights, other examples, or another meaning of the loss. */
const FRESH = /** @type {const} */ (["data", "layers", "loss", "penalty", "init", "seed"]);

/**
 * Can the run go on with its weights under this experiment?
 * @param {Experiment|undefined} old
 * @param {Experiment} wanted
 */
export function keepable(old, wanted) {
  return old !== undefined && FRESH.every((name) => JSON.stringify(old[name]) === JSON.stringify(wanted[name]));
}

/** @param {Store} store @returns {number|null} */
function rowWanted(store) {
  const example = store.get("example");
  return typeof example === "number" ? example : null;
}

/**
 * The shown state under another optimizer: memory of another kind of optimizer is of no use to it.
 * @param {Store} store
 * @param {Experiment} experiment
 * @returns {State}
 */
function carried(store, experiment) {
  const state = store.get("state");
  return experiment.optimizer.kind === store.get("experiment.optimizer.kind") ? state : { step: state.step, params: state.params, slots: null };
}

/**
 * What was picked in another network is nothing in this one. The first network keeps what the address picked.
 * @param {Store} store
 * @param {Experiment} experiment
 */
function unpicked(store, experiment) {
  const old = /** @type {Experiment|undefined} */ (store.get("experiment"));
  const network = (/** @type {Experiment} */ { data, layers, loss }) => JSON.stringify([data.kind, layers, loss.kind]);
  if (!old || (store.get("selection") && network(old) === network(experiment))) return {};
  return { selection: null, highlight: null };
}

/**
 * Start the experiment; the store changes only when all of it has arrived, so a bad one leaves the last good one running.
 * @param {Loading & {experiment: Experiment, keep?: boolean}} loading
 * @returns {Promise<boolean>}
 */
export async function loaded({ store, api, run, experiment: wanted, keep = false }) {
  store.set("pending", "start");
  try {
    const { state: first, experiment, info, frame } = await retrying(store, run, () => api.start(wanted));
    const kept = keep && store.get("frame") && !store.get("frame.diverged");
    const state = kept ? carried(store, experiment) : first;
    const answer = await retrying(store, run, () => api.step(experiment, state, rowWanted(store), { kind: "load" }));
    if (run.cancelled) return false;
    const told = { experiment, info, state, trace: answer.trace, next: { state: answer.state, frame: answer.frame }, error: null, ...unpicked(store, experiment) };
    store.patch(kept ? { ...told, ...goingOn(store, experiment, state.step) } : { ...told, ...fromStart(experiment, info, frame) });
    return true;
  } finally {
    if (!run.cancelled) store.set("pending", null);
  }
}

/**
 * @param {Store} store
 * @param {Experiment} experiment
 * @param {number} step
 */
function goingOn(store, experiment, step) {
  const done = store.get("cursor") === store.get("substeps").length;
  const timeline = store.get("timeline").filter((/** @type {{step: number}} */ change) => change.step < step);
  return { cursor: done ? 0 : store.get("cursor"), timeline: [...timeline, { step, experiment }] };
}

/**
 * @param {Experiment} experiment
 * @param {any} info
 * @param {import("../base/types.js").Frame} frame
 */
function fromStart(experiment, info, frame) {
  const substeps = substepsOf(experiment.layers, info.param_shapes);
  const timeline = [{ step: 0, experiment }];
  return { frame, substeps, timeline, cursor: 0, history: [], forgotten: false, losses: withLoss([], frame), trail: null, transition: null };
}

/**
 * Go to a step by taking every step before it again: the run is deterministic.
 * @param {Loading & {step: number, cursor: number}} loading
 */
export async function replayed({ store, api, run, step: wanted, cursor }) {
  const target = Math.min(wanted, MOST_REPLAYED);
  /** @type {{step: number, experiment: Experiment}[]} */
  const timeline = store.get("timeline").filter((/** @type {{step: number}} */ change) => change.step <= target);
  const first = await retrying(store, run, () => api.start(timeline[0].experiment));
  let [state, frame, losses] = [first.state, first.frame, withLoss([], first.frame)];
  /** The way here, for those who draw it. @type {{state: State, loss: number|null}[]} */
  const trail = [{ state, loss: frame.loss.train }];
  for (const [i, { step, experiment }] of timeline.entries()) {
    if (i > 0 && experiment.optimizer.kind !== timeline[i - 1].experiment.optimizer.kind) state = { step, params: state.params, slots: null };
    const until = timeline[i + 1]?.step ?? target;
    if (until === state.step || frame.diverged) continue;
    const every = Math.max(1, Math.ceil(target / REPLAY_POINTS));
    await retrying(store, run, () =>
      api.train(experiment, state, { steps: until - state.step, every }, (line) => {
        ({ state, ...frame } = line);
        trail.push({ state, loss: frame.loss.train });
        losses = withLoss(losses, frame);
        store.set("pending", `replay ${frame.step} of ${target}`);
      }, run.signal),
    );
  }
  if (run.cancelled) return;
  const experiment = timeline[timeline.length - 1].experiment;
  await arrived({ store, api, run }, { experiment, state, frame, losses, timeline, trail, info: first.info }, cursor);
}

/**
 * @param {Loading} loading
 * @param {Record<string, any>} reached
 * @param {number} cursor
 */
async function arrived({ store, api, run }, reached, cursor) {
  const { experiment, state, info } = reached;
  const substeps = substepsOf(experiment.layers, info.param_shapes);
  const step = await retrying(store, run, () => api.step(experiment, state, rowWanted(store), { kind: "load" }));
  if (run.cancelled) return;
  const next = { state: step.state, frame: step.frame };
  const at = Math.min(cursor, substeps.length);
  const done = at === substeps.length ? { ...next, losses: withLoss(reached.losses, next.frame) } : {};
  const told = { trace: step.trace, next, substeps, cursor: at, history: [], forgotten: false, transition: null, pending: null, error: null };
  store.patch({ ...reached, ...told, ...done });
}
