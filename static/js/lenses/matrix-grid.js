/**
 * A matrix as a small table of numbers of the store, with its shape below it. Of a large one the first rows and columns are written out.
 *
 * @typedef {{title: Node|string, rows: number, columns: number, place: (r: number, c: number) => string|null, address?: (r: number, c: number) => string, rowNames?: (r: number) => string, most?: number, role?: string, axes?: [string, string]}} Matrix
 */
import { h, number } from "./parts.js";

export const MOST = 10;

/**
 * @param {Matrix} matrix `place` gives null where a zero stands by the matrix's structure
 * @returns {HTMLElement}
 */
export function grid({ title, rows, columns, place, address, most = MOST, role = "", axes = ["", ""] }) {
  const [shownRows, shownColumns] = [Math.min(rows, most), Math.min(columns, most)];
  const lines = Array.from({ length: shownRows }, (_, r) => {
    const cells = Array.from({ length: shownColumns }, (_unused, c) => cell(place(r, c), address?.(r, c), r, c));
    return h("tr", {}, cells, columns > shownColumns ? h("td", { class: "more" }, r === 0 ? "⋯" : "") : null);
  });
  if (rows > shownRows) lines.push(h("tr", {}, h("td", { class: "more", colspan: shownColumns }, "⋮")));
  const table = h("table", { class: "matrix" }, h("tbody", {}, lines));
  const shape = h("figcaption", {}, h("span", { class: "matrix-name" }, title), h("span", { class: "matrix-shape" }, `${rows}${axes[0]} × ${columns}${axes[1]}`));
  return h("figure", { class: "matrix-figure", "data-role": role }, h("div", { class: "matrix-brackets" }, table), shape);
}

/**
 * @param {string|null} path
 * @param {string|undefined} address
 * @param {number} r
 * @param {number} c
 */
function cell(path, address, r, c) {
  const inside = path === null ? h("span", { class: "zero" }, "0") : number(path, { class: path.startsWith("derived.") ? "derived" : "" });
  return h("td", { "data-r": r, "data-c": c, "data-address": address ?? null }, inside);
}

/**
 * An equation of matrices.
 * @param {...(Node|string)} parts
 */
export function equation(...parts) {
  return h("div", { class: "matrix-equation" }, parts.map((part) => (typeof part === "string" ? h("span", { class: "matrix-op" }, part) : part)));
}

/**
 * Pointing at an entry of the result lights the row of the left factor and the column of the right one that made it.
 * @param {HTMLElement} root an equation whose figures have the roles left, right and result
 */
export function lightFactors(root) {
  const mark = (/** @type {Event} */ event) => {
    for (const lit of root.querySelectorAll(".lit")) lit.classList.remove("lit");
    const target = /** @type {Element} */ (event.target).closest('[data-role="result"] td[data-r]');
    if (!target || event.type === "pointerleave") return;
    const { r, c } = /** @type {HTMLElement} */ (target).dataset;
    for (const lit of root.querySelectorAll(`[data-role="left"] td[data-r="${r}"], [data-role="right"] td[data-c="${c}"], [data-role="added"] td[data-c="${c}"]`)) lit.classList.add("lit");
    target.classList.add("lit");
  };
  root.addEventListener("pointerover", mark);
  root.addEventListener("pointerleave", mark);
}
