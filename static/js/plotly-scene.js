/**
 * The rest of the adapter to Plotly: the 3-D scene's camera, pictures that are not on the page, the library itself as text. What is
 * not in Plotly's documentation is held by a contract test against the installed version.
 *
 * @typedef {import("./plotly-adapter.js").Figure} Figure
 * @typedef {import("./plotly-adapter.js").Graph} Graph
 */
import { loadPlotly } from "./plotly-adapter.js";

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
