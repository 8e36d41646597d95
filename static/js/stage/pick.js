/**
 * Which number is under the pointer, and the outline of a number on the stage: addresses to places and back.
 *
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./scene.js").Box} Box
 * @typedef {import("./scene.js").Edge} Edge
 * @typedef {import("./plates.js").Plate} Plate
 * @typedef {(half: import("./scene.js").Half) => boolean} Known  is the gradient of this half shown?
 */
import { capsule, FIELD_BAR, FIELD_HEIGHT } from "./nodes.js";
import { plates } from "./plates.js";
import { along, curve, tensorName } from "./scene.js";
import { stripShare } from "./strips.js";
import { flatIndex, placeOf } from "../base/box.js";
import { r1 } from "../base/svg.js";
import { address, parseAddress } from "../base/view.js";

const NEAR = 8; // pixels from an edge
const SAMPLES = 24;
const LEAST_STRIP = 6; // pixels: a gradient's strip lower than that cannot be aimed at

export class Picker {
  /** @param {Scene} scene */
  constructor(scene) {
    this.scene = scene;
    this.plates = plates(scene);
    this.edges = new Map(scene.edges.map((e) => [e.address, e]));
  }

  /**
   * The address of what is at a point; null for nothing.
   * @param {number} x
   * @param {number} y
   * @param {Known} known
   * @returns {string|null}
   */
  at(x, y, known) {
    return this.#bias(x, y) ?? this.#unit(x, y, known) ?? this.#cell(x, y) ?? this.#edge(x, y);
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  #bias(x, y) {
    for (const link of this.scene.links) {
      for (const e of link.biases) if (Math.hypot(x - e.x0, y - e.y0) <= NEAR) return e.address;
    }
    return null;
  }

  /**
   * A neuron's number; where its gradient has come back and lies along the foot, there the gradient.
   * @param {number} x
   * @param {number} y
   * @param {Known} known
   */
  #unit(x, y, known) {
    for (const column of this.scene.columns) {
      if (column.kind === "maps") continue;
      for (const [i, unit] of column.units.entries()) {
        const field = column.style === "field";
        const box = field ? { ...unit, y: unit.y + unit.h * 0.65, h: unit.h * 0.3 } : unit;
        if (!inside(box, x, y)) continue;
        const half = column.halves[column.halves.length > 1 && x > unit.x ? 1 : 0];
        const strip = foot(unit, column);
        const low = strip.h >= LEAST_STRIP && y >= strip.y - strip.h / 2;
        // Where there is room for one gradient, it is the one that has come back furthest.
        const back = low && (column.style === "one" ? column.halves.find(known) : known(half) && half);
        return back ? address(back.link, `grad_${back.name}`, i) : address(half.link, half.name, i);
      }
    }
    return null;
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  #cell(x, y) {
    for (const plate of this.plates) {
      const { box, rows, cols } = plate;
      if (!inside(box, x, y)) continue;
      const col = Math.min(cols - 1, Math.max(0, Math.floor(((x - box.x) / box.w + 0.5) * cols)));
      const row = Math.min(rows - 1, Math.max(0, Math.floor(((y - box.y) / box.h + 0.5) * rows)));
      const index = placeOf(plate.shape, plate.start + row * cols + col);
      if (plate.link) return address(plate.link.link, tensorName(plate.link), index);
      const half = plate.column.halves[plate.column.halves.length - 1];
      return address(half.link, plate.what === "value" ? half.name : `grad_${half.name}`, index);
    }
    return null;
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  #edge(x, y) {
    let [nearest, least] = [/** @type {string|null} */ (null), NEAR];
    for (const e of this.scene.edges) {
      if (x < Math.min(e.x0, e.x1) - NEAR || x > Math.max(e.x0, e.x1) + NEAR || y < Math.min(e.y0, e.y1) - NEAR || y > Math.max(e.y0, e.y1) + NEAR) continue;
      for (let i = 0; i <= SAMPLES; i += 1) {
        const p = along(e, i / SAMPLES);
        const distance = Math.hypot(x - p.x, y - p.y);
        if (distance < least) [nearest, least] = [e.address, distance];
      }
    }
    return nearest;
  }

  /**
   * What to draw about the number with this address, and where its tooltip belongs.
   * @param {string} text
   * @param {boolean} [gradient]  of a weight's cell: where its gradient is drawn
   * @returns {{d: string, open: boolean, x: number, y: number, cell?: Box}|null} open: a line rather than an outline
   */
  outline(text, gradient = false) {
    const parts = parseAddress(text);
    if (!parts) return null;
    const e = this.edges.get(text);
    if (e) {
      const middle = along(e, 0.5);
      return { d: curve(e), open: true, x: middle.x, y: middle.y };
    }
    return this.#unitOutline(parts) ?? this.#cellOutline(parts, gradient);
  }

  /** @param {{link: number, what: string, index: number[]}} parts */
  #unitOutline({ link, what, index }) {
    const name = what.replace("grad_", "");
    for (const column of this.scene.columns) {
      const place = column.halves.findIndex((half) => half.link === link && half.name === name);
      if (place < 0 || column.kind === "maps" || !column.units[index[0]]) continue;
      const unit = column.units[index[0]];
      const strip = foot(unit, column);
      const box = what === name || strip.h < LEAST_STRIP ? unit : strip;
      const two = column.halves.length > 1 && column.style !== "one";
      const w = two ? unit.w / 2 : unit.w;
      const x = unit.x + (two ? (place - 0.5) * w : 0);
      return { d: shifted(capsule(w + 3, box.h + 3, 3, 3), x, box.y), open: false, x, y: unit.y - unit.h / 2 };
    }
    return null;
  }

  /**
   * @param {{link: number, what: string, index: number[]}} parts
   * @param {boolean} gradient
   */
  #cellOutline({ link, what, index }, gradient) {
    const back = what.startsWith("grad_");
    const name = what.replace("grad_", "");
    for (const plate of this.plates) {
      const mine = plate.link
        ? plate.link.link === link && tensorName(plate.link) === what && plate.what !== (gradient ? "weights" : "weights gradient")
        : plate.what === (back ? "gradient" : "value") && plate.column.halves.some((half) => half.link === link && half.name === name);
      // The number may be one of another network, which is on its way.
      if (!mine || index.length !== plate.shape.length) continue;
      const flat = flatIndex(plate.shape, index) - plate.start;
      const { box, rows, cols } = plate;
      if (flat < 0 || flat >= rows * cols) continue;
      const [w, h] = [box.w / cols, box.h / rows];
      const [x, y] = [box.x - box.w / 2 + ((flat % cols) + 0.5) * w, box.y - box.h / 2 + (Math.floor(flat / cols) + 0.5) * h];
      return { d: shifted(capsule(w + 2, h + 2, 0, 0), x, y), open: false, x, y: y - h / 2, cell: { x, y, w, h } };
    }
    return null;
  }
}

/**
 * Where the gradient's strip lies.
 * @param {Box} unit
 * @param {import("./scene.js").Column} column
 * @returns {Box}
 */
function foot(unit, column) {
  if (column.style === "field") return { ...unit, y: unit.y + unit.h * (FIELD_BAR + FIELD_HEIGHT), h: unit.h * FIELD_HEIGHT };
  const share = stripShare(unit, column);
  return { ...unit, y: unit.y + unit.h * (0.5 - share / 2), h: unit.h * share };
}

/**
 * @param {Box} box
 * @param {number} x
 * @param {number} y
 */
function inside(box, x, y) {
  return Math.abs(x - box.x) <= box.w / 2 + 1 && Math.abs(y - box.y) <= box.h / 2 + 1;
}

/**
 * Path data about the origin, moved. Only the absolute commands that `capsule` writes.
 * @param {string} d
 * @param {number} x
 * @param {number} y
 */
export function shifted(d, x, y) {
  return d.replace(/([MHVA])([^MHVAZ]*)/g, (_, command, rest) => {
    const n = rest.trim().split(/\s+/).map(Number);
    if (command === "M") return `M${r1(n[0] + x)} ${r1(n[1] + y)}`;
    if (command === "H") return `H${r1(n[0] + x)}`;
    if (command === "V") return `V${r1(n[0] + y)}`;
    return `A${n.slice(0, 5).join(" ")} ${r1(n[5] + x)} ${r1(n[6] + y)}`;
  });
}
