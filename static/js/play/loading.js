/**
 * Bringing an experiment into the store: from its start, or with the weights it already has.
 *
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {import("../base/types.js").Experiment} Experiment
 * @typedef {import("../base/types.js").State} State
 * @typedef {{store: Store, api: import("../base/types.js").Api, run: import("./run.js").Run}} Loading
 */
import { origin, setOutAs, takenAgain } from "./again.js";
import { withLoss } from "./history.js";
import { movedAt, withExperiment } from "../base/moved.js";
import { networkOf } from "../base/shape.js";
import { under } from "./memory.js";
import { retrying } from "./network.js";
import { substepsOf } from "./substeps.js";
import { linkName } from "../base/view.js";

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
export function rowWanted(store) {
  const example = store.get("example");
  return typeof example === "number" ? example : null;
}

/**
 * The state that the next step is taken from.
 * @param {Store} store
 * @param {Experiment} experiment
 * @param {import("./again.js").Origin|null} from  where the told step set out, which is to be taken again
 */
function going(store, experiment, from) {
  return from ? setOutAs(from, experiment) : under(store.get("state"), store.get("experiment.optimizer.kind"), experiment.optimizer.kind);
}

/**
 * What was picked in another network is nothing in this one. The first network keeps what the address picked.
 * @param {Store} store
 * @param {Experiment} experiment
 */
function unpicked(store, experiment) {
  const old = /** @type {Experiment|undefined} */ (store.get("experiment"));
  if (!old || (store.get("selection") && networkOf(old) === networkOf(experiment))) return {};
  return { selection: null, highlight: null };
}

/**
 * Start the experiment; the store changes only when all of it has arrived, so a bad one leaves the last good one running.
 * @param {Loading & {experiment: Experiment, keep?: boolean, again?: boolean, along?: Record<string, any>}} loading  again: the told step is taken once more; along: what changes with it
 * @returns {Promise<boolean>}
 */
export async function loaded({ store, api, run, experiment: wanted, keep = false, again = false, along = {} }) {
  store.set("pending", "start");
  try {
    const { state: begun, experiment, info, frame } = await retrying(store, run, () => api.start(wanted));
    const from = again ? origin(store) : null;
    const kept = keep && store.get("frame") && (again || !store.get("frame.diverged"));
    const state = kept ? going(store, experiment, from) : begun;
    const answer = await retrying(store, run, () => api.step(experiment, state, rowWanted(store), { kind: "load" }));
    if (run.cancelled) return false;
    const first = answer.trace.step === 0 && !(kept && movedAt(store.get("timeline"), 0)) ? { firstUpdates: answer.trace.updates } : {};
    const told = { experiment, info, state, trace: answer.trace, next: { state: answer.state, frame: answer.frame }, error: null, ...first, ...unpicked(store, experiment), ...along };
    if (from) store.patch({ ...told, ...takenAgain(store, from, experiment, answer) });
    else store.patch(kept ? { ...told, ...goingOn(store, experiment, state.step) } : { ...told, ...fromStart(store, experiment, info, frame) });
    return true;
  } finally {
    store.set("pending", null);
  }
}

/**
 * @param {Store} store
 * @param {Experiment} experiment
 * @param {number} step
 */
function goingOn(store, experiment, step) {
  const done = store.get("cursor") === store.get("substeps").length;
  return { cursor: done ? 0 : store.get("cursor"), timeline: withExperiment(store.get("timeline"), step, experiment) };
}

/**
 * @param {Store} store
 * @param {Experiment} experiment
 * @param {any} info
 * @param {import("../base/types.js").Frame} frame
 */
function fromStart(store, experiment, info, frame) {
  const substeps = substepsOf(experiment.layers, info.param_shapes, (kind) => linkName(store, kind));
  const timeline = [{ step: 0, experiment }];
  return { frame, substeps, timeline, cursor: 0, history: [], forgotten: false, losses: withLoss([], frame), trail: null, transition: null };
}
