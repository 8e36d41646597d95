/**
 * One Plotly plot with room to draw: a canvas beneath Plotly's axes and an SVG above them, both exactly as large as its plot area.
 * Plotly draws axes and traces once per experiment and theme; what moves is drawn here, in the axes' coordinates.
 *
 * @typedef {import("../base/types.js").Context} Context
 * @typedef {import("./plotly-adapter.js").Axes} Axes
 * @typedef {{data: any[], layout: any, meta: any}} Figure
 */
import { pointerIn, times } from "../base/larger.js";
import { svg } from "../base/svg.js";
import * as plotly from "./plotly-adapter.js";
import { LARGER, isLarge, typeset } from "./type.js";

const FAR = 1e6; // pixels

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string>} [attributes]
 * @param {...(Node|string|(Node|string)[])} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function html(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.flat());
  return element;
}

export class Plot {
  /**
   * @param {HTMLElement} root  an empty box; its size is the plot's
   * @param {{figure: string, context: Context, drawn?: (plot: Plot) => void, dress?: (figure: Figure) => void}} how
   */
  constructor(root, { figure, context, drawn = () => {}, dress = () => {} }) {
    this.root = root;
    this.name = figure;
    this.context = context;
    this.drawn = drawn;
    this.dress = dress;
    root.classList.add("plot", "is-drawing");
    this.canvas = html("canvas", { class: "plot-field", "aria-hidden": "true" });
    this.graph = html("div", { class: "plot-graph" });
    this.overlay = svg("svg", { class: "plot-overlay", "aria-hidden": "true" });
    this.drawing = html("div", { class: "drawing" }, this.canvas, this.graph, this.overlay);
    root.append(this.drawing);
    /** @type {Figure|null} */
    this.figure = null;
    this.ready = false;
    this.large = false;
    /** How large its words are, as Plotly.relayout takes it. */
    this.words = { usual: {}, large: {} };
    this.size = { width: 1, height: 1 };
    /** @type {Axes|null} */
    this.axes = null;
    new ResizeObserver(() => this.#resize()).observe(this.drawing);
  }

  /** Ask for the figure anew and draw it: after a change of experiment or theme. */
  async draw() {
    const { api, store } = this.context;
    const theme = store.get("shade") ?? "light";
    const figure = await api.figure(this.name, store.get("experiment"), { theme });
    this.figure = figure;
    if (figure.data.length === 0) return;
    this.dress(figure);
    // Plotly writes into the layout that it is given.
    const words = { usual: typeset(figure.layout, 1), large: typeset(figure.layout, LARGER) };
    await plotly.draw(this.graph, figure);
    Object.assign(this, { large: false, words });
    if (isLarge(this.drawing)) await this.#fit();
    if (!this.ready) plotly.onAfterPlot(this.graph, () => this.#settle());
    this.ready = true;
    this.root.classList.remove("is-drawing");
    this.#settle();
  }

  #resize() {
    if (this.ready && this.drawing.clientWidth > 0) void this.#fit();
  }

  /** As large as its box, and its words as large as that allows. */
  async #fit() {
    const large = isLarge(this.drawing);
    const changes = large === this.large ? {} : large ? this.words.large : this.words.usual;
    this.large = large;
    this.root.classList.toggle("is-large", large);
    await plotly.resize(this.graph, changes);
  }

  /** Lay canvas and overlay over the plot area again: Plotly may have moved it. */
  #settle() {
    this.axes = plotly.axes(this.graph);
    // A 3-D scene has no pair of axes: there the overlay covers the whole.
    this.size = { width: this.drawing.clientWidth, height: this.drawing.clientHeight };
    this.#lay(this.axes ?? { left: 0, top: 0, ...this.size });
    this.drawn(this);
  }

  /** @param {{left: number, top: number, width: number, height: number}} box */
  #lay({ left, top, width, height }) {
    const place = { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` };
    Object.assign(this.canvas.style, place);
    Object.assign(this.overlay.style, place);
    const ratio = times() * Math.min(2, window.devicePixelRatio || 1);
    const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.canvas.width !== wide || this.canvas.height !== high) Object.assign(this.canvas, { width: wide, height: high });
    this.overlay.setAttribute("viewBox", `0 0 ${width} ${height}`);
  }

  /** @param {number} v @returns {number} pixels from the left of the plot area */
  toX(v) {
    if (!this.axes) return 0;
    const { x, width } = this.axes;
    return ((v - x[0]) / (x[1] - x[0])) * width;
  }

  /** @param {number} v an exponent on a logarithmic axis @returns {number} pixels from its top */
  toY(v) {
    if (!this.axes) return 0;
    const { y, height } = this.axes;
    return ((y[1] - v) / (y[1] - y[0])) * height;
  }

  /**
   * Where a pointer event is, in the axes' coordinates.
   * @param {MouseEvent} event
   * @returns {[number, number]|null}
   */
  locate(event) {
    if (!this.axes) return null;
    const { x, y, width, height } = this.axes;
    const [left, top] = pointerIn(this.overlay, event);
    return [x[0] + (left / width) * (x[1] - x[0]), y[1] - (top / height) * (y[1] - y[0])];
  }

  /**
   * Change the axes: ranges, titles, type.
   * @param {Record<string, any>} changes  as Plotly.relayout takes them
   */
  async relayout(changes) {
    if (this.ready) await plotly.relayout(this.graph, changes);
  }
}

/**
 * A place on the screen as SVG reads it: of numbers with an exponent it reads none, and what is so far away is seen by nobody.
 * @param {number} v
 * @returns {string}
 */
export function px(v) {
  return Math.max(-FAR, Math.min(FAR, v)).toFixed(1);
}

/**
 * Path data of a line through the points; a gap where a number is missing.
 * @param {ArrayLike<number|null>} xs pixels
 * @param {ArrayLike<number|null>} ys pixels
 * @param {number} [apart]  pixels: of points that lie closer the last is drawn
 * @returns {string}
 */
export function line(xs, ys, apart = 0) {
  let [path, pen, left, top] = ["", "M", 0, 0];
  for (let i = 0; i < xs.length; i += 1) {
    const [x, y] = [xs[i], ys[i]];
    if (x === null || y === null || !Number.isFinite(x) || !Number.isFinite(y)) {
      pen = "M";
      continue;
    }
    if (apart > 0 && pen === "L" && i + 1 < xs.length && Math.hypot(x - left, y - top) < apart) continue;
    path += `${pen}${px(x)} ${px(y)}`;
    [pen, left, top] = ["L", x, y];
  }
  return path;
}
