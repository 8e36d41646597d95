/**
 * The gradient of every weight, as a halo about its edge (hue: sign, width: magnitude), and the update as ticks.
 *
 * @typedef {import("./scene.js").Edge} Edge
 * @typedef {import("./stage.js").View} View
 */
import { routes } from "./routes.js";
import { curve } from "./scene.js";
import { ticks } from "./ticks.js";
import { peak } from "./values.js";
import { svg } from "../base/svg.js";

const LEVELS = 5;
const WIDEST = 15;
const SHORTEST = 4; // times as long as wide: those of shorter edges would melt into one blot

export class Halos {
  /** @param {SVGElement} parent */
  constructor(parent) {
    this.parent = parent;
    /** @type {Map<string, SVGPathElement>} */
    this.paths = new Map();
    /** @type {Map<number, number>} pixels from end to end of each link's edges */
    this.spans = new Map();
    this.ticks = svg("path", { class: "stage-tick" }, parent);
    this.key = "";
  }

  /** @param {View} view */
  paint(view) {
    // While whole steps stream past, the arrowheads alone tell the gradients.
    attribute(this.parent, "display", view.streaming ? "none" : "inline");
    if (view.streaming) return;
    this.#shapes(view);
    const widest = Math.min(WIDEST, 12 + 90 / Math.sqrt(view.scene.edges.length + 1) - 6);
    for (const link of view.scene.links) {
      const shown = view.gradientShown(link.link);
      const wide = Math.min(widest, (this.spans.get(link.link) ?? Infinity) / SHORTEST);
      for (let level = 0; level < LEVELS; level += 1) {
        for (const sign of ["negative", "positive"]) {
          const path = this.paths.get(`${link.link} ${sign} ${level}`);
          if (!path) continue;
          const width = shown * (1 + (wide - 1) * ((level + 0.5) / LEVELS));
          attribute(path, "stroke-width", width.toFixed(1));
          attribute(path, "stroke-opacity", (shown * Math.min(0.42, 4.2 / Math.sqrt(view.scene.edges.length))).toFixed(2));
          attribute(path, "display", shown > 0 ? "inline" : "none");
        }
      }
    }
    attribute(this.ticks, "d", ticks(view));
  }

  /**
   * The paths change with the trace, not with the frame.
   * @param {View} view
   */
  #shapes(view) {
    const any = view.scene.links.some((link) => view.gradientShown(link.link) > 0);
    const key = any ? `${view.drawn} ${view.traceKey}` : "";
    if (key === this.key) return;
    this.key = key;
    for (const path of this.paths.values()) path.setAttribute("d", "");
    if (!any) return;
    /** @type {Map<string, string>} */
    const data = new Map();
    for (const link of view.scene.links) {
      const edges = [...link.edges, ...link.biases, ...(link.mode === "matrix" || link.mode === "fields" ? routes(view, link, false) : [])];
      const numbers = edges.map((e) => view.parameterOf("gradient", e));
      const scale = peak(numbers);
      const weight = edges.find(({ k }) => k >= 0);
      this.spans.set(link.link, weight ? weight.x1 - weight.x0 : Infinity);
      edges.forEach((e, i) => {
        const level = Math.min(LEVELS - 1, Math.floor((Math.abs(numbers[i]) / scale) * LEVELS));
        if (numbers[i] === 0) return;
        const name = `${link.link} ${numbers[i] < 0 ? "negative" : "positive"} ${level}`;
        data.set(name, (data.get(name) ?? "") + curve(e));
      });
    }
    for (const [name, d] of data) {
      const path = this.paths.get(name) ?? svg("path", { class: `stage-halo is-${name.split(" ")[1]}` }, this.parent);
      this.paths.set(name, path);
      path.setAttribute("d", d);
    }
  }
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {string} value
 */
function attribute(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
