/**
 * What Back restores: the very objects that were shown, not copies of their numbers.
 *
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {import("../base/types.js").Moment} Moment
 * @typedef {import("../base/types.js").Losses} Losses
 */
import { movedAt } from "../base/moved.js";

/** So many moments are kept, fewer for large networks; the oldest is dropped. */
export const MOST_MOMENTS = 500;
const MOST_NUMBERS = 500_000;
const MOST_LOSSES = 4000;
const KEPT = ["state", "trace", "frame", "next", "cursor", "losses", "experiment", "timeline", "firstUpdates"];

/** @param {Store} store @returns {number} */
export function limit(store) {
  return Math.max(50, Math.min(MOST_MOMENTS, Math.floor(MOST_NUMBERS / (store.get("info.size") || 1))));
}

/**
 * Keep the present moment.
 * @param {Store} store
 */
export function remember(store) {
  const moment = Object.fromEntries(KEPT.map((name) => [name, store.get(name)]));
  const history = [...store.get("history"), moment];
  const most = limit(store);
  store.patch({ history: history.slice(-most), ...(history.length > most ? { forgotten: true } : {}) });
}

/**
 * The last moment kept, as a patch for the store.
 * @param {Store} store
 * @returns {Record<string, any>}
 */
export function restored(store) {
  const history = store.get("history");
  const moment = history[history.length - 1];
  const substep = store.get("substeps")[moment.cursor] ?? null;
  return {
    ...moment,
    history: history.slice(0, -1),
    transition: { from: store.get("cursor"), to: moment.cursor, duration: 0, substep },
    error: null,
  };
}

/**
 * What Back goes to: a moment that is kept; the update before this one, where a stream kept only a moment further back; where none is
 * left, the place before this one, which is replayed; null at the start.
 * @param {Store} store
 * @returns {"kept"|"between"|{step: number, cursor: number}|null}
 */
export function past(store) {
  const moment = store.get("history").at(-1);
  if (moment) {
    return moment.state.step < store.get("state.step") - 1 ? "between" : "kept";
  }
  const [step, cursor, count] = [store.get("trace.step") ?? 0, store.get("cursor"), store.get("substeps").length];
  if (step === 0 && cursor === 0) return null;
  // Within a step one sub-step is undone, otherwise a whole update; before the first sub-step stands the end of the step before.
  if (cursor > 1 && cursor < count) return { step, cursor: cursor - 1 };
  // Where weights were moved, nothing is told yet where they were put, and before that stands where they came from.
  if (movedAt(store.get("timeline"), step)) return cursor > 0 ? { step, cursor: 0 } : { step: step - 1, cursor: count };
  const updates = cursor === 0 ? step - 1 : step;
  return updates === 0 ? { step: 0, cursor: 0 } : { step: updates - 1, cursor: count };
}

/**
 * The losses with a frame's added. Beyond MOST_LOSSES every other of the older half is left out: a curve needs no more points.
 * @param {Losses[]} losses
 * @param {import("../base/types.js").Frame} frame
 * @returns {Losses[]}
 */
export function withLoss(losses, frame) {
  const longer = [...losses, { step: frame.step, train: frame.loss.train, test: frame.loss.test }];
  if (longer.length <= MOST_LOSSES) return longer;
  return longer.filter(({ moved }, i) => i === 0 || i > MOST_LOSSES / 2 || i % 2 === 0 || moved);
}

/**
 * The losses with that of weights that were moved by hand, beside the run's own of the same update; of several moves there, the last.
 * @param {Losses[]} losses
 * @param {import("../base/types.js").Frame} frame
 * @returns {Losses[]}
 */
export function withMovedLoss(losses, frame) {
  const own = losses.filter(({ step, moved }) => step < frame.step || (step === frame.step && !moved));
  const all = withLoss(own, frame);
  return [...all.slice(0, -1), { ...all[all.length - 1], moved: true }];
}
