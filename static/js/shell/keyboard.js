/**
 * Space plays, → goes one link, ← goes back, shift and ← one link back, S or Enter takes a step, R resets, ? helps.
 *
 * @typedef {import("../base/types.js").Context} Context
 */
import { jump } from "../play/jump.js";

/** Where keys have a meaning of their own. */
const TYPING = "input, select, textarea, [contenteditable], dialog[open]";
const OWN_ARROWS = "[role='tablist'], [role='grid'], [role='slider'], [role='listbox'], [role='radiogroup'], [role='tree'], [role='application']";
const PRESSED = "button, a, summary, [role='button'], [role='tab']";

/** @param {Context} context */
export function followKeys({ store, player }) {
  /** @type {Record<string, () => unknown>} */
  const keys = { " ": player.toggle, ArrowRight: player.substep, ArrowLeft: player.back, s: player.step, Enter: player.step, r: player.reset, "?": openHelp };
  document.addEventListener("keydown", (event) => {
    const action = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action || event.defaultPrevented || taken(event)) return;
    event.preventDefault();
    if (event.shiftKey && event.key === "ArrowLeft") linkBack({ store, player });
    else action();
  });
  document.querySelector("[data-action='help']")?.addEventListener("click", openHelp);
  for (const link of document.querySelectorAll("a.skip")) link.addEventListener("click", skip);
}

/**
 * Does this key mean something else here: to the browser, or to the element that has the focus?
 * @param {KeyboardEvent} event
 * @returns {boolean}
 */
function taken(event) {
  const target = /** @type {Element} */ (event.target);
  if (event.ctrlKey || event.metaKey || event.altKey || target.closest(TYPING)) return true;
  if (event.key.startsWith("Arrow")) return Boolean(target.closest(OWN_ARROWS));
  if (event.key === " " || event.key === "Enter") return event.repeat || Boolean(target.closest(PRESSED));
  return event.repeat && event.key === "r";
}

/** Within the step that is told; from its beginning to the end of the one before. @param {Pick<Context, "store"|"player">} context */
function linkBack({ store, player }) {
  const cursor = store.get("cursor");
  if (cursor > 0) jump({ store, player }, cursor - 1);
  else player.back();
}

/**
 * The address holds the experiment: skipping must not write over it. To the network is to where its keys are, with a ring that shows it.
 * @param {Event} event
 */
function skip(event) {
  const target = document.querySelector(/** @type {Element} */ (event.currentTarget).getAttribute("href") ?? "");
  if (!(target instanceof HTMLElement)) return;
  event.preventDefault();
  target.scrollIntoView({ block: "nearest" });
  /** @type {HTMLElement} */ (target.querySelector("[role='application']") ?? target).focus({ preventScroll: true });
}

function openHelp() {
  /** @type {HTMLDialogElement|null} */ (document.getElementById("help"))?.showModal();
}
