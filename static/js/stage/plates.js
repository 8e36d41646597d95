/**
 * Where the stage shows many numbers as a small image: feature maps and their gradients, receptive fields, kernels, embedding tables
 * and weight matrices too large for edges.
 *
 * @typedef {import("./scene.js").Box} Box
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./scene.js").Column} Column
 * @typedef {import("./scene.js").Link} Link
 * @typedef {{what: "value"|"gradient", column: Column, link: null}|{what: "weights"|"weights gradient"|"swap", column: null, link: Link}} Source
 * @typedef {Source & {box: Box, rows: number, cols: number, start: number, shape: number[]}} Plate
 *   start: the first cell's place in the flat array; shape: of that array, for addresses
 */
import { tensorName } from "./scene.js";

const MOST_KERNELS = 64;
const MOST_CELL = 14; // pixels: of a kernel

/**
 * @param {Scene} scene
 * @returns {Plate[]}
 */
export function plates(scene) {
  return [...scene.columns.flatMap(maps), ...scene.links.flatMap((link) => parameters(scene, link))];
}

/**
 * @param {Column} column
 * @returns {Plate[]}
 */
function maps(column) {
  if (column.kind !== "maps") return [];
  const [rows, cols] = column.cells;
  return column.units.flatMap((unit, i) => {
    const own = { column, link: null, rows, cols, start: i * rows * cols, shape: column.shape };
    return [/** @type {Plate} */ ({ ...own, what: "value", box: unit }), /** @type {Plate} */ ({ ...own, what: "gradient", box: column.maps[i] })];
  });
}

/**
 * @param {Scene} scene
 * @param {Link} link
 * @returns {Plate[]}
 */
function parameters(scene, link) {
  const shape = link.params[tensorName(link)];
  const [source, target] = [scene.columns[link.from], scene.columns[link.to]];
  if (!shape || link.mode === "each" || link.mode === "binned") return [];
  if (link.mode === "fields") {
    const [rows, cols] = source.cells;
    return target.units.map((box, j) => /** @type {Plate} */ ({ what: "swap", column: null, link, box, rows, cols, start: j * rows * cols, shape }));
  }
  const left = source.box.x + source.box.w / 2;
  const right = target.box.x - target.box.w / 2;
  const gap = { x: (left + right) / 2, w: Math.max(right - left, 12) };
  const kernel = shape.slice(2);
  if (kernel.length === 1 || (kernel.length === 2 && shape[0] * shape[1] <= MOST_KERNELS && shape[1] <= 4)) return kernels(link, shape, gap, target);
  const columns = shape.slice(1).reduce((a, b) => a * b, 1);
  if (link.kind === "embedding") return lookup(link, shape, gap, scene);
  return matrix(link, shape, columns, gap, scene);
}

/**
 * One small image for each pair of channels, level with the map it makes; its gradient to the right.
 * @param {Link} link
 * @param {number[]} shape
 * @param {{x: number, w: number}} gap
 * @param {Column} target
 * @returns {Plate[]}
 */
function kernels(link, shape, gap, target) {
  const [filters, ...rest] = shape;
  // Over sequences, all of a filter's channels make one image: a row a channel.
  const [channels, rows, cols] = rest.length === 3 ? rest : [1, ...rest];
  const room = (gap.w * 0.86) / (2 * channels + 0.4);
  const tall = filters > 1 ? target.units[1].y - target.units[0].y : target.units[0].h * 2;
  const cell = Math.max(1.5, Math.min(room / (cols + 0.6), (tall * 0.86) / rows, MOST_CELL));
  // A sequence's cells need not be square.
  const high = rest.length === 3 ? cell : Math.max(cell, Math.min((tall * 0.86) / rows, MOST_CELL));
  const [w, h, pitch] = [cell * cols, high * rows, cell * (cols + 0.6)];
  const first = gap.x - (pitch * (2 * channels + 0.4)) / 2 + pitch / 2;
  /** @type {Plate[]} */
  const found = [];
  for (let f = 0; f < filters; f += 1) {
    for (let c = 0; c < channels; c += 1) {
      const own = { column: null, link, rows, cols, start: (f * channels + c) * rows * cols, shape };
      // Where a map stands on its gradient, the kernel is level with both.
      const y = target.maps[f]?.x === target.units[f].x ? (target.units[f].y + target.maps[f].y) / 2 : target.units[f].y;
      found.push({ ...own, what: "weights", box: { x: first + c * pitch, y, w, h } });
      found.push({ ...own, what: "weights gradient", box: { x: first + (channels + c + 0.4) * pitch, y, w, h } });
    }
  }
  return found;
}

/**
 * A table of many rows, a word each, as high as the stage allows; its gradient beside it.
 * @param {Link} link
 * @param {number[]} shape
 * @param {{x: number, w: number}} gap
 * @param {Scene} scene
 * @returns {Plate[]}
 */
function lookup(link, shape, gap, scene) {
  const [rows, cols] = shape;
  const w = Math.min(gap.w * 0.24, cols * 12);
  const h = Math.min(scene.height * 0.78, rows * 14);
  const middle = gap.x - gap.w * 0.06; // the lines from the words need more room than those to the maps
  const own = { column: null, link, rows, cols, start: 0, shape };
  return [
    { ...own, what: "weights", box: { x: middle - w / 2 - 2, y: scene.loss.y, w, h } },
    { ...own, what: "weights gradient", box: { x: middle + w / 2 + 2, y: scene.loss.y, w, h } },
  ];
}

/**
 * The whole tensor as one image, a row an output; the gradient below it.
 * @param {Link} link
 * @param {number[]} shape
 * @param {number} cols
 * @param {{x: number, w: number}} gap
 * @param {Scene} scene
 * @returns {Plate[]}
 */
function matrix(link, shape, cols, gap, scene) {
  const rows = shape[0];
  const w = Math.min(gap.w * 0.62, cols * 12);
  const h = Math.min(scene.height * 0.3, rows * 12, Math.max(w * 1.6, 40));
  const own = { column: null, link, rows, cols, start: 0, shape };
  const middle = scene.loss.y;
  return [
    { ...own, what: "weights", box: { x: gap.x, y: middle - h / 2 - 6, w, h } },
    { ...own, what: "weights gradient", box: { x: gap.x, y: middle + h / 2 + 6, w, h } },
  ];
}
