/**
 * The only module that touches Plotly and the insides of what it draws. Everything here that is not in Plotly's documentation
 * (class names, `_fullLayout`, the 3-D scene's camera) is held by a contract test against the installed version.
 *
 * Plotly draws a figure once; then the frame clock sets attributes on Plotly's own SVG nodes, which costs a tenth of any call to
 * Plotly. A redraw (a resize, for instance) may replace those nodes: ask for them again in `onAfterPlot`.
 */

/** @typedef {{data: any[], layout: Record<string, any>, meta?: any}} Figure */
/**
 * Where the axes' area lies inside the element, in pixels, and what turns data into pixels of that area and back.
 * @typedef {{left: number, top: number, width: number, height: number, toX: (x: number) => number, toY: (y: number) => number,
 *   fromX: (left: number) => number, fromY: (top: number) => number}} Area
 */
/** @typedef {any} Graph  the element that Plotly drew into */

/** The ids of the two <style> elements that plotly.js writes unless it finds them; their rules are in css/plotly.css. */
const STYLES = ["plotly.js-style-global", "9f215cf04c5486422605d13261cb87401f4e7763b6296af81e98efbc0130da53"];
const CONFIG = { displaylogo: false, showSendToCloud: false, displayModeBar: false, responsive: false, scrollZoom: false, doubleClick: false };

/** @type {Promise<any>|null} */
let loading = null;

/**
 * plotly.js, asked for once: after the first paint, in an idle moment.
 * @returns {Promise<any>}
 */
export function loadPlotly() {
  loading ??= painted().then(inject);
  return loading;
}

/** @returns {Promise<void>} */
function painted() {
  return new Promise((resolve) => {
    const idle = () => ("requestIdleCallback" in window ? requestIdleCallback(() => resolve(), { timeout: 300 }) : setTimeout(resolve, 50));
    if (document.hidden) idle();
    else requestAnimationFrame(() => requestAnimationFrame(idle));
  });
}

/** @returns {Promise<any>} */
function inject() {
  const source = document.querySelector('meta[name="plotly-src"]')?.getAttribute("content");
  if (!source) return Promise.reject(new Error('expected <meta name="plotly-src" content="…"> in the page, found none'));
  for (const id of STYLES.filter((name) => !document.getElementById(name))) {
    const link = document.createElement("link");
    link.id = id;
    link.className = "no-inline-styles";
    document.head.append(link);
  }
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = source;
    script.addEventListener("load", () => resolve(/** @type {any} */ (window).Plotly));
    script.addEventListener("error", () => reject(new Error(`plotly.js did not load from ${source}`)));
    document.head.append(script);
  });
}

/** Nodes found inside each graph, kept until its next redraw. @type {WeakMap<Graph, Map<string, Element[]>>} */
const found = new WeakMap();
/** @type {WeakMap<Graph, Set<() => void>>} */
const listeners = new WeakMap();

/**
 * Draw a figure into an element, whose size is the figure's; draw another one in its place.
 * @param {Graph} graph
 * @param {Figure} figure
 * @param {Record<string, any>} [config]
 * @returns {Promise<void>}
 */
export async function draw(graph, figure, config = {}) {
  const plotly = await loadPlotly();
  const { clientWidth: width, clientHeight: height } = graph;
  forgetRanges(graph);
  await plotly.react(graph, figure.data, { ...figure.layout, width, height }, { ...CONFIG, ...config });
  if (!found.has(graph)) graph.on("plotly_afterplot", () => redrawn(graph));
  redrawn(graph);
}

/**
 * Plotly gives axes of one scale the ranges of the figure before, where those were wider: it keeps what it was first asked for, and a
 * new layout does not change that.
 * @param {Graph} graph
 */
function forgetRanges(graph) {
  for (const [name, axis] of Object.entries(graph._fullLayout ?? {})) if (/^[xy]axis\d*$/.test(name)) axis._inputRange = null;
}

/** @param {Graph} graph */
function redrawn(graph) {
  found.set(graph, new Map());
  for (const fn of listeners.get(graph) ?? []) fn();
}

/**
 * Call `fn` whenever Plotly may have replaced the graph's nodes. Returns what ends it.
 * @param {Graph} graph
 * @param {() => void} fn
 * @returns {() => void}
 */
export function onAfterPlot(graph, fn) {
  const own = listeners.get(graph) ?? new Set();
  listeners.set(graph, own.add(fn));
  return () => {
    own.delete(fn);
  };
}

/**
 * One of Plotly's own events: plotly_click, plotly_hover, plotly_relayouting …
 * @param {Graph} graph
 * @param {string} name
 * @param {(event: any) => void} fn
 */
export function on(graph, name, fn) {
  graph.on(name, fn);
}

/**
 * Fit the graph to its element's present size.
 * @param {Graph} graph
 * @param {Record<string, any>} [changes]  of the layout, which go with it
 * @returns {Promise<void>}
 */
export async function resize(graph, changes = {}) {
  const { clientWidth: width, clientHeight: height } = graph;
  if (width && height && graph._fullLayout) await relayout(graph, { width, height, ...changes });
}

/**
 * @param {Graph} graph
 * @param {Record<string, any>} changes
 * @returns {Promise<void>}
 */
export async function relayout(graph, changes) {
  await (await loadPlotly()).relayout(graph, changes);
}

/**
 * @param {Graph} graph
 * @param {Record<string, any>} changes
 * @param {number[]} traces
 * @returns {Promise<void>}
 */
export async function restyle(graph, changes, traces) {
  await (await loadPlotly()).restyle(graph, changes, traces);
}

/**
 * `restyle` and `relayout` in one drawing.
 * @param {Graph} graph
 * @param {Record<string, any>} style
 * @param {Record<string, any>} layout
 * @param {number[]} traces
 * @returns {Promise<void>}
 */
export async function update(graph, style, layout, traces) {
  await (await loadPlotly()).update(graph, style, layout, traces);
}

/**
 * Take the graph off the page.
 * @param {Graph} graph
 */
export async function remove(graph) {
  listeners.delete(graph);
  found.delete(graph);
  (await loadPlotly()).purge(graph);
}

/**
 * @param {Graph} graph
 * @returns {Area|null} null until it is drawn
 */
export function area(graph) {
  const layout = graph._fullLayout;
  if (!layout?._size || !layout.xaxis || !layout.yaxis) return null;
  const { l: left, t: top, w: width, h: height } = layout._size;
  const { xaxis, yaxis } = layout;
  return {
    left, top, width, height,
    toX: (x) => xaxis.d2p(x),
    toY: (y) => yaxis.d2p(y),
    fromX: (x) => xaxis.p2d(x),
    fromY: (y) => yaxis.p2d(y),
  };
}

/**
 * The pair of axes as it is drawn, which is less than `area` where an axis keeps its proportions; exponents on a log axis.
 * @typedef {{left: number, top: number, width: number, height: number, x: [number, number], y: [number, number], type: string}} Axes
 * @param {Graph} graph
 * @returns {Axes|null} null until it is drawn
 */
export function axes(graph) {
  const { xaxis, yaxis } = graph._fullLayout ?? {};
  if (!xaxis || !yaxis || !(xaxis._length > 0)) return null;
  const box = { left: xaxis._offset, top: yaxis._offset, width: xaxis._length, height: yaxis._length };
  return { ...box, x: [xaxis.range[0], xaxis.range[1]], y: [yaxis.range[0], yaxis.range[1]], type: yaxis.type };
}

/**
 * The line of a scatter trace.
 * @param {Graph} graph
 * @param {number} trace
 * @returns {SVGPathElement|null}
 */
export function line(graph, trace) {
  return /** @type {SVGPathElement[]} */ (within(graph, trace, "path.js-line"))[0] ?? null;
}

/**
 * Draw the line of a scatter trace in one path, where Plotly makes one of every part between two gaps.
 * @param {Graph} graph
 * @param {number} trace
 * @param {string} path
 */
export function redrawLine(graph, trace, path) {
  within(graph, trace, "path.js-line").forEach((part, i) => part.setAttribute("d", i === 0 ? path : ""));
}

/**
 * The markers of a scatter trace, in the order of its points.
 * @param {Graph} graph
 * @param {number} trace
 * @returns {SVGPathElement[]}
 */
export function points(graph, trace) {
  return /** @type {SVGPathElement[]} */ (within(graph, trace, "path.point"));
}

/**
 * @param {Graph} graph
 * @param {number} trace
 * @param {string} selector
 * @returns {Element[]}
 */
function within(graph, trace, selector) {
  const uid = graph._fullData?.[trace]?.uid;
  return uid ? nodes(graph, `.trace${uid} ${selector}`) : [];
}

/**
 * Any nodes of the drawing, in its order.
 * @param {Graph} graph
 * @param {string} selector
 * @returns {Element[]}
 */
export function nodes(graph, selector) {
  const known = found.get(graph) ?? new Map();
  found.set(graph, known);
  if (!known.has(selector)) known.set(selector, [...graph.querySelectorAll(selector)]);
  return /** @type {Element[]} */ (known.get(selector));
}

/**
 * A function from a point of the 3-D scene to [left, top, depth] in pixels of the element, with the camera as it is now (a smaller
 * depth is nearer); null until the scene is drawn.
 * @param {Graph} graph
 * @param {string} [name]
 * @returns {((x: number, y: number, z: number) => [number, number, number])|null}
 */
export function projection(graph, name = "scene") {
  const scene = graph._fullLayout?.[name]?._scene;
  const camera = scene?.glplot?.cameraParams;
  if (!camera?.projection || !scene.dataScale) return null;
  const [own, home] = [scene.container.getBoundingClientRect(), graph.getBoundingClientRect()];
  const { xaxis, yaxis, zaxis } = scene.fullSceneLayout;
  const [sx, sy, sz] = scene.dataScale;
  const times = graph.offsetWidth ? home.width / graph.offsetWidth : 1; // as large it is drawn as its own pixels say
  const box = { left: (own.left - home.left) / times, top: (own.top - home.top) / times, width: own.width / times, height: own.height / times };
  return (x, y, z) => {
    const point = [xaxis.d2l(x) * sx, yaxis.d2l(y) * sy, zaxis.d2l(z) * sz, 1];
    const p = [camera.model, camera.view, camera.projection].reduce(transform, point);
    return [box.left + ((1 + p[0] / p[3]) * box.width) / 2, box.top + ((1 - p[1] / p[3]) * box.height) / 2, p[2] / p[3]];
  };
}

/**
 * M p, with M in columns as WebGL has it.
 * @param {number[]} p
 * @param {ArrayLike<number>} m
 * @returns {number[]}
 */
function transform(p, m) {
  return [0, 1, 2, 3].map((i) => m[i] * p[0] + m[4 + i] * p[1] + m[8 + i] * p[2] + m[12 + i] * p[3]);
}
