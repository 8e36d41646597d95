/** The cards that a lens is laid out in. */
import { h } from "../telling/parts.js";

/**
 * A titled part of a lens.
 * @param {string} title
 * @param {...(Node|null)} children
 * @returns {HTMLElement}
 */
export function section(title, ...children) {
  return h("section", { class: "lens-card" }, h("h3", {}, title), children);
}
