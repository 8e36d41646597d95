/**
 * Provenance: an element that shows a number names its place in the store, and shows what stands there.
 * `<span data-path="trace.loss.value"></span>`; `data-format` names one of format.FORMATS (show, signed, percent, count). `data-near` is the
 * place of a number that it stands beside: it gets as many digits as it takes to see their difference.
 * While the run plays, `data-lazy` marks numbers that their panel fills at its own pace, and `data-prompt` those that never wait for the
 * next glimpse; at rest all are kept alike.
 *
 * @typedef {import("./types.js").Store} Store
 */
import { FORMATS, apart, show } from "./format.js";

/** Milliseconds between two fillings while the run plays: more would be laid out, but not read. The pause shows all at once. */
const GLIMPSE = 160;

/**
 * Fill one element from the store.
 * @param {Element} element
 * @param {Store} store
 */
export function fill(element, store) {
  const path = element.getAttribute("data-path");
  if (path === null) return;
  const [value, near] = [path === "" ? null : store.get(path), element.getAttribute("data-near")];
  const text = near ? show(value, apart(value, store.get(near))) : (FORMATS[element.getAttribute("data-format") ?? "show"] ?? show)(value);
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Fill every [data-path] in root now, when it appears or changes its path, and whenever its number changes.
 * Returns the function that ends it.
 * @param {Element} root
 * @param {Store} store
 * @returns {() => void}
 */
export function bind(root, store) {
  let [last, timer] = [-GLIMPSE, 0];
  const refresh = () => {
    clearTimeout(timer);
    timer = 0;
    last = performance.now();
    if (root.matches("[data-path]")) fill(root, store);
    for (const element of root.querySelectorAll(store.get("playing") ? "[data-path]:not([data-lazy])" : "[data-path]")) fill(element, store);
  };
  const follow = () => {
    const wait = store.get("playing") ? last + GLIMPSE - performance.now() : 0;
    if (wait <= 0) {
      refresh();
      return;
    }
    for (const element of root.querySelectorAll("[data-prompt]")) fill(element, store);
    if (!timer) timer = window.setTimeout(refresh, wait);
  };
  const observer = new MutationObserver((records) => {
    for (const record of records) {
      if (record.type === "attributes") fill(/** @type {Element} */ (record.target), store);
      for (const node of record.addedNodes) if (node instanceof Element) fillWithin(node, store);
    }
  });
  observer.observe(root, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-path", "data-format", "data-near"] });
  const off = store.subscribe(["trace", "state", "frame", "next", "losses", "info", "cursor", "experiment", "example", "playing"], follow);
  refresh();
  return () => {
    observer.disconnect();
    clearTimeout(timer);
    off();
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
