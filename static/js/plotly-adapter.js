/**
 * The only module that touches Plotly and the insides of what it draws. Everything here that is not in Plotly's documentation
 * (class names, `_fullLayout`, the 3-D scene's camera) is held by a contract test against the installed version.
 *
 * Plotly draws a figure once; then the frame clock sets attributes on Plotly's own SVG nodes, which costs a tenth of any call to
 * Plotly. A redraw (a resize, for instance) may replace those nodes: ask for them again whenever `onRedraw` says so.
 */

/** @typedef {{data: any[], layout: Record<string, any>, meta?: any}} Figure */
/** @typedef {{left: number, top: number, width: number, height: number}} Area */

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

/**
 * Draw a figure into an element and take hold of what was drawn. The element's size is the figure's.
 * @param {HTMLElement} element
 * @param {Figure} figure
 * @param {Record<string, any>} [config]
 * @returns {Promise<Drawing>}
 */
export async function draw(element, figure, config = {}) {
  const plotly = await loadPlotly();
  const drawing = new Drawing(plotly, element, { ...CONFIG, ...config });
  await drawing.update(figure);
  return drawing;
}

/** A figure on the page, and its insides. */
export class Drawing {
  /** @type {Map<string, Element[]>} */
  #found = new Map();
  /** @type {Set<() => void>} */
  #redrawn = new Set();
  #plotly;
  #config;

  /**
   * @param {any} plotly
   * @param {HTMLElement} element
   * @param {Record<string, any>} config
   */
  constructor(plotly, element, config) {
    this.#plotly = plotly;
    this.#config = config;
    /** @type {any} */
    this.element = element;
    /** @type {Figure|null} */
    this.figure = null;
  }

  /**
   * Draw another figure in the place of this one, or the same one anew.
   * @param {Figure} figure
   */
  async update(figure) {
    const first = this.figure === null;
    this.figure = figure;
    this.#found.clear();
    const { clientWidth: width, clientHeight: height } = this.element;
    await this.#plotly.react(this.element, figure.data, { ...figure.layout, width, height }, this.#config);
    if (first) {
      this.element.on("plotly_afterplot", () => {
        this.#found.clear();
        for (const fn of this.#redrawn) fn();
      });
    }
    this.#found.clear();
    for (const fn of this.#redrawn) fn();
  }

  /** Fit the element's present size. */
  async resize() {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (width && height) await this.#plotly.relayout(this.element, { width, height });
  }

  /** @param {Record<string, any>} changes */
  relayout(changes) {
    return this.#plotly.relayout(this.element, changes);
  }

  /**
   * @param {Record<string, any>} changes
   * @param {number[]} traces
   */
  restyle(changes, traces) {
    return this.#plotly.restyle(this.element, changes, traces);
  }

  /**
   * Call `fn` whenever Plotly may have replaced its nodes. Returns what ends it.
   * @param {() => void} fn
   */
  onRedraw(fn) {
    this.#redrawn.add(fn);
    return () => {
      this.#redrawn.delete(fn);
    };
  }

  /**
   * One of Plotly's own events: plotly_click, plotly_hover, plotly_relayouting …
   * @param {string} name
   * @param {(event: any) => void} fn
   */
  on(name, fn) {
    this.element.on(name, fn);
  }

  /** Is the figure drawn and its insides where we look for them? */
  get ready() {
    return Boolean(this.element._fullLayout?.xaxis);
  }

  /**
   * The place in the trace list of the trace with this name; -1 if there is none.
   * @param {string} name
   */
  index(name) {
    return this.figure?.data.findIndex((trace) => trace.name === name) ?? -1;
  }

  /**
   * The line of a scatter trace.
   * @param {number} trace
   * @returns {SVGPathElement|null}
   */
  line(trace) {
    return /** @type {SVGPathElement[]} */ (this.#nodes(trace, "path.js-line"))[0] ?? null;
  }

  /**
   * The markers of a scatter trace, in the order of its points.
   * @param {number} trace
   * @returns {SVGPathElement[]}
   */
  points(trace) {
    return /** @type {SVGPathElement[]} */ (this.#nodes(trace, "path.point"));
  }

  /**
   * Nodes inside a trace's group, kept until the next redraw.
   * @param {number} trace
   * @param {string} selector
   * @returns {Element[]}
   */
  #nodes(trace, selector) {
    const key = `${trace} ${selector}`;
    let nodes = this.#found.get(key);
    if (!nodes) {
      const uid = this.element._fullData?.[trace]?.uid;
      nodes = uid ? [...this.element.querySelectorAll(`.trace${uid} ${selector}`)] : [];
      this.#found.set(key, nodes);
    }
    return nodes;
  }

  /**
   * Any nodes of the drawing, kept until the next redraw.
   * @param {string} selector
   * @returns {Element[]}
   */
  nodes(selector) {
    let nodes = this.#found.get(selector);
    if (!nodes) {
      nodes = [...this.element.querySelectorAll(selector)];
      this.#found.set(selector, nodes);
    }
    return nodes;
  }

  /**
   * Where the axes' area lies inside the element, in pixels.
   * @returns {Area}
   */
  area() {
    const { l, t, w, h } = this.element._fullLayout._size;
    return { left: l, top: t, width: w, height: h };
  }

  /**
   * A data point as pixels of the element.
   * @param {number} x
   * @param {number} y
   * @returns {[number, number]}
   */
  toPixel(x, y) {
    const { xaxis, yaxis } = this.element._fullLayout;
    return [xaxis._offset + xaxis.d2p(x), yaxis._offset + yaxis.d2p(y)];
  }

  /**
   * A pixel of the element as a data point.
   * @param {number} left
   * @param {number} top
   * @returns {[number, number]}
   */
  toData(left, top) {
    const { xaxis, yaxis } = this.element._fullLayout;
    return [xaxis.p2d(left - xaxis._offset), yaxis.p2d(top - yaxis._offset)];
  }

  /**
   * A point of the 3-D scene as pixels of the element, and its depth (smaller is nearer); null until the scene is drawn.
   * @param {number} x
   * @param {number} y
   * @param {number} z
   * @param {string} [name]
   * @returns {[number, number, number]|null}
   */
  project(x, y, z, name = "scene") {
    const scene = this.element._fullLayout?.[name]?._scene;
    const camera = scene?.glplot?.cameraParams;
    if (!camera?.projection || !scene.dataScale) return null;
    const { width, height } = scene.container.getBoundingClientRect();
    const home = this.element.getBoundingClientRect();
    const own = scene.container.getBoundingClientRect();
    const axes = scene.fullSceneLayout;
    const point = [axes.xaxis.d2l(x) * scene.dataScale[0], axes.yaxis.d2l(y) * scene.dataScale[1], axes.zaxis.d2l(z) * scene.dataScale[2], 1];
    const p = [camera.model, camera.view, camera.projection].reduce(transform, point);
    return [own.left - home.left + ((1 + p[0] / p[3]) * width) / 2, own.top - home.top + ((1 - p[1] / p[3]) * height) / 2, p[2] / p[3]];
  }

  /** Take the figure off the page. */
  remove() {
    this.#redrawn.clear();
    this.#found.clear();
    this.#plotly.purge(this.element);
  }
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
