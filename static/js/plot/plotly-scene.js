/**
 * The rest of the adapter to Plotly: the 3-D scene's camera, pictures that are not on the page, the library itself as text. What is
 * not in Plotly's documentation is held by a contract test against the installed version.
 *
 * @typedef {import("./plotly-adapter.js").Figure} Figure
 * @typedef {import("./plotly-adapter.js").Graph} Graph
 */
import { loadPlotly } from "./plotly-adapter.js";

const IDENTITY = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

/**
 * @param {Graph} graph
 * @returns {any} the 3-D scene's camera as a layout has it; undefined until it is drawn
 */
export function camera(graph) {
  return graph._fullLayout?.scene?._scene?.getCamera();
}

/**
 * Call `fn` after every picture that the 3-D scene draws: whenever its camera may have moved. Ask again after a redraw.
 * @param {Graph} graph
 * @param {() => void} fn
 * @param {string} [name]
 */
export function onCamera(graph, fn, name = "scene") {
  const view = graph._fullLayout?.[name]?._scene?.glplot;
  if (!view || view.chainrule) return;
  const before = view.onrender;
  view.chainrule = true;
  view.onrender = (/** @type {any[]} */ ...given) => {
    before?.apply(view, given);
    fn();
  };
}

/**
 * A figure as a picture that is not on the page.
 * @param {Figure} figure
 * @param {{format: "png"|"svg", width: number, height: number, scale?: number}} how
 * @returns {Promise<string>} a data: URL
 */
export async function picture(figure, how) {
  return (await loadPlotly()).toImage({ data: figure.data, layout: figure.layout }, how);
}

/**
 * plotly.js itself, as text, for a page that stands alone.
 * @returns {Promise<string>}
 */
export async function source() {
  const address = document.querySelector('meta[name="plotly-src"]')?.getAttribute("content") ?? "";
  return (await fetch(address)).text();
}

/**
 * From a point of the 3-D scene to [left, top] in a box that the scene fills, with the camera as it is now; null until it is drawn.
 * It asks nothing of the page's layout, so that it may be called in the middle of a frame.
 * @param {Graph} graph
 * @param {{width: number, height: number}} box
 * @returns {((x: number, y: number, z: number) => [number, number])|null}
 */
export function projector(graph, { width, height }) {
  const scene = graph._fullLayout?.scene?._scene;
  const cameraNow = scene?.glplot?.cameraParams;
  if (!cameraNow?.projection || !scene.dataScale) return null;
  const [sx, sy, sz] = scene.dataScale;
  const m = [cameraNow.model, cameraNow.view, cameraNow.projection].reduce((whole, next) => product(next, whole), IDENTITY);
  return (x, y, z) => {
    const [a, b, c] = [x * sx, y * sy, z * sz];
    const w = m[3] * a + m[7] * b + m[11] * c + m[15];
    const left = (m[0] * a + m[4] * b + m[8] * c + m[12]) / w;
    const top = (m[1] * a + m[5] * b + m[9] * c + m[13]) / w;
    return [((1 + left) * width) / 2, ((1 - top) * height) / 2];
  };
}

/**
 * A·B, both in columns as WebGL has them.
 * @param {ArrayLike<number>} a
 * @param {ArrayLike<number>} b
 * @returns {number[]}
 */
function product(a, b) {
  return IDENTITY.map((_, i) => {
    const [row, column] = [i % 4, 4 * Math.floor(i / 4)];
    return a[row] * b[column] + a[4 + row] * b[column + 1] + a[8 + row] * b[column + 2] + a[12 + row] * b[column + 3];
  });
}
