/**
 * The buttons of the player, its speed, and what a screen reader hears of it. The template has drawn them; here they come alive.
 *
 * @typedef {import("../base/types.js").Context} Context
 * @typedef {import("../base/types.js").Store} Store
 */
import { placed } from "./callouts.js";
import { MOST_MOMENTS, past } from "../play/history.js";
import { positionOf, speedAt, speedText } from "../play/speed.js";
import { told } from "../base/view.js";
import { say as write } from "../base/wording.js";

const SPOKEN_MILLISECONDS = 4000;

/** What takes a run further; and why not, where it diverged. */
const FORWARD = ["play", "substep", "step"];
const OVER = "The run diverged and goes no further: Back undoes its last update, Reset starts it anew, a smaller learning rate may keep it";

/** Did the run diverge with the update that is told? @param {Store} store */
function ended(store) {
  return told(store).done && Boolean(store.get("frame.diverged"));
}

/** @type {import("../base/types.js").Panel["mount"]} */
export function mount(root, context) {
  const { store, player } = context;
  const button = (/** @type {string} */ action) => /** @type {HTMLButtonElement} */ (root.querySelector(`[data-action="${action}"]`));
  /** @type {Record<string, () => unknown>} */
  const actions = { reset: player.reset, back: player.back, play: player.toggle, substep: player.substep, step: player.step };
  root.addEventListener("click", (event) => {
    const pressed = /** @type {Element} */ (event.target).closest("[data-action]");
    const action = pressed?.getAttribute("data-action");
    // A locked button that says why goes to the player, which tells it.
    if (action && (pressed?.getAttribute("aria-disabled") !== "true" || ended(store))) actions[action]?.();
  });

  const titles = Object.fromEntries(FORWARD.map((action) => [action, button(action).title]));
  const refresh = () => {
    const ready = Boolean(store.get("trace"));
    const on = ready && !ended(store);
    const able = { reset: ready, back: ready && past(store) !== null, play: on, substep: on, step: on };
    for (const [action, may] of Object.entries(able)) {
      const element = button(action);
      element.disabled = false;
      // Not `disabled`: a button must not lose the focus because it was pressed.
      element.setAttribute("aria-disabled", String(!may));
    }
    for (const action of FORWARD) button(action).title = ended(store) ? OVER : titles[action];
    if (store.get("playing")) button("play").title = "Pause (space)";
    button("back").title = store.get("forgotten") ? `Undo the last step or sub-step (←); the last ${MOST_MOMENTS} at most are kept, those before are taken again` : "Undo the last step or sub-step (←)";
  };
  store.subscribe(["trace", "history", "frame", "cursor", "playing"], refresh);
  refresh();
  showPlaying(button("play"), store);
  followSpeed(root, store);
  speak(store);
}

/**
 * @param {HTMLElement} play
 * @param {Store} store
 */
function showPlaying(play, store) {
  const text = /** @type {HTMLElement} */ (play.querySelector("span"));
  store.subscribe("playing", (playing) => {
    text.textContent = playing ? "Pause" : "Play";
    play.toggleAttribute("data-playing", playing);
  });
}

/**
 * @param {HTMLElement} root
 * @param {Store} store
 */
function followSpeed(root, store) {
  const slider = /** @type {HTMLInputElement} */ (root.querySelector("#speed"));
  const output = /** @type {HTMLOutputElement} */ (root.querySelector("output"));
  const refresh = () => {
    const text = speedText(store.get("speed"), store.get("substeps").length);
    slider.value = String(positionOf(store.get("speed")));
    slider.setAttribute("aria-valuetext", text);
    output.textContent = text;
  };
  slider.addEventListener("input", () => store.set("speed", speedAt(Number(slider.value))));
  store.subscribe(["speed", "substeps"], refresh);
  refresh();
}

/**
 * One sentence about the present sub-step, at most every SPOKEN_MILLISECONDS while playing.
 * @param {Store} store
 */
function speak(store) {
  const live = /** @type {HTMLElement} */ (document.getElementById("live"));
  let last = 0;
  let timer = 0;
  const say = () => {
    timer = 0;
    last = performance.now();
    write(live, sentence(store));
  };
  store.subscribe(["cursor", "trace", "playing"], () => {
    const wait = store.get("playing") ? Math.max(0, SPOKEN_MILLISECONDS - (performance.now() - last)) : 150;
    if (timer) clearTimeout(timer);
    // The old sentence must not be read again with the new number.
    if (!store.get("playing")) write(live, "");
    timer = window.setTimeout(say, wait);
  });
}

/**
 * Numbers in braces are the store's (wording.js). While the run goes on, none is spoken: it would have changed before its sentence ends.
 * @param {Store} store
 * @returns {string}
 */
export function sentence(store) {
  const { substep, index, count, done } = told(store);
  const step = store.get("trace.step");
  if (step === undefined) return "";
  if (store.get("frame.diverged") && done) return placed(store.get("frame.reason") ?? "The run diverged.");
  const loss = store.get("playing") ? "" : " Training loss {frame.loss.train}.";
  if (!substep) return `Step ${step + 1} is ready.${loss}`;
  const where = `Step ${step + 1}, sub-step ${index} of ${count}: ${substep.title}.`;
  return done ? `${where}${loss}` : where;
}
