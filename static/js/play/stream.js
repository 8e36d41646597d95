/**
 * Playing faster than sub-steps can be followed: whole steps arrive from POST /api/train in chunks of frames, each with its trace.
 * The latest frame wins; `every` grows until about FRAMES_A_SECOND of them arrive. Pausing forgets what was not shown.
 *
 * @typedef {import("../base/types.js").TrainFrame} TrainFrame
 * @typedef {{store: import("../base/types.js").Store, api: import("../base/types.js").Api, run: import("./run.js").Run}} Streaming
 */
import { remember, withLoss } from "./history.js";
import { retrying } from "./network.js";

/** From this many sub-steps a second on they cannot be followed one by one: whole steps are streamed. */
export const FASTEST_TOLD = 60;
// Enough for curves and colours to move; what travels along the edges moves sixty times a second all the same.
const FRAMES_A_SECOND = 12;
const FRAMES_A_CHUNK = 12;
const MOST_EVERY = 500;
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
  let every = 1;
  const screen = showing({ store, run, queue, every: () => every });
  try {
    while (going(store, run)) {
      const wanted = rate(store);
      if (Number.isFinite(wanted)) every = Math.max(1, Math.ceil(wanted / FRAMES_A_SECOND));
      const began = performance.now();
      await retrying(store, run, () => chunk({ store, api, run }, queue, every));
      const seconds = (performance.now() - began) / 1000;
      if (wanted === Infinity) every = adapted(every, FRAMES_A_CHUNK / seconds);
      await screen.drained();
      if (store.get("frame.diverged")) return;
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
 */
function chunk({ store, api, run }, queue, every) {
  // After a break the server goes on from the last frame that arrived.
  const from = queue.at(-1)?.state ?? store.get("state");
  const example = store.get("example");
  const options = { steps: every * FRAMES_A_CHUNK, every, trace: true, example: typeof example === "number" ? example : null };
  return api.train(store.get("experiment"), from, options, (frame) => queue.push(frame), run.signal);
}

/**
 * @param {number} every
 * @param {number} framesASecond that arrived
 * @returns {number}
 */
function adapted(every, framesASecond) {
  const ideal = (every * framesASecond) / FRAMES_A_SECOND;
  // Half way there each time: a hiccup of the machine must not throw the pace about.
  return Math.max(1, Math.min(MOST_EVERY, Math.round((every + ideal) / 2)));
}

/**
 * Takes frames off the queue, once an animation frame at most.
 * @param {{store: import("../base/types.js").Store, run: import("./run.js").Run, queue: TrainFrame[], every: () => number}} options
 */
function showing({ store, run, queue, every }) {
  let due = 0;
  let remembered = 0;
  let stopped = false;
  /** @type {() => void} */
  let empty = () => {};

  /** @param {number} now */
  function tick(now) {
    if (stopped || run.cancelled || !store.get("playing")) return empty();
    const wanted = rate(store);
    if (queue.length > 0 && (wanted === Infinity || now >= due)) {
      const frames = wanted === Infinity ? queue.splice(0) : queue.splice(0, 1);
      due = Math.max(due, now - 100) + (1000 * every()) / (wanted || Infinity);
      if (now - remembered > REMEMBER_MILLISECONDS) {
        remembered = now;
        remember(store);
      }
      show(store, frames);
    }
    if (queue.length === 0) empty();
    requestAnimationFrame(tick);
    return undefined;
  }
  requestAnimationFrame(tick);

  return {
    stop() {
      stopped = true;
    },
    /** @returns {Promise<void>} */
    drained() {
      if (queue.length === 0 || stopped) return Promise.resolve();
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
