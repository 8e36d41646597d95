/**
 * The network before Plotly has come to draw it: its neurons and edges where they will stand, without a number. The figure's places are
 * known at once; the library is a megabyte behind them.
 *
 * @typedef {import("./scene.js").Box} Box
 */
import { buildScene, curve } from "./scene.js";
import { r1, svg } from "../base/svg.js";

const ROUND = 9; // pixels of a corner
/** More than so many edges are a grey cloud. */
const MOST_EDGES = 200;

/**
 * @param {SVGElement} layer
 * @param {any} meta  of the figure, which is made for the very size of its place
 * @returns {() => void} takes it away
 */
export function skeleton(layer, meta) {
  const same = (/** @type {number} */ v) => v;
  const { width, height } = meta;
  const scene = buildScene(meta, { left: 0, top: 0, width, height, toX: same, toY: same, fromX: same, fromY: same });
  const bones = svg("g", { class: "stage-skeleton" }, layer);
  layer.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const edges = scene.links.flatMap((link) => [...link.edges, ...link.ribbons]);
  for (const edge of [...(edges.length > MOST_EDGES ? [] : edges), ...scene.loss.wires]) svg("path", { d: curve(edge) }, bones);
  for (const box of [...scene.columns.flatMap(({ units }) => units), scene.loss]) node(bones, box);
  return () => bones.remove();
}

/**
 * @param {SVGElement} bones
 * @param {Box} box
 */
function node(bones, { x, y, w, h }) {
  svg("rect", { x: r1(x - w / 2), y: r1(y - h / 2), width: r1(w), height: r1(h), rx: Math.min(ROUND, w / 3, h / 3) }, bones);
}
