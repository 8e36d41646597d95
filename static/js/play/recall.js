/**
 * A state of this run that is not at hand, taken again from the run's start as the timeline tells.
 *
 * @typedef {import("../base/types.js").State} State
 * @typedef {import("../base/url.js").Change} Change
 */
import { stateMoved } from "../base/moved.js";
import { under } from "./memory.js";

const MOST_UNSEEN = 2000; // updates between two frames of a stream

/**
 * @param {{api: import("../base/types.js").Api}} context
 * @param {{step: number, way: Change[]}} wanted  the update, and the changes that lead there
 * @param {string} kind  of the call: another one of the same kind takes its place
 * @returns {Promise<{state: State, loss: number|null, experiment: Change["experiment"]}|null>} null where the run ends before it
 */
export async function stateAt({ api }, { step: wanted, way: timeline }, kind) {
  const first = await api.start(timeline[0].experiment, { kind });
  let at = { state: /** @type {State} */ (first.state), loss: first.frame.loss.train };
  let over = false;
  for (const [i, { step, experiment, moved }] of timeline.entries()) {
    const { state } = at;
    at = { ...at, state: under(state, timeline[Math.max(0, i - 1)].experiment.optimizer.kind, experiment.optimizer.kind) };
    const moving = moved && state.step === step;
    if (over && !moving) break;
    if (moving) {
      over = false;
      const there = await api.start(experiment, { state: stateMoved(at.state, moved), kind });
      at = { state: there.state, loss: there.frame.loss.train };
    }
    const until = Math.min(wanted, timeline[i + 1]?.step ?? wanted);
    // It ends before that where it diverges.
    for (let from = -1; at.state.step < until && at.state.step > from; ) {
      from = at.state.step;
      const steps = Math.min(MOST_UNSEEN, until - from);
      await api.train(experiment, at.state, { steps, every: steps, kind }, (frame) => {
        at = { state: frame.state, loss: frame.loss.train };
        over = frame.diverged;
      });
      if (over) break;
    }
  }
  return at.state.step === wanted ? { ...at, experiment: timeline[timeline.length - 1].experiment } : null;
}
