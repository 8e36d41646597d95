/**
 * The ways that a step's own numbers choose: from each winner to the window it won, from a word's row of the table to its place in the
 * sequence, and of a weight matrix the edges with the largest gradients. Other links have ways of their own; see scene.js.
 *
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./scene.js").Link} Link
 * @typedef {import("./scene.js").Column} Column
 * @typedef {import("./scene.js").Edge} Edge
 * @typedef {import("./scene.js").Box} Box
 * @typedef {import("./view.js").View} View
 */
import { plates } from "./plates.js";
import { cell, rim } from "./scene.js";

const MOST_WINNERS = 96;
const MOST_LOOKUPS = 64;
export const MOST_EDGES = 40; // of a matrix

/** @type {WeakMap<Scene, {key: string, found: Map<string, Edge[]>}>} */
const kept = new WeakMap();

/**
 * j and k of a route count all numbers of the link's output and input.
 * @param {View} view
 * @param {Link} link
 * @param {boolean} back  between the maps of gradients, where there are such
 * @returns {Edge[]} none for a link whose ways are always the same
 */
export function routes(view, link, back) {
  const key = `${view.drawn} ${view.traceKey}`;
  let mine = kept.get(view.scene);
  if (mine?.key !== key) kept.set(view.scene, (mine = { key, found: new Map() }));
  const name = `${link.link} ${back}`;
  let found = mine.found.get(name);
  if (!found) mine.found.set(name, (found = choose(view, link, back)));
  return found;
}

/**
 * @param {View} view
 * @param {Link} link
 * @param {boolean} back
 */
function choose(view, link, back) {
  if (link.mode === "matrix" || link.mode === "fields") return largest(view, link);
  if (/^(max|min)_pool/.test(link.kind)) return winners(view, link, back);
  if (link.kind === "embedding") return lookups(view, link, back);
  return [];
}

/**
 * @param {View} view
 * @param {Link} link
 */
function largest(view, link) {
  const [source, target] = [view.scene.columns[link.from], view.scene.columns[link.to]];
  const gradient = view.values.parameter("gradient", link.link, "W");
  const inputs = link.params.W[1];
  const size = (/** @type {number} */ i) => Math.abs(gradient[i]);
  const order = gradient.map((_, i) => i).filter((i) => gradient[i] !== 0).sort((a, b) => size(b) - size(a));
  return order.slice(0, MOST_EDGES).map((i) => {
    const [j, k] = [Math.floor(i / inputs), i % inputs];
    return between(link, j, k, port(source, k, 1), port(target, j, -1));
  });
}

/**
 * Where an edge leaves or reaches number k of a column: a map's number at its own row.
 * @param {Column} column
 * @param {number} k
 * @param {number} side  -1 left, 1 right
 */
function port(column, k, side) {
  if (column.kind !== "maps") return rim(column, k, side);
  const [rows, cols] = column.cells;
  const box = cell(column.units[Math.floor(k / (rows * cols))], rows, cols, k % (rows * cols));
  return { x: box.x + (side * box.w) / 2, y: box.y };
}

/**
 * @param {View} view
 * @param {Link} link
 * @param {boolean} back
 */
function winners(view, link, back) {
  const [source, target] = [view.scene.columns[link.from], view.scene.columns[link.to]];
  const places = view.values.own("argmax", link.link);
  if (source.kind !== "maps" || target.kind !== "maps" || places.length > MOST_WINNERS) return [];
  const windows = places.length / target.count;
  return places.map((place, i) => {
    const unit = Math.floor(i / windows);
    const from = cell((back ? source.maps : source.units)[unit], ...source.cells, place);
    const to = cell((back ? target.maps : target.units)[unit], ...target.cells, i % windows);
    return between(link, i, unit * source.cells[0] * source.cells[1] + place, from, { x: to.x - to.w / 2, y: to.y });
  });
}

/**
 * @param {View} view
 * @param {Link} link
 * @param {boolean} back
 */
function lookups(view, link, back) {
  const target = view.scene.columns[link.to];
  const table = plates(view.scene).find((each) => each.link === link && each.what === "weights gradient");
  const words = view.values.row === null ? [] : view.values.vector("input", link.link);
  if (!table || target.kind !== "maps" || words.length * target.count > MOST_LOOKUPS) return [];
  return (back ? target.maps : target.units).flatMap((map, unit) => words.map((word, place) => {
    const row = cell(table.box, table.rows, 1, word);
    const to = cell(map, ...target.cells, place);
    return between(link, unit * words.length + place, place, { x: row.x + row.w / 2, y: row.y }, to);
  }));
}

/**
 * @param {Link} link
 * @param {number} j
 * @param {number} k
 * @param {{x: number, y: number}} from
 * @param {{x: number, y: number}} to
 * @returns {Edge}
 */
function between(link, j, k, from, to) {
  return { address: `${link.link}/W/${j},${k}`, link: link.link, j, k, trace: -1, x0: from.x, y0: from.y, x1: to.x, y1: to.y };
}
