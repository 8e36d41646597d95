/**
 * «What is happening now»: the present sub-step in words, as an equation in symbols, and below the symbols their numbers.
 *
 * @typedef {import("../base/types.js").Context} Context
 */
import { stale } from "../base/api.js";
import { streamed } from "../play/speed.js";
import { tag } from "../telling/formula.js";
import { Timeline } from "./timeline.js";
import { answerStrip } from "./derivation-strip.js";
import { verdictLine } from "./checked.js";
import { StoryView } from "./view.js";
import { told } from "../base/view.js";

/** Faster than this many sub-steps a second, equations are glimpsed, not read … */
const READABLE = 9;
/** … and change so often only, in milliseconds. A step's first is told at once, and the last one always lands. */
const GLIMPSE = 300;
const WATCHED = ["trace", "cursor", "substeps", "example", "selection", "info", "speed"];

/**
 * @param {HTMLElement} root
 * @param {Context} context
 */
export function mount(root, { store, api, frames, player }) {
  const timeline = new Timeline({ store, player });
  const page = tag("div", "story-page");
  root.classList.add("story");
  timeline.side.append(verdictLine({ store, api }));
  const rest = tag("p", "story-rest");
  rest.hidden = true;
  root.append(timeline.element, page, rest, answerStrip({ store }));
  const view = new StoryView(store, page, timeline);
  frames.register("story", draw, root);
  new IntersectionObserver((entries) => seen(entries[entries.length - 1].isIntersecting)).observe(root);
  store.subscribe("experiment", () => load()); // before its first numbers are told
  store.subscribe(WATCHED, () => follow());
  store.subscribe("playing", (playing) => {
    view.quiet(playing);
    follow();
  });
  let [glimpse, drawn, inSight] = [0, -Infinity, false];

  /** Whole steps stream past faster than equations can follow: then these say of which update they are, and stand back. */
  function resting() {
    const now = Boolean(store.get("playing")) && streamed(store.get("speed"));
    if (root.classList.contains("is-resting") === now) return now;
    root.classList.toggle("is-resting", now);
    rest.hidden = !now;
    page.toggleAttribute("data-resting", now);
    if (!now) return now;
    stop();
    sayRest();
    return now;
  }

  function stop() {
    clearTimeout(glimpse);
    glimpse = 0;
  }

  /** Out of sight no equations are drawn, and those that stood last are not what is told. @param {boolean} visible */
  function seen(visible) {
    inSight = visible;
    if (visible) follow();
    else store.set("telling", null);
  }

  function sayRest() {
    rest.textContent = `The equations rest at update ${view.step + 1} while steps stream past; Pause tells the newest.`;
  }

  function draw() {
    drawn = performance.now();
    store.set("telling", view.draw());
    sayRest();
  }

  function follow() {
    if (resting()) {
      store.set("telling", null);
      return;
    }
    // A step's numbers come with their equations, in the very frame of the network's: in those of the last step they would be untrue.
    const begins = told(store).index === 1 && store.get("telling.cursor") !== 1;
    if (inSight && store.get("trace") && (begins || store.get("trace.step") !== view.step)) {
      stop();
      draw();
      return;
    }
    const wait = hurrying(store) ? drawn + GLIMPSE - performance.now() : 0;
    if (wait <= 0) {
      stop();
      frames.invalidate("story");
    } else if (!glimpse) {
      glimpse = window.setTimeout(() => {
        glimpse = 0;
        frames.invalidate("story");
      }, wait);
    }
  }
  let [wanted, kinds] = ["", ""];

  /** The story follows from the kinds, not from their numbers: those are slots. */
  async function load() {
    const experiment = store.get("experiment");
    if (!experiment) return;
    const now = JSON.stringify([experiment.layers, experiment.loss.kind, experiment.penalty.kind, experiment.optimizer.kind, experiment.gradient.kind]);
    const key = now + JSON.stringify(experiment.data);
    if (key === wanted) return;
    wanted = key;
    // Whoever else tells in its words would tell of links that are gone, or of another optimizer.
    if (now !== kinds && store.get("story")) store.set("story", null);
    store.set("telling", null);
    // What is told of the network before is not told of this one: other kinds' words go at once, as the numbers in them are the new ones
    // already; those of the same kinds when the new story takes longer than a moment.
    page.classList.add("is-former");
    page.classList.toggle("is-other", now !== kinds);
    kinds = now;
    view.forget();
    try {
      const story = await api.call("/api/story", { experiment });
      store.set("story", story);
      view.tell(story);
      page.classList.remove("is-former");
      frames.invalidate("story");
    } catch (error) {
      if (stale(error)) return;
      wanted = "";
      page.classList.remove("is-former");
      page.replaceChildren(tag("p", "failed", "The formulas could not be fetched. They come back with the next change."));
    }
  }

  load();
}

/**
 * Do sub-steps, or whole steps, follow each other faster than they can be read?
 * @param {import("../base/types.js").Store} store
 */
function hurrying(store) {
  const speed = store.get("speed");
  if (store.get("playing")) return speed === "max" || speed > READABLE;
  const duration = store.get("transition.duration") ?? 0;
  return duration > 0 && duration < 1000 / READABLE && !told(store).done;
}
