/**
 * A matrix as a small table of numbers of the store, with its shape below it; what its edges do not show can be turned to.
 *
 * @typedef {import("./matrix-axes.js").Axis} Axis
 * @typedef {string|null} Place  null where a zero stands by the matrix's structure
 * @typedef {object} Cells
 * @property {(r: number, c: number) => Place} place
 * @property {(r: number, c: number) => string|null} [address]  what a click on it derives
 * @property {(r: number, c: number) => number|null} [example]  the row of the batch whose number it is
 * @property {(r: number, c: number) => string} [same]  numbers of the same name light up together
 *
 * @typedef {Cells & {title: Node|string, rows: Axis, columns: Axis, role?: string, heads?: "both"|"rows"|"columns"|""}} Matrix
 */
import { h, number } from "../telling/parts.js";

/**
 * @param {Matrix} matrix
 * @returns {HTMLElement}
 */
export function grid(matrix) {
  const { title, rows, columns, role = "", heads = "" } = matrix;
  const named = { rows: heads === "both" || heads === "rows", columns: heads === "both" || heads === "columns" };
  const lines = [];
  if (named.columns) lines.push(h("tr", {}, named.rows ? h("td", { class: "corner" }) : null, between(columns, (c) => head("col", columns, c), () => h("td"))));
  lines.push(...between(rows, (r) => line(matrix, r, named.rows), () => gap(columns.shown.length)));
  const name = `${rows.size} × ${columns.size}`;
  const label = typeof title === "string" ? `${title}, ${name}` : name;
  const table = h("table", { class: "matrix", role: "grid", "aria-label": label }, h("tbody", {}, lines));
  table.querySelector("td[data-address]")?.setAttribute("tabindex", "0");
  const shape = h("figcaption", {}, h("span", { class: "matrix-name" }, title), h("span", { class: "matrix-shape" }, `${edge(rows)} × ${edge(columns)}`));
  const [above, beside] = [h("span", { class: "matrix-edge" }, counted(columns)), h("span", { class: "matrix-edge matrix-side" }, counted(rows))];
  return h("figure", { class: "matrix-figure", "data-role": role }, h("div", { class: "matrix-framed" }, above, beside, h("div", { class: "matrix-brackets" }, table)), shape);
}

/** What an edge is as long as. @param {Axis} axis */
function counted(axis) {
  if (!axis.name) return axis.size === 1 ? "one" : `${axis.size} places`;
  return axis.name === "examples" ? `N = ${axis.size}` : edge(axis);
}

/** @param {Axis} axis */
function edge({ size, name }) {
  return name ? `${size} ${size === 1 ? name.replace(/s$/, "") : name}` : String(size);
}

/**
 * What is made of the places shown, with a sign wherever some are left out.
 * @param {Axis} axis
 * @param {(n: number) => HTMLElement} made
 * @param {() => HTMLElement} left
 */
function between({ shown, size }, made, left) {
  const found = shown.flatMap((n, i) => ((i === 0 ? n > 0 : n > shown[i - 1] + 1) ? [left(), made(n)] : [made(n)]));
  return shown.length && shown[shown.length - 1] < size - 1 ? [...found, left()] : found;
}

/** @param {number} columns */
function gap(columns) {
  return h("tr", {}, h("td", { class: "more", colspan: columns }, h("span", {}, "⋮")));
}

/**
 * @param {"row"|"col"} scope
 * @param {Axis} axis
 * @param {number} n
 */
function head(scope, axis, n) {
  return h("th", { scope }, axis.title?.(n) ?? String(n + 1));
}

/**
 * @param {Matrix} matrix
 * @param {number} r
 * @param {boolean} named
 */
function line(matrix, r, named) {
  const first = r === matrix.rows.shown[0];
  return h("tr", {}, named ? head("row", matrix.rows, r) : null, between(matrix.columns, (c) => cell(matrix, r, c), () => h("td", { class: "more" }, first ? "⋯" : "")));
}

/**
 * @param {Matrix} matrix
 * @param {number} r
 * @param {number} c
 */
function cell({ place, address, example, same }, r, c) {
  const path = place(r, c);
  const found = address?.(r, c) ?? null;
  const inside = path === null ? h("span", { class: "zero" }, "0") : number(path, { class: path.startsWith("derived.") ? "derived" : "" });
  return h("td", { "data-r": r, "data-c": c, "data-address": found, "data-example": example?.(r, c), "data-same": same?.(r, c) ?? found, tabindex: found ? -1 : null }, inside);
}

/**
 * An equation of matrices. An operator stays with what it stands in front of, wherever the line breaks; the last one with what it stands behind.
 * @param {...(Node|string)} parts
 */
export function equation(...parts) {
  const op = (/** @type {Node|string} */ part) => (typeof part === "string" ? h("span", { class: "matrix-op" }, part) : part);
  /** @type {Node[][]} */
  const groups = [];
  parts.forEach((part, i) => {
    const begins = typeof part === "string" ? i < parts.length - 1 : typeof parts[i - 1] !== "string";
    if (begins) groups.push([]);
    groups[groups.length - 1].push(op(part));
  });
  return h("div", { class: "matrix-equation" }, groups.map((group) => (group.length > 1 ? h("span", { class: "matrix-pair" }, group) : group[0])));
}

/**
 * Pointing at an entry of the result lights the row of the left factor and the column of the right one that made it.
 * @param {HTMLElement} root an equation whose figures have the roles left, right and result
 */
export function lightFactors(root) {
  const mark = (/** @type {Event} */ event) => {
    for (const lit of root.querySelectorAll(".lit")) lit.classList.remove("lit");
    const target = /** @type {Element} */ (event.target).closest?.('[data-role="result"] td[data-r]');
    if (!target || event.type === "pointerleave") return;
    const { r, c } = /** @type {HTMLElement} */ (target).dataset;
    for (const lit of root.querySelectorAll(`[data-role="left"] td[data-r="${r}"], [data-role="right"] td[data-c="${c}"], [data-role="added"] td[data-c="${c}"]`)) lit.classList.add("lit");
    target.classList.add("lit");
  };
  for (const type of ["pointerover", "pointerleave", "focusin"]) root.addEventListener(type, mark);
}

const MOVES = /** @type {Record<string, [number, number]>} */ ({ ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] });

/**
 * Arrow keys go from number to number of a matrix; Enter and space choose it.
 * @param {KeyboardEvent} event
 * @param {(cell: HTMLElement) => void} choose
 */
export function walkCells(event, choose) {
  const at = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest("td[data-address]"));
  if (!at) return;
  const [down, right] = MOVES[event.key] ?? [0, 0];
  if (event.key === "Enter" || event.key === " ") choose(at);
  else if (!down && !right) return;
  event.preventDefault();
  event.stopPropagation();
  const row = /** @type {HTMLTableRowElement|undefined} */ (at.closest("tbody")?.rows[/** @type {HTMLTableRowElement} */ (at.parentElement).rowIndex + down]);
  const next = row?.cells[/** @type {HTMLTableCellElement} */ (at).cellIndex + right];
  if (!(down || right) || !next?.hasAttribute("data-address")) return;
  at.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}
