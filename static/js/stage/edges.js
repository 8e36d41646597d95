/**
 * The weights: Plotly's own lines, restyled on the frame clock. Sign is colour and dash, magnitude is width. Up to a hundred weights
 * have a line each; more share sixteen lines, by sign and magnitude.
 *
 * @typedef {import("./scene.js").Edge} Edge
 * @typedef {import("./stage.js").View} View
 */
import { line } from "../plot/plotly-adapter.js";
import { curve } from "./scene.js";
import { peak } from "./values.js";

const THINNEST = 0.9;
const WIDEST = 7;
const DIMMED = 0.28;

export class Edges {
  /** @param {HTMLElement} graph */
  constructor(graph) {
    this.graph = graph;
    /** @type {WeakMap<Element, string>} */
    this.written = new WeakMap();
    /** @type {Map<Edge, string>} */
    this.curves = new Map();
  }

  /** @param {import("./scene.js").Scene} scene */
  rebuild(scene) {
    this.written = new WeakMap();
    this.curves = new Map(scene.edges.map((e) => [e, curve(e)]));
    this.widest = Math.min(WIDEST, Math.max(1.6, 32 / Math.sqrt(scene.edges.length + 4)));
    for (const e of scene.edges) {
      if (e.trace >= 0) line(this.graph, e.trace)?.setAttribute("d", this.curves.get(e) ?? "");
    }
  }

  /** @param {View} view */
  paint(view) {
    const scale = this.#scale(view);
    /** @type {string[]} */
    const bins = view.scene.bins ? Array.from({ length: view.scene.bins[1] }, () => "") : [];
    for (const link of view.scene.links) {
      for (const e of [...link.edges, ...link.biases]) {
        const share = view.weight(e) / scale;
        if (e.trace >= 0) this.#style(line(this.graph, e.trace), share, view.emphasis(e.link), view, this.#selected(view, e));
        else if (bins.length > 0) bins[bin(share, bins.length)] += this.curves.get(e);
      }
    }
    if (view.scene.bins) this.#paintBins(view, bins);
  }

  /**
   * Weights and biases share one scale, so that widths may be compared; a heavy few do not thin all others away.
   * @param {View} view
   */
  #scale(view) {
    let most = 0.25;
    for (const link of view.scene.links) {
      for (const name of Object.keys(link.params)) most = Math.max(most, peak(view.values.parameter("before", link.link, name)));
    }
    return most;
  }

  /**
   * @param {View} view
   * @param {Edge} e
   */
  #selected(view, e) {
    return view.selection === e.address;
  }

  /**
   * @param {SVGElement|null} path
   * @param {number} share  of the largest weight, signed
   * @param {number} emphasis  0 to 1
   * @param {View} view
   * @param {boolean} selected
   */
  #style(path, share, emphasis, view, selected) {
    if (!path) return;
    const width = (THINNEST + (this.widest ?? WIDEST) * Math.sqrt(Math.min(1, Math.abs(share)))).toFixed(2);
    const opacity = selected ? 1 : DIMMED + (0.92 - DIMMED) * emphasis;
    const key = `${view.theme} ${share < 0} ${width} ${opacity.toFixed(2)}`;
    if (this.written.get(path) === key) return;
    this.written.set(path, key);
    const { style } = path;
    style.stroke = view.colours.solid(share);
    style.strokeWidth = `${width}px`;
    style.strokeDasharray = dash(share, Number(width));
    // Not the opacity of the whole: that would paint every line on a layer of its own first.
    style.strokeOpacity = opacity.toFixed(2);
    style.fill = "none";
    style.strokeLinecap = "butt";
  }

  /**
   * @param {View} view
   * @param {string[]} bins
   */
  #paintBins(view, bins) {
    const [first, count] = /** @type {[number, number]} */ (view.scene.bins);
    for (let i = 0; i < count; i += 1) {
      const path = line(this.graph, first + i);
      if (!path) continue;
      const share = centre(i, count);
      const key = `${bins[i].length} ${view.theme} ${view.weightsKey}`;
      if (this.written.get(path) === key) continue;
      this.written.set(path, key);
      path.setAttribute("d", bins[i] || "M0 0");
      path.style.stroke = view.colours.solid(share);
      path.style.strokeWidth = `${(0.6 + (this.widest ?? 2) * 0.9 * Math.abs(share)).toFixed(2)}px`;
      path.style.strokeDasharray = dash(share, 2);
      path.style.strokeOpacity = (0.22 + 0.6 * Math.abs(share)).toFixed(2);
      path.style.fill = "none";
    }
  }
}

/**
 * A negative weight is dashed, whatever its colour looks like to whom.
 * @param {number} share
 * @param {number} width
 */
function dash(share, width) {
  return share < 0 ? `${(4 + 1.1 * width).toFixed(1)} ${(2.5 + 0.7 * width).toFixed(1)}` : "none";
}

/**
 * @param {number} share  from -1 to 1
 * @param {number} count
 */
function bin(share, count) {
  const half = count / 2;
  const step = Math.min(half - 1, Math.floor(Math.min(1, Math.abs(share)) * half));
  return share < 0 ? half - 1 - step : half + step;
}

/**
 * The share that a bin stands for.
 * @param {number} i
 * @param {number} count
 */
function centre(i, count) {
  const half = count / 2;
  return i < half ? -(half - i - 0.5) / half : (i - half + 0.5) / half;
}
