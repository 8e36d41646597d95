/**
 * Provenance: an element that shows a number names its place in the store, and shows what stands there.
 * `<span data-path="trace.loss.value"></span>`; `data-format` names one of format.FORMATS (show, signed, percent, slope, count, operand). `data-near` is the
 * place of a number that it stands beside: it gets as many digits as it takes to see their difference.
 * While the run plays, all of them are of one moment, `store.shown`: what a reader compares belongs together. Only what stands in
 * `data-resting` stays as it is: it says of which step it is.
 *
 * @typedef {import("./types.js").Store} Store
 */
import { FORMATS, apart, show } from "./format.js";

/** Milliseconds between two fillings while the run plays fast: more would be laid out, but not read. A new step and the pause show all at once. */
const GLIMPSE = 160;
/** Up to so many sub-steps a second are read one by one: what is told and its numbers then come together. */
const READ = 12;
/** So long they wait for what is worked out from the step; a panel out of sight works nothing out. */
const PATIENCE = 2000;

/**
 * Fill one element from the store.
 * @param {Element} element
 * @param {Store} store
 */
export function fill(element, store) {
  const path = element.getAttribute("data-path");
  if (path === null) return;
  const [value, near] = [path === "" ? null : store.shown(path), element.getAttribute("data-near")];
  const text = near ? show(value, apart(value, store.shown(near))) : (FORMATS[element.getAttribute("data-format") ?? "show"] ?? show)(value);
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Is what is worked out from the trace (a long sum's rest, a sign) worked out from this very trace?
 * @param {any} moment
 */
function whole({ trace, derived }) {
  return derived?.story === undefined || derived.story.of === trace?.step;
}

/** How long the numbers stand at least. @param {Store} store */
function glimpse(store) {
  const speed = store.get("speed");
  return speed === "max" || speed > READ ? GLIMPSE : 0;
}

/**
 * Fill every [data-path] in root now, when it appears or changes its path, and whenever its number changes. While the run plays, all of
 * them show one moment, and go on to the next together.
 * Returns the function that ends it.
 * @param {Element} root
 * @param {Store} store
 * @returns {() => void}
 */
export function bind(root, store) {
  let [last, timer, due] = [-GLIMPSE, 0, 0];
  /** @type {number|undefined} the step whose numbers stand there */
  let step;
  /** @type {any} */
  let latest = null;
  const refresh = () => {
    clearTimeout(timer);
    timer = 0;
    last = performance.now();
    store.hold(store.get("playing") ? (latest ?? store.get()) : null);
    latest = null;
    step = store.shown("trace.step");
    if (root.matches("[data-path]")) fill(root, store);
    for (const element of root.querySelectorAll("[data-path]:not([data-resting] *)")) fill(element, store);
  };
  /** The sooner of what was meant before and now. @param {number} milliseconds */
  const later = (milliseconds) => {
    const then = performance.now() + milliseconds;
    if (timer && due <= then) return;
    clearTimeout(timer);
    due = then;
    timer = window.setTimeout(refresh, milliseconds);
  };
  const follow = () => {
    if (!store.get("playing")) {
      refresh();
      return;
    }
    const resting = root.querySelector("[data-resting]") !== null;
    if (whole(store.get()) || resting) latest = store.get();
    // Of a new step that is told link by link the network is drawn at once.
    const next = !resting && latest !== null && latest.trace?.step !== step;
    const wait = next ? 0 : last + glimpse(store) - performance.now();
    if (wait <= 0 && latest) refresh();
    // Where nothing is worked out, since it is out of sight, the numbers do not wait for it.
    else later(latest ? wait : wait + PATIENCE);
  };
  const observer = new MutationObserver((records) => {
    for (const record of records) {
      if (record.type === "attributes") fill(/** @type {Element} */ (record.target), store);
      for (const node of record.addedNodes) if (node instanceof Element) fillWithin(node, store);
    }
  });
  observer.observe(root, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-path", "data-format", "data-near"] });
  const offs = [store.subscribe(["trace", "state", "frame", "next", "losses", "info", "cursor", "derived"], follow), store.subscribe(["experiment", "example", "playing"], refresh)];
  refresh();
  return () => {
    observer.disconnect();
    clearTimeout(timer);
    for (const off of offs) off();
  };
}

/**
 * @param {Element} root
 * @param {Store} store
 */
function fillWithin(root, store) {
  if (root.matches("[data-path]")) fill(root, store);
  for (const element of root.querySelectorAll("[data-path]")) fill(element, store);
}
