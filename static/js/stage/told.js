/**
 * What the equation below speaks of, marked where it stands: a ring about a number or a cell, a band along an edge with a ring about its
 * weight's number. The story says which (`spoken`); the stage only finds them.
 *
 * @typedef {import("./view.js").View} View
 * @typedef {import("./scene.js").Scene} Scene
 */
import { labelPlaces, labelsRoomy } from "./label-places.js";
import { labelBox } from "./told-places.js";
import { capsule } from "./nodes.js";
import { Picker, shifted } from "./pick.js";
import { svg } from "../base/svg.js";

const LEAST = 9; // pixels
const LEVEL = 3; // pixels up or down from end to end of a number: there a piece of the edge's dash beside it would be read as a figure

export class Told {
  /**
   * @param {SVGElement} below  what travels
   * @param {SVGElement} parent
   */
  constructor(below, parent) {
    this.bands = svg("path", { class: "stage-told is-open" }, below);
    // A number on an edge stands on a plate, or what runs below it would be read into it.
    this.plates = svg("path", { class: "stage-plate" }, parent);
    // Light under dark: a ring is seen on any cell.
    this.under = svg("path", { class: "stage-told is-under" }, parent);
    this.rings = svg("path", { class: "stage-told" }, parent);
    this.key = "";
    /** @type {Picker|null} */
    this.picker = null;
  }

  /** @param {Scene} scene */
  rebuild(scene) {
    this.picker = new Picker(scene);
    this.key = "";
  }

  /** @param {View} view */
  paint(view) {
    const addresses = view.streaming ? [] : view.store.get("spoken.addresses") ?? [];
    const gradient = view.substep?.phase === "gradient";
    const key = `${view.drawn} ${gradient} ${view.streaming} ${view.selection} ${addresses.join(" ")}`;
    if (key === this.key) return;
    this.key = key;
    let [bands, rings, plates] = ["", "", view.streaming ? "" : beneath(view.scene)];
    for (const text of addresses) {
      const outline = this.picker?.outline(text, gradient);
      if (!outline) continue;
      // What is selected is marked as such.
      if (outline.open) bands += text === view.selection ? "" : outline.d;
      else rings += outline.cell ? about(outline.cell) : outline.d;
      const e = this.picker?.edges.get(text);
      const label = e && labelBox(view, e);
      if (!label) continue;
      const ring = shifted(capsule(label.w + 2, label.h + 2, 7, 7), label.x, label.y);
      rings += ring;
      plates += ring;
    }
    this.bands.setAttribute("d", bands);
    this.plates.setAttribute("d", plates);
    this.under.setAttribute("d", rings);
    this.rings.setAttribute("d", rings);
  }
}

/**
 * What stands below the numbers of edges that run level, and of all where there is room for it.
 * @param {Scene} scene
 */
function beneath(scene) {
  const all = [...labelPlaces(scene)];
  const some = labelsRoomy(scene) ? all : all.filter(([e, { w }]) => (w * Math.abs(e.y1 - e.y0)) / (e.x1 - e.x0) < LEVEL);
  return some.map(([, { x, y, w, h }]) => shifted(capsule(w + 2, h, 7, 7), x, y)).join("");
}

/**
 * However small the cell, its ring is large enough to be found.
 * @param {import("./scene.js").Box} cell
 */
function about({ x, y, w, h }) {
  return shifted(capsule(Math.max(w + 3, LEAST), Math.max(h + 3, LEAST), 2, 2), x, y);
}
