/**
 * Playing faster than sub-steps can be followed: whole steps arrive from POST /api/train in chunks of frames, each with its trace, and
 * are shown at an even pace while the next chunk is computed. `every` grows until that takes its share of the time. Pausing forgets
 * what was not shown.
 *
 * @typedef {import("../base/types.js").TrainFrame} TrainFrame
 * @typedef {{store: import("../base/types.js").Store, api: import("../base/types.js").Api, run: import("./run.js").Run}} Streaming
 */
import { Cadence } from "./cadence.js";
import { remember, withLoss } from "./history.js";
import { retrying } from "./network.js";

/** From this many sub-steps a second on they cannot be followed one by one: whole steps are streamed. */
export const FASTEST_TOLD = 60;
/** The first chunks are short, until the pace is found; the very first says little of it, as nothing is warm yet. */
const [FIRST_CHUNK, CHUNK, SHORT_CHUNKS] = [3, 12, 3];
/** So few frames wait to be shown when the next chunk is asked for. */
const FEW = 3;
const MOST_EVERY = 500;
/** Of what a slow server or screen has kept waiting, so many milliseconds are made up for. */
const MOST_BEHIND = 500;
/** The share of the time that the server computes at full speed: the page, too, wants a processor. */
const SHARE = 0.6;
const STEEPEST = 8; // times as many steps a frame from one chunk to the next
const REMEMBER_MILLISECONDS = 150;

/**
 * @param {import("../base/types.js").Store} store
 * @returns {number} updates a second; Infinity for "max", 0 when sub-steps are to be told again
 */
function rate(store) {
  const speed = store.get("speed");
  if (speed === "max") return Infinity;
  return speed > FASTEST_TOLD ? speed / store.get("substeps").length : 0;
}

/**
 * Stream until paused, slowed down, diverged or cancelled.
 * @param {Streaming} streaming
 */
export async function stream({ store, api, run }) {
  /** @type {TrainFrame[]} */
  const queue = [];
  let [every, count, short] = [1, FIRST_CHUNK, SHORT_CHUNKS];
  const cadence = new Cadence();
  const screen = showing({ store, run, queue, cadence, every: () => every });
  try {
    while (going(store, run)) {
      const wanted = rate(store);
      if (Number.isFinite(wanted)) every = Math.max(1, Math.ceil(wanted / cadence.aSecond));
      const began = performance.now();
      await retrying(store, run, () => chunk({ store, api, run }, queue, every, count));
      const ideal = (every * SHARE * count * 1000) / (performance.now() - began) / cadence.aSecond;
      short -= 1;
      const found = short <= 0 && (ideal < 2 * every || every === MOST_EVERY);
      count = Number.isFinite(wanted) || found ? CHUNK : FIRST_CHUNK;
      if (wanted === Infinity) every = adapted(every, ideal);
      const over = (queue.at(-1) ?? store.get("frame")).diverged;
      await screen.drained(over ? 0 : FEW);
      if (over) return;
    }
  } finally {
    screen.stop();
  }
}

/**
 * @param {import("../base/types.js").Store} store
 * @param {import("./run.js").Run} run
 */
function going(store, run) {
  return store.get("playing") && !run.cancelled && rate(store) > 0;
}

/**
 * @param {Streaming} streaming
 * @param {TrainFrame[]} queue
 * @param {number} every
 * @param {number} count  of frames
 */
function chunk({ store, api, run }, queue, every, count) {
  // After a break the server goes on from the last frame that arrived.
  const from = queue.at(-1)?.state ?? store.get("state");
  const example = store.get("example");
  const options = { steps: every * count, every, trace: true, example: typeof example === "number" ? example : null };
  return api.train(store.get("experiment"), from, options, (frame) => queue.push(frame), run.signal);
}

/**
 * Half way there each time, or a hiccup of the machine would throw the pace about; from a slow start quickly.
 * @param {number} every
 * @param {number} ideal
 * @returns {number}
 */
function adapted(every, ideal) {
  const next = ideal > 2 * every ? Math.min(ideal, STEEPEST * every) : (every + ideal) / 2;
  return Math.max(1, Math.min(MOST_EVERY, Math.round(next)));
}

/**
 * Takes frames off the queue, once an animation frame at most.
 * @param {{store: import("../base/types.js").Store, run: import("./run.js").Run, queue: TrainFrame[], cadence: Cadence,
 *   every: () => number}} options
 */
function showing({ store, run, queue, cadence, every }) {
  let due = 0;
  let remembered = 0;
  let stopped = false;
  let few = 0;
  /** @type {() => void} */
  let empty = () => {};

  /** @param {number} now */
  function tick(now) {
    const wanted = rate(store);
    if (stopped || wanted === 0 || run.cancelled || !store.get("playing")) return empty();
    cadence.tick(now);
    if (queue.length > 0 && now >= due && cadence.ready(now)) {
      const gap = (1000 * every()) / wanted;
      due = Math.max(due, now - MOST_BEHIND);
      // One at a time; of what piles up or is overdue, the latest.
      const most = wanted === Infinity ? queue.length - CHUNK - FEW : Math.floor((now - due) / gap) + 1;
      const frames = queue.splice(0, Math.max(1, most));
      due += frames.length * gap;
      cadence.shown(now);
      if (now - remembered > REMEMBER_MILLISECONDS) {
        remembered = now;
        remember(store);
      }
      show(store, frames);
    }
    if (queue.length <= few) empty();
    requestAnimationFrame(tick);
    return undefined;
  }
  requestAnimationFrame(tick);

  return {
    stop() {
      stopped = true;
    },
    /**
     * At most so many are left to show.
     * @param {number} left
     * @returns {Promise<void>}
     */
    drained(left) {
      few = left;
      if (queue.length <= few || stopped) return Promise.resolve();
      return new Promise((resolve) => {
        empty = resolve;
      });
    },
  };
}

/**
 * @param {import("../base/types.js").Store} store
 * @param {TrainFrame[]} frames
 */
function show(store, frames) {
  const { state, trace, ...frame } = frames[frames.length - 1];
  const losses = frames.reduce(withLoss, store.get("losses"));
  const count = store.get("substeps").length;
  const transition = { from: 0, to: count, duration: 0, substep: store.get("substeps")[count - 1] ?? null };
  store.patch({ trace, state, frame, next: { state, frame }, losses, cursor: count, transition });
}
