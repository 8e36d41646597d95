/**
 * The told step taken again, from the same weights and on the same examples, by another optimizer or with the gradient found another way:
 * so that what differs between two choices is what the choice makes of one and the same gradient.
 *
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {import("../base/types.js").Experiment} Experiment
 * @typedef {import("../base/types.js").State} State
 * @typedef {{before: any, experiment: Experiment, state: State}} Origin  where the step set out, and under which experiment
 */
import { withLoss } from "./history.js";
import { withExperiment } from "../base/moved.js";
import { stateBefore } from "../base/view.js";

/**
 * Can the told step be taken again under this experiment? Only what is done with its numbers may differ, not the numbers.
 * @param {Experiment|undefined} old
 * @param {Experiment} wanted
 */
export function repeatable(old, wanted) {
  const rest = (/** @type {Experiment} */ experiment) => JSON.stringify({ ...experiment, optimizer: null, gradient: null });
  return old !== undefined && rest(old) === rest(wanted);
}

/**
 * Where the told step set out. It is kept while the step is taken again and again, so that an optimizer that is chosen anew has its memory
 * anew.
 * @param {Store} store
 * @returns {Origin}
 */
export function origin(store) {
  const [trace, known] = [store.get("trace"), store.get("origin")];
  if (known?.before === trace.before) return known;
  return { before: trace.before, experiment: store.get("experiment"), state: stateBefore(store) };
}

/**
 * The state that the step sets out from under another optimizer: memory of another kind of optimizer is of no use to it.
 * @param {Origin} from
 * @param {Experiment} experiment
 * @returns {State}
 */
export function setOutAs({ experiment: old, state }, experiment) {
  return experiment.optimizer.kind === old.optimizer.kind ? state : { step: state.step, params: state.params, slots: null };
}

/**
 * The step in the place of the one that was told, as far as that one was, as a patch for the store.
 * @param {Store} store
 * @param {Origin} from
 * @param {Experiment} experiment
 * @param {{trace: any, state: State, frame: import("../base/types.js").Frame}} answer
 */
export function takenAgain(store, from, experiment, answer) {
  const { step } = answer.trace;
  const done = store.get("cursor") === store.get("substeps").length;
  const losses = store.get("losses").filter((/** @type {{step: number}} */ loss) => loss.step <= step);
  const after = done ? { state: answer.state, frame: answer.frame, losses: withLoss(losses, answer.frame) } : {};
  // The weights are the same ones, and are known to be by being the same object.
  const trace = { ...answer.trace, before: from.before };
  return { trace, origin: from, transition: null, timeline: withExperiment(store.get("timeline"), step, experiment), ...after };
}
