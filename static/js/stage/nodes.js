/**
 * The neurons: Plotly's own markers, cut to half capsules, z to the left and a to the right. A number's sign is its hue, its share of
 * the column's largest the strength; what is not known yet is blank. The gradient lies as a bar along the foot of its half.
 *
 * @typedef {import("./scene.js").Column} Column
 * @typedef {import("./scene.js").Box} Box
 * @typedef {import("./stage.js").View} View
 */
import { points } from "../plot/plotly-adapter.js";
import { peak } from "./values.js";

/** A neuron under its receptive field: where its bar lies and how high it is, as shares of the field's height. */
export const FIELD_BAR = 0.6;
export const FIELD_HEIGHT = 0.12;

export class Nodes {
  /** @param {HTMLElement} graph */
  constructor(graph) {
    this.graph = graph;
    /** @type {WeakMap<Element, string>} */
    this.written = new WeakMap();
  }

  /** @param {import("./scene.js").Scene} scene */
  rebuild(scene) {
    this.written = new WeakMap();
    for (const column of scene.columns) {
      column.halves.forEach((half, place) => {
        const nodes = points(this.graph, half.trace);
        column.units.forEach((unit, i) => nodes[i] && shape(nodes[i], column, place, unit));
      });
    }
    for (const link of scene.links) {
      for (const node of link.biasTrace < 0 ? [] : points(this.graph, link.biasTrace)) node.style.strokeWidth = "1px";
    }
    const loss = points(this.graph, scene.addresses.loss?.[0] ?? -1)[0];
    if (loss) {
      loss.setAttribute("transform", `translate(${scene.loss.x},${scene.loss.y})`);
      loss.setAttribute("d", capsule(scene.loss.w, scene.loss.h, 12, 12));
    }
  }

  /** @param {View} view */
  paint(view) {
    for (const column of view.scene.columns) {
      column.halves.forEach((half, place) => {
        const nodes = points(this.graph, half.trace);
        const values = view.values.output(half);
        const scale = peak(values, half.role === "a" ? 1 : 0.5);
        column.units.forEach((_, i) => {
          if (!nodes[i]) return;
          const shown = view.known(half, i);
          const share = column.kind !== "units" ? 0 : (values[i] ?? 0) / scale;
          this.#style(nodes[i], shown > 0 ? share : null, shown, view, place);
          const covers = column.style === "one" && place > 0 && shown === 0 ? "hidden" : "visible";
          if (nodes[i].style.visibility !== covers) nodes[i].style.visibility = covers;
        });
      });
    }
    for (const link of view.scene.links) {
      if (link.biasTrace < 0) continue;
      const nodes = points(this.graph, link.biasTrace);
      const values = view.values.parameter("now", link.link, "b");
      nodes.forEach((node, j) => this.#bias(node, values[j] ?? 0, view));
    }
    const loss = points(this.graph, view.scene.addresses.loss?.[0] ?? -1)[0];
    if (loss) this.#style(loss, view.lossKnown > 0 ? 0 : null, view.lossKnown, view, 0);
  }

  /**
   * @param {SVGElement} node
   * @param {number|null} share  null: not known yet
   * @param {number} shown  from 0 to 1
   * @param {View} view
   * @param {number} place
   */
  #style(node, share, shown, view, place) {
    const fill = share === null ? view.colours.surface : view.colours.tint(share * shown);
    const key = `${fill} ${shown > 0} ${view.theme} ${place}`;
    if (this.written.get(node) === key) return;
    this.written.set(node, key);
    node.style.fill = fill;
    node.style.fillOpacity = "1";
    node.style.opacity = "1";
    node.style.stroke = shown > 0 ? view.colours.muted : view.colours.edge;
    node.style.strokeWidth = "1.25px";
    node.style.strokeDasharray = shown > 0 ? "none" : "3 3";
  }

  /**
   * @param {SVGElement} node
   * @param {number} value
   * @param {View} view
   */
  #bias(node, value, view) {
    const key = `${Math.sign(value)} ${view.theme}`;
    if (this.written.get(node) === key) return;
    this.written.set(node, key);
    node.style.fill = value === 0 ? view.colours.surface : view.colours.solid(value);
    node.style.opacity = "1";
    node.style.stroke = value === 0 ? view.colours.muted : view.colours.solid(value);
  }
}

/**
 * @param {SVGElement} node
 * @param {Column} column
 * @param {number} place
 * @param {Box} unit
 */
function shape(node, column, place, unit) {
  if (column.kind === "maps") {
    put(node, unit, place > 0 ? "M0 0" : capsule(unit.w + 2, unit.h + 2, 1, 1));
    return;
  }
  // Under a receptive field, a neuron is a thin bar.
  const box = column.style === "field" ? { ...unit, y: unit.y + unit.h * FIELD_BAR, h: unit.h * FIELD_HEIGHT } : unit;
  const round = column.style === "cell" || column.style === "field" ? 1 : Math.min(unit.h / 2, 13);
  if (column.halves.length === 1) {
    put(node, box, capsule(box.w, box.h, round, round));
    return;
  }
  // Room for one number: the halves lie on each other, and the one that is known last on top.
  if (column.style === "one") {
    put(node, box, capsule(box.w, box.h, round, round));
    return;
  }
  const width = box.w / 2;
  put(node, { ...box, x: box.x + (place - 0.5) * width }, capsule(width, box.h, place === 0 ? round : 0, place === 1 ? round : 0));
}

/**
 * @param {SVGElement} node
 * @param {Box} box
 * @param {string} d
 */
function put(node, box, d) {
  node.setAttribute("transform", `translate(${box.x.toFixed(1)},${box.y.toFixed(1)})`);
  node.setAttribute("d", d);
}

/**
 * A rectangle about the origin with rounded corners on either side.
 * @param {number} w
 * @param {number} h
 * @param {number} left  radius of the left corners
 * @param {number} right
 * @returns {string}
 */
export function capsule(w, h, left, right) {
  const [x, y] = [w / 2, h / 2];
  const f = (/** @type {number} */ v) => v.toFixed(1);
  return (
    `M${f(-x + left)} ${f(-y)}H${f(x - right)}A${right} ${right} 0 0 1 ${f(x)} ${f(-y + right)}V${f(y - right)}` +
    `A${right} ${right} 0 0 1 ${f(x - right)} ${f(y)}H${f(-x + left)}A${left} ${left} 0 0 1 ${f(-x)} ${f(y - left)}` +
    `V${f(-y + left)}A${left} ${left} 0 0 1 ${f(-x + left)} ${f(-y)}Z`
  );
}
