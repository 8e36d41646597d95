/**
 * The routes that a link leaves open: a pooling's winners framed, a dropout's mask crossed out, the rows of an embedding that the
 * example's words take. They come with the link's forward sub-step and show where the gradient can go back. Where an activation stops it
 * on its way, a cross says so while that is told.
 *
 * @typedef {import("./scene.js").Link} Link
 * @typedef {import("./stage.js").View} View
 */
import { r1, svg } from "../base/svg.js";
import { plates } from "./plates.js";
import { cell, curve } from "./scene.js";
import { stops } from "./stops.js";
import { stripShare } from "./strips.js";

const FRAME = 1; // pixels: from a cell's rim to the middle of the line that frames it

export class Marks {
  /** @param {SVGElement} parent */
  constructor(parent) {
    this.lookups = svg("path", { class: "stage-lookup" }, parent);
    // Light under dark: a ring is seen on any cell.
    this.under = svg("path", { class: "stage-ring is-under" }, parent);
    this.rings = svg("path", { class: "stage-ring" }, parent);
    this.framed = svg("path", { class: "stage-winner is-under" }, parent);
    this.winners = svg("path", { class: "stage-winner" }, parent);
    this.crosses = svg("path", { class: "stage-cross" }, parent);
    this.key = "";
    /** @type {import("./plates.js").Plate[]} */
    this.plates = [];
  }

  /** @param {import("./scene.js").Scene} scene */
  rebuild(scene) {
    this.plates = plates(scene);
    this.key = "";
  }

  /** @param {View} view */
  paint(view) {
    const shown = view.scene.links.filter((link) => view.after.forward > link.link);
    const stopped = stops(view);
    const back = shown.map((link) => link.kind === "dropout" && returned(view, view.scene.columns[link.to]));
    const key = `${view.drawn} ${view.traceKey} ${shown.length} ${stopped.length && view.substep?.link} ${back}`;
    if (key === this.key) return;
    this.key = key;
    let [rings, frames, crosses, lookups] = ["", "", stopped.map(cross).join(""), ""];
    for (const link of shown) {
      if (/^(max|min)_pool/.test(link.kind)) frames += winners(view, link);
      else if (link.kind === "dropout") crosses += dropped(view, link);
      else if (link.kind === "embedding") {
        rings += this.#rows(view, link);
        lookups += this.#lookups(view, link);
      }
    }
    this.under.setAttribute("d", rings);
    this.rings.setAttribute("d", rings);
    this.framed.setAttribute("d", frames);
    this.winners.setAttribute("d", frames);
    this.lookups.setAttribute("d", lookups);
    this.crosses.setAttribute("d", crosses);
  }

  /**
   * @param {View} view
   * @param {Link} link
   */
  #rows(view, link) {
    const plate = this.plates.find((each) => each.link === link && each.what === "weights");
    if (!plate || view.values.row === null) return "";
    const { box, rows } = plate;
    const height = box.h / rows;
    const used = new Set(view.values.vector("input", link.link).map(Math.round));
    return [...used].map((word) => `M${r1(box.x - box.w / 2 - 1)} ${r1(box.y - box.h / 2 + word * height - 0.5)}h${r1(box.w + 2)}v${r1(height + 1)}h${r1(-box.w - 2)}Z`).join("");
  }

  /**
   * From each word to its row of the table.
   * @param {View} view
   * @param {Link} link
   */
  #lookups(view, link) {
    const table = this.plates.find((each) => each.link === link && each.what === "weights");
    if (!table || view.values.row === null) return "";
    const units = view.scene.columns[link.from].units;
    return view.values.vector("input", link.link).map((word, i) => {
      const row = cell(table.box, table.rows, 1, word);
      return curve({ x0: units[i].x + units[i].w / 2, y0: units[i].y, x1: row.x - row.w / 2, y1: row.y });
    }).join("");
  }
}

/**
 * A frame within every winner's cell, on the map it was chosen from. The map of the gradient has none: there the gradient itself shows
 * whom it goes back to, and no frame may cover it.
 * @param {View} view
 * @param {Link} link
 */
function winners(view, link) {
  const source = view.scene.columns[link.from];
  const places = view.values.own("argmax", link.link);
  if (source.kind !== "maps" || places.length === 0) return "";
  const [rows, cols] = source.cells;
  const windows = places.length / source.count;
  return places
    .map((place, i) => {
      const { x, y, w, h } = cell(source.units[Math.floor(i / windows)], rows, cols, place);
      const [dx, dy] = [w / 2 - FRAME, h / 2 - FRAME];
      return `M${r1(x - dx)} ${r1(y - dy)}h${r1(2 * dx)}v${r1(2 * dy)}h${r1(-2 * dx)}Z`;
    })
    .join("");
}

/**
 * Has this column's gradient come back?
 * @param {View} view
 * @param {import("./scene.js").Column} column
 */
function returned(view, column) {
  return column.halves.some((half) => view.gradientOf(half, 0) > 0);
}

/**
 * Each number that was dropped; its gradient, which comes back so far, is crossed out by none.
 * @param {View} view
 * @param {Link} link
 */
function dropped(view, link) {
  const target = view.scene.columns[link.to];
  const share = target.kind === "units" && returned(view, target) ? stripShare(target.units[0], target) % 1 : 0;
  const mask = view.values.own("mask", link.link);
  const [rows, cols] = target.cells;
  return mask
    .map((kept, i) => {
      if (kept > 0) return "";
      return cross(target.kind === "maps" ? cell(target.units[Math.floor(i / (rows * cols))], rows, cols, i % (rows * cols)) : above(target.units[i], share));
    })
    .join("");
}

/**
 * What is left of a neuron above its gradient.
 * @param {import("./scene.js").Box} box
 * @param {number} share  of its height, the gradient's
 */
function above(box, share) {
  return { ...box, y: box.y - (box.h * share) / 2, h: box.h * (1 - share) };
}

/** @param {import("./scene.js").Box} box */
function cross({ x, y, w, h }) {
  const [dx, dy] = [w * 0.42, h * 0.42];
  return `M${r1(x - dx)} ${r1(y - dy)}L${r1(x + dx)} ${r1(y + dy)}M${r1(x - dx)} ${r1(y + dy)}L${r1(x + dx)} ${r1(y - dy)}`;
}
