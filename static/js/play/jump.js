/**
 * Going to another sub-step of the step that is being told. Its trace is there already, so this asks the server for nothing; only a
 * step that was streamed past, and so never kept, is replayed by the player.
 *
 * @typedef {import("../base/types.js").Context} Context
 */
import { remember, withLoss } from "./history.js";
import { stateBefore } from "../base/view.js";

/**
 * @param {Pick<Context, "store"|"player">} context
 * @param {number} cursor
 */
export function jump({ store, player }, cursor) {
  const count = store.get("substeps").length;
  const from = store.get("cursor");
  if (cursor === from || cursor < 0 || cursor > count || !store.get("trace")) return;
  player.stop(); // a step that is being told would go on from here
  const transition = { from, to: cursor, duration: 0, substep: store.get("substeps")[cursor - 1] ?? null };
  if (from === count) unfinish({ store, player }, cursor, transition);
  else {
    remember(store);
    store.patch({ cursor, transition, ...(cursor === count ? finished(store) : {}) });
  }
}

/** @param {import("../base/types.js").Store} store */
function finished(store) {
  const next = store.get("next");
  return next ? { state: next.state, frame: next.frame, losses: withLoss(store.get("losses"), next.frame) } : {};
}

/**
 * Back into a step whose update has been taken: its parameters and losses are those of before.
 * @param {Pick<Context, "store"|"player">} context
 * @param {number} cursor
 * @param {any} transition
 */
function unfinish({ store, player }, cursor, transition) {
  const count = store.get("substeps").length;
  const before = store.get("trace.before");
  const moment = store.get("history").findLast((/** @type {any} */ m) => m.trace?.before === before && m.cursor < count);
  if (moment) {
    remember(store);
    // The step may have been taken again since that moment, by another optimizer: where it set out and where it leads it tells itself.
    const next = { state: store.get("state"), frame: store.get("frame") };
    store.patch({ cursor, transition, state: stateBefore(store), frame: moment.frame, next, losses: moment.losses });
  } else player.seek(store.get("trace.step"), cursor);
}
