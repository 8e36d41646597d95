/**
 * The gradient that has come back to a neuron: a strip along the foot of each half, in the hue of its sign; and the lines that lead
 * from the outputs past their targets to the loss, and the column titles.
 *
 * @typedef {import("./scene.js").Box} Box
 * @typedef {import("./scene.js").Column} Column
 * @typedef {import("./stage.js").View} View
 */
import { FIELD_BAR, FIELD_HEIGHT } from "./nodes.js";
import { curve } from "./scene.js";
import { peak } from "./values.js";
import { Pool, r1, svg } from "../base/svg.js";
import { LINE, NARROW, NARROW_LINE, titles as fitted } from "./titles.js";

/** The gradient's strip as a share of the neuron's height. */
const SHARE = 0.42;
/** Pixels: a neuron this high has room for its gradient below its value, beside another's or alone. @type {Record<string, number>} */
const TWO_ROWS = { full: 27, one: 22 };
const [NAME_LETTER, NAME_LINE] = [6.4, 13]; // pixels: a letter of a name, and from one line of it to the next

export class Strips {
  /**
   * @param {SVGElement} under  below the texts
   * @param {SVGElement} titles
   */
  constructor(under, titles) {
    this.wires = svg("path", { class: "stage-wire" }, under);
    this.targets = svg("g", {}, under);
    this.chips = svg("path", { class: "stage-chip" }, this.targets);
    this.targetTitle = svg("text", { class: "stage-small", "text-anchor": "middle", visibility: "hidden" }, this.targets);
    this.targetTitle.textContent = "target";
    this.pool = new Pool(under, "path");
    this.titles = new Pool(titles, "text");
  }

  /** @param {View} view */
  paint(view) {
    // The mean of a batch has no target, and so no place for one.
    const targets = view.values.row === null ? "none" : "inline";
    if (this.targets.getAttribute("display") !== targets) this.targets.setAttribute("display", targets);
    this.pool.begin();
    for (const column of view.scene.columns) {
      if (column.kind !== "units") continue;
      column.halves.forEach((half, n) => {
        const numbers = view.values.gradient(half);
        const scale = peak(numbers);
        column.units.forEach((unit, i) => {
          const shown = view.gradientOf(half, i);
          if (shown <= 0) return;
          // Room for one: what has come back furthest.
          if (column.style === "one" && n > 0 && view.gradientOf(column.halves[0], i) > 0.4) return;
          this.pool.put(`${half.link} ${half.name} ${i}`, {
            class: "stage-strip", d: strip(unit, column, n), fill: view.colours.tint((numbers[i] ?? 0) / scale), opacity: r1(shown),
          });
        });
      });
    }
    this.pool.end();
  }

  /** @param {import("./scene.js").Scene} scene */
  rebuild(scene) {
    this.wires.setAttribute("d", scene.loss.wires.map(curve).join(""));
    this.chips.setAttribute("d", scene.loss.chips.map((c) => `M${r1(c.x - c.w / 2)} ${r1(c.y - c.h / 2)}h${r1(c.w)}v${r1(c.h)}h${r1(-c.w)}Z`).join(""));
    this.narrow = scene.width < NARROW;
    this.titles.begin();
    for (const { number, x, lines } of fitted(scene)) {
      lines.forEach((line, i) => this.titles.put(`title ${number} ${i}`, { class: this.narrow ? "stage-title is-narrow" : "stage-title", x: r1(x), y: (this.narrow ? 11 : 14) + (this.narrow ? NARROW_LINE : LINE) * i, "text-anchor": "middle" }, line));
    }
    for (const column of scene.columns) this.#parts(column, scene);
    const { loss } = scene;
    loss.title.split(" ").forEach((word, i) => {
      this.titles.put(`loss ${i}`, { class: "stage-title", x: r1(loss.x), y: r1(loss.y + loss.h / 2 + 15 + LINE * i), "text-anchor": "middle" }, this.narrow ? "" : word);
    });
    const [top] = loss.chips;
    this.targetTitle.setAttribute("visibility", top ? "visible" : "hidden");
    for (const [name, value] of Object.entries(top ? { x: r1(top.x), y: r1(top.y - top.h / 2 - 7) } : {})) this.targetTitle.setAttribute(name, String(value));
    this.titles.end();
  }

  /**
   * What is written about a column's units.
   * @param {Column} column
   * @param {import("./scene.js").Scene} scene
   */
  #parts(column, scene) {
    const { number } = column;
    if (column.kind === "maps" && column.count === 1 && column.cells[1] > 1 && !this.narrow) {
      const back = column.maps[0];
      this.titles.put(`back ${number}`, { class: "stage-small", x: r1(back.x), y: r1(back.y - back.h / 2 - 9), "text-anchor": "middle" }, "gradient");
    }
    this.#names(column, number === scene.columns.length - 1);
  }

  /**
   * @param {Column} column
   * @param {boolean} outputs
   */
  #names(column, outputs) {
    const { units, number } = column;
    if (this.narrow && column.names?.some((name) => name.length > 3)) return;
    if (column.kind !== "units" || !column.names?.length || units.length !== column.names.length || units[0].h < 11) return;
    column.names.forEach((name, i) => {
      if (outputs || column.style === "dot") this.titles.put(`name ${number} ${i}`, { class: "stage-name", x: r1(units[i].x + units[i].w / 2 + 4), y: r1(units[i].y), "text-anchor": "start" }, name);
      else this.#above(number, i, column, name);
    });
  }

  /**
   * A name above its unit, clear of it, on two lines where it is wider than the unit and there is room: beyond the unit run its edges.
   * @param {number} number
   * @param {number} i
   * @param {Column} column
   * @param {string} name
   */
  #above(number, i, { units }, name) {
    const { x, y, w, h } = units[i];
    const room = units.length > 1 ? units[1].y - units[0].y - h : 2 * NAME_LINE;
    const lines = name.length * NAME_LETTER > w + 8 && room >= 2 * NAME_LINE ? halves(name) : [name];
    lines.forEach((line, n) => this.titles.put(`name ${number} ${i} ${n}`, {
      class: "stage-name", x: r1(Math.max(x - w / 2, 4)), y: r1(y - h / 2 - 9 - NAME_LINE * (lines.length - 1 - n)), "text-anchor": "start",
    }, line));
  }
}

/**
 * A name on two lines, broken where the longer of them is shortest.
 * @param {string} name
 * @returns {string[]}
 */
function halves(name) {
  const words = name.split(" ");
  const breaks = words.slice(1).map((_, i) => [words.slice(0, i + 1).join(" "), words.slice(i + 1).join(" ")]);
  const longest = (/** @type {string[]} */ lines) => Math.max(...lines.map((line) => line.length));
  return breaks.reduce((best, next) => (longest(next) < longest(best) ? next : best), breaks[0] ?? [name]);
}

/**
 * The gradient's part of a neuron's height: all of it where its number takes the value's place, whose hue would otherwise stand behind a
 * number of the other sign. A word has no gradient.
 * @param {Box} unit
 * @param {Column} column
 */
export function stripShare(unit, column) {
  if (column.kind === "words") return 0;
  return twoRows(unit, column) ? SHARE : 1;
}

/**
 * Has a neuron of this column room for its gradient's number below its value's?
 * @param {Box} unit
 * @param {Column} column
 */
export function twoRows(unit, column) {
  return unit.h >= (TWO_ROWS[column.style] ?? 0);
}

/**
 * The foot of one half, or all of it, with the neuron's own rounded corners.
 * @param {Box} unit
 * @param {Column} column
 * @param {number} place
 */
function strip(unit, column, place) {
  const two = column.halves.length > 1 && column.style !== "one";
  if (column.style === "field") {
    const half = unit.w / column.halves.length;
    return `M${r1(unit.x - unit.w / 2 + place * half)} ${r1(unit.y + unit.h * (FIELD_BAR + FIELD_HEIGHT * 0.5))}h${r1(half)}v${r1(unit.h * FIELD_HEIGHT)}h${r1(-half)}Z`;
  }
  const w = two ? unit.w / 2 : unit.w;
  const x = unit.x - unit.w / 2 + (two ? place * w : 0);
  const share = stripShare(unit, column);
  const round = column.style === "cell" ? 0 : Math.min(unit.h / 2 - 0.6, 13, unit.h * share);
  const left = !two || place === 0 ? round : 0;
  const right = !two || place === 1 ? round : 0;
  const [upperLeft, upperRight] = share === 1 ? [left, right] : [0, 0];
  const [top, bottom] = [unit.y + unit.h * (0.5 - share) + (share === 1 ? 0.6 : 0), unit.y + unit.h / 2 - 0.6];
  const corner = (/** @type {number} */ radius, /** @type {number} */ cx, /** @type {number} */ cy) => `A${r1(radius)} ${r1(radius)} 0 0 1 ${r1(cx)} ${r1(cy)}`;
  return (
    `M${r1(x + 0.6 + upperLeft)} ${r1(top)}H${r1(x + w - 0.6 - upperRight)}${corner(upperRight, x + w - 0.6, top + upperRight)}` +
    `V${r1(bottom - right)}${corner(right, x + w - 0.6 - right, bottom)}H${r1(x + 0.6 + left)}${corner(left, x + 0.6, bottom - left)}` +
    `V${r1(top + upperLeft)}${corner(upperLeft, x + 0.6 + upperLeft, top)}Z`
  );
}
