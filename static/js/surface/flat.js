/**
 * The plane from above: colours and level lines painted under Plotly's axes, the run drawn over them. It is redrawn at every frame
 * that needs it, so it can follow a live plane smoothly.
 *
 * @typedef {import("./picture.js").Picture} Picture
 * @typedef {import("../plot/scale.js").Scale} Scale
 * @typedef {import("./actors.js").Scene} Scene
 */
import { Plot } from "../plot/host.js";
import { svg } from "../base/svg.js";
import { levelLine, ramp } from "../plot/field.js";
import { Actors } from "./actors.js";
import { paintHeights } from "../plot/heights.js";
import { levels } from "../plot/scale.js";

const LEVELS = 11;

export class Flat {
  /**
   * @param {HTMLElement} box
   * @param {import("../base/types.js").Context} context
   * @param {() => void} drawn
   * @param {string} [figure]
   */
  constructor(box, context, drawn, figure = "contour") {
    this.plot = new Plot(box, { figure, context, drawn });
    this.lines = svg("path", { class: "flat-levels" }, this.plot.overlay);
    this.actors = new Actors(this.plot.overlay);
    /** @type {Scale|null} */
    this.painted = null;
    /** @type {string|null} where it was painted */
    this.placed = null;
    /** @type {import("../plot/field.js").Rgb[]} */
    this.colours = [];
    this.key = "";
    /** @type {any} the figure whose colours these are */
    this.dressed = null;
  }

  async draw() {
    this.painted = null;
    this.key = "";
    this.dressed = null;
    await this.plot.draw();
    // A frame may have fitted the old figure's axes meanwhile: the new one begins with its own.
    this.key = "";
    this.painted = null;
  }

  /** The axes follow the window. @param {Picture} picture */
  fit(picture) {
    const square = picture.plane.square;
    const ends = [picture.xs, picture.ys].flatMap((side) => [side[0], side[side.length - 1]]);
    const key = JSON.stringify([...ends.map((v) => v.toPrecision(9)), picture.labels, square]);
    if (key === this.key || !this.plot.axes) return;
    this.key = key;
    const range = (/** @type {number[]} */ v) => [v[0], v[v.length - 1]];
    // Where angles mean something they are drawn as they are: a unit is as long on both axes.
    void this.plot.relayout({
      "xaxis.range": range(picture.xs), "yaxis.range": range(picture.ys), "xaxis.title.text": picture.titles[0], "yaxis.title.text": picture.titles[1],
      "yaxis.scaleanchor": square ? "x" : false, "xaxis.constrain": "domain", "yaxis.constrain": "domain",
    });
  }

  /**
   * @param {Picture} picture
   * @param {Scale} scale
   */
  field(picture, scale) {
    const { figure, axes, canvas } = this.plot;
    // A resized canvas is empty, and a window that moved needs other lines.
    const place = axes && JSON.stringify([axes, canvas.width, canvas.height]);
    if (!figure || !axes || (this.painted === scale && this.placed === place)) return;
    if (this.dressed !== figure) this.colours = ramp(figure.meta.scale);
    this.dressed = figure;
    this.painted = scale;
    this.placed = place;
    paintHeights(this.plot.canvas, scale, this.colours);
    const { plot } = this;
    const lines = levels(scale, LEVELS).map((level) => levelLine(scale.heights, picture.xs, picture.ys, level, (v) => plot.toX(v), (v) => plot.toY(v)));
    this.lines.setAttribute("d", lines.join(""));
  }

  get element() {
    return this.plot.graph;
  }

  /** @param {MouseEvent} event @returns {[number, number]|null} the place of the plane under the pointer */
  locate(event) {
    const at = this.plot.locate(event);
    return at && this.#within(at) ? at : null;
  }

  /** A press anywhere carries the ball: there is nothing to turn. */
  grabs() {
    return true;
  }

  /** @param {[number, number]} at */
  #within([a, b]) {
    const { x, y } = /** @type {import("../plot/plotly-adapter.js").Axes} */ (this.plot.axes);
    return a >= x[0] && a <= x[1] && b >= y[0] && b <= y[1];
  }

  /** @param {Scene} scene */
  actions(scene) {
    const { plot } = this;
    if (!plot.axes) return;
    const place = (/** @type {[number, number]} */ at) => (at.every(Number.isFinite) ? /** @type {[number, number]} */ ([plot.toX(at[0]), plot.toY(at[1])]) : null);
    this.actors.draw(scene, place, null, (at) => (this.#within(at) ? place(at) : null));
  }
}
