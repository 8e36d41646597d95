/**
 * Plays the training: sub-step, step, play, back, reset. It drives the store's cursor and commits a step when its last sub-step
 * has been told. The next step is deterministic, so it is fetched while the present one is being told: Step answers at once.
 *
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {import("../base/types.js").Experiment} Experiment
 * @typedef {import("../base/types.js").State} State
 * @typedef {import("../base/types.js").Player} Player
 * @typedef {{trace: import("../base/types.js").Trace, state: State, frame: import("../base/types.js").Frame}} Ahead
 */
import { stale } from "../base/api.js";
import { repeatable } from "./again.js";
import { past, remember, restored, withLoss } from "./history.js";
import { keepable, loaded, rowWanted } from "./loading.js";
import { retrying, tellFailure } from "./network.js";
import { replayed } from "./replay.js";
import { rewound } from "./rewind.js";
import { Run } from "./run.js";
import { streamed } from "./speed.js";
import { stream } from "./stream.js";

/** A Step's sub-steps take this long together, at most. */
const STEP_MILLISECONDS = 1400;
const MOST_WAITING = 3;

/**
 * @param {{store: Store, api: import("../base/types.js").Api}} context
 * @returns {Player}
 */
export function createPlayer({ store, api }) {
  /** @type {Run|null} */
  let run = null;
  let tail = Promise.resolve();
  let waiting = 0;
  let epoch = 0;
  /** A change of the experiment interrupts playing; it goes on when the last of several changes has arrived. */
  let resuming = false;
  /** @type {{state: State, experiment: Experiment, example: any, promise: Promise<Ahead>}|null} */
  let ahead = null;

  const reduced = () => store.get("motion") === "reduced";
  const told = () => store.get("cursor") === store.get("substeps").length;

  /** Fetch the step after the shown state, or take what is already on its way. @returns {Promise<Ahead>} */
  function lookAhead() {
    const [state, experiment, example] = [store.get("state"), store.get("experiment"), rowWanted(store)];
    if (ahead && ahead.state === state && ahead.experiment === experiment && ahead.example === example) return ahead.promise;
    const promise = api.step(experiment, state, example, { kind: "ahead" });
    const mine = { state, experiment, example, promise };
    ahead = mine;
    // A failure is told when the step is asked for; until then it only must not be kept.
    promise.catch(() => {
      if (ahead === mine) ahead = null;
    });
    return promise;
  }

  /** One sub-step. False when there is none to tell. @param {Run} mine @param {number} duration @returns {Promise<boolean>} */
  async function tell(mine, duration) {
    /** @type {Record<string, any>} */
    const changes = {};
    let from = store.get("cursor");
    if (told()) {
      if (store.get("frame.diverged")) return false;
      const fetched = await retrying(store, mine, lookAhead);
      if (mine.cancelled) return false;
      Object.assign(changes, { trace: fetched.trace, next: { state: fetched.state, frame: fetched.frame } });
      from = 0;
    }
    const substeps = store.get("substeps");
    const next = changes.next ?? store.get("next");
    const moving = reduced() || mine.hurried ? 0 : duration;
    changes.cursor = from + 1;
    changes.transition = { from, to: from + 1, duration: moving, substep: substeps[from] };
    if (from + 1 === substeps.length) Object.assign(changes, { state: next.state, frame: next.frame, losses: withLoss(store.get("losses"), next.frame) });
    store.patch(changes);
    if (changes.trace) ownShare();
    if (told() && !store.get("frame.diverged")) lookAhead();
    await mine.wait(duration);
    return !mine.cancelled;
  }

  /**
   * Do one thing after the other; a new press hurries what is under way. Presses beyond the most are dropped, but not what has
   * cancelled all that waits: the last of many quick choices is the one that counts.
   * @param {(mine: Run) => Promise<void>} body
   * @param {{dropped?: boolean}} [options]
   * @returns {Promise<void>}
   */
  function perform(body, { dropped = true } = {}) {
    if (dropped && waiting >= MOST_WAITING) return tail;
    run?.hurry();
    const born = epoch;
    waiting += 1;
    tail = tail.then(async () => {
      waiting -= 1;
      if (born !== epoch) return;
      const mine = new Run();
      run = mine;
      if (waiting > 0) mine.hurry();
      try {
        await body(mine);
      } catch (error) {
        if (!stale(error) && !mine.cancelled) tellFailure(store, error);
      }
      if (run === mine) run = null;
    });
    return tail;
  }

  function cancel() {
    epoch += 1;
    resuming = false;
    run?.cancel();
    if (store.get("playing")) store.set("playing", false);
  }

  /** A run that diverged goes no further; whoever asks for more is told why, also where it was told and put aside. */
  function ended() {
    const over = told() && Boolean(store.get("frame.diverged"));
    if (over) store.set("insisted", store.get("insisted") + 1);
    return over;
  }

  /** Tell the rest of the step (or the whole next one). @param {Run} mine */
  async function tellStep(mine) {
    const count = store.get("substeps").length;
    const speed = store.get("speed");
    const each = Math.min(speed === "max" ? 0 : 1000 / speed, STEP_MILLISECONDS / count);
    // Without motion there is nothing to see on the way.
    if (reduced()) mine.hurry();
    do {
      if (!(await tell(mine, each))) return;
    } while (!told());
  }

  /** @param {Run} mine */
  async function tellPlay(mine) {
    while (store.get("playing") && !mine.cancelled) {
      const speed = store.get("speed");
      if (streamed(speed)) {
        await stream({ store, api, run: mine });
      } else {
        remember(store);
        await tell(mine, 1000 / speed);
      }
      if (told() && store.get("frame.diverged")) break;
    }
    // What was cancelled may have been set going anew meanwhile.
    if (!mine.cancelled) store.set("playing", false);
  }

  /** @type {Player} */
  const player = {
    play() {
      if (store.get("playing") || !store.get("trace") || ended()) return;
      run?.hurry();
      store.set("playing", true);
      perform(tellPlay, { dropped: false });
    },
    pause() {
      resuming = false;
      if (!store.get("playing")) return;
      store.set("playing", false);
      run?.cancel();
    },
    toggle: () => (store.get("playing") ? player.pause() : player.play()),
    step() {
      if (!store.get("trace")) return Promise.resolve();
      player.pause();
      return perform(async (mine) => {
        if (ended()) return;
        remember(store);
        await tellStep(mine);
      });
    },
    substep() {
      if (!store.get("trace")) return Promise.resolve();
      player.pause();
      return perform(async (mine) => {
        if (ended()) return;
        remember(store);
        const speed = store.get("speed");
        await tell(mine, speed === "max" ? 150 : Math.min(3000, 1000 / speed));
      });
    },
    back() {
      const before = past(store);
      if (!before) return;
      if (before === "kept") {
        cancel();
        restore();
      } else if (before === "between") rewind();
      else void player.seek(before.step, before.cursor);
    },
    stop: cancel,
    reset() {
      cancel();
      return perform(async (mine) => {
        await loaded({ store, api, run: mine, experiment: store.get("experiment") });
      });
    },
    async load(experiment, { keep = true, again = false, along = {} } = {}) {
      const going = resuming || store.get("playing");
      cancel();
      resuming = going;
      /** @type {boolean|null} */
      let fine = null;
      await perform(async (mine) => {
        const old = store.get("experiment");
        // A run that goes on has no step that stands still to be taken again.
        const same = again && !going && Boolean(store.get("trace")) && repeatable(old, experiment);
        try {
          fine = await loaded({ store, api, run: mine, experiment, keep: keep && keepable(old, experiment), again: same, along });
        } finally {
          fine ||= mine.cancelled ? null : false;
        }
      }, { dropped: false });
      if (resuming && !run) {
        resuming = false;
        player.play();
      }
      return fine;
    },
    async choose(example) {
      store.set("example", example);
      if (example === "mean" || !store.get("trace")) return;
      const { step, before, batch, example: shown } = store.get("trace");
      if (shown?.row === example % batch.indices.length) return;
      try {
        // The example's own share depends on the parameters alone; everything else of the trace stays the very object.
        const answer = await api.step(store.get("experiment"), { step, params: before, slots: null }, example, { kind: "example" });
        if (store.get("trace.step") === step && store.get("trace.before") === before) store.set("trace", { ...store.get("trace"), example: answer.trace.example });
        else if (!store.get("playing")) ownShare();
      } catch (error) {
        if (!stale(error)) tellFailure(store, error);
      }
    },
    async seek(step, cursor = 0) {
      cancel();
      let arrived = false;
      await perform(async (mine) => {
        arrived = await replayed({ store, api, run: mine, step, cursor });
      });
      lookAheadAgain();
      return arrived;
    },
  };

  /** The shown example's share of the trace, where that was asked for with another example. */
  function ownShare() {
    if (rowWanted(store) !== null) void player.choose(store.get("example"));
  }

  // A stream's frames, and a step that was looked ahead to, have the example of the moment at which they were asked for.
  store.subscribe("playing", (playing) => {
    if (!playing) ownShare();
  });

  /** To the moment kept last. */
  function restore() {
    store.patch(restored(store));
    ownShare();
    lookAheadAgain();
  }

  /** To the update before, of which no moment is kept. Each of several presses undoes one. */
  function rewind() {
    if (store.get("playing")) cancel();
    perform(async (mine) => {
      const before = past(store);
      if (before === "between") await rewound({ store, api, run: mine });
      else if (before === "kept") restore();
    });
  }

  function lookAheadAgain() {
    if (store.get("trace") && told() && !store.get("frame.diverged")) lookAhead();
  }

  return player;
}
