/**
 * The race drawn: each run's path on one plane, its loss over updates or over sweeps, and a ball where it is at the moment that is
 * looked at. Colours and dashes are the figure's.
 *
 * @typedef {import("../base/types.js").Context} Context
 * @typedef {import("./model.js").Race} Race
 * @typedef {{clock: "step"|"sweeps", time: number, title: string, log: boolean, waits: boolean}} How  waits: the plane is under way
 */
import { blankNote, blankShare } from "../plot/blank.js";
import { Plot, html, line, px } from "../plot/host.js";
import { svg } from "../base/svg.js";
import { levelLine, ramp } from "../plot/field.js";
import * as plotly from "../plot/plotly-adapter.js";
import { heightChanges } from "../plot/ticks.js";
import { paintHeights } from "../plot/heights.js";
import { levels, scaled } from "../plot/scale.js";
import { markAt } from "./model.js";

const APART = 1.5; // pixels: what lies closer on a path is not seen, but takes its time to be drawn, dash by dash
const LEVELS = 10;
/** The figure's dashes as SVG has them. */
const DASHES = ["none", "9 4", "2 3", "9 3 2 3", "16 4", "16 3 3 3", "5 2 1 2", "8 3"];

export class RaceView {
  /**
   * @param {HTMLElement} paths
   * @param {HTMLElement} curves
   * @param {Context} context
   * @param {Race} race
   * @param {() => void} redraw
   */
  constructor(paths, curves, context, race, redraw) {
    this.race = race;
    this.plane = new Plot(paths, { figure: "race_paths", context, drawn: redraw });
    this.losses = new Plot(curves, { figure: "race", context, drawn: redraw });
    this.field = svg("path", { class: "flat-levels" }, this.plane.overlay);
    this.tracks = svg("g", {}, this.plane.overlay);
    /** Where all begin, on both plots. */
    this.starts = [this.plane, this.losses].map((plot) => {
      const group = svg("g", { class: "race-start", visibility: "hidden" }, plot.overlay);
      for (const name of ["race-start-shade", ""]) svg("path", { class: name, d: "M-5 -5l10 10m0 -10l-10 10" }, group);
      svg("text", { x: 9, y: -6 }, group).textContent = "start";
      return group;
    });
    this.dots = svg("g", {}, this.losses.overlay);
    this.cursor = svg("path", { class: "race-cursor" }, this.losses.overlay);
    this.wait = html("p", { class: "plot-blank all", role: "status" });
    paths.append(this.wait);
    this.blank = { plane: blankNote(paths), losses: blankNote(curves) };
    this.painted = "";
    /** @type {Race["picture"]} what is painted */
    this.shown = null;
    this.labels = "";
    /** @type {import("../plot/scale.js").Scale|null} of the plane that is shown */
    this.scale = null;
    /** @type {number|null} the loss at which the curves are cut off; null: nothing is */
    this.top = null;
    /** The share of the curves' points that have no logarithm. */
    this.unlogged = 0;
  }

  async draw() {
    await Promise.all([this.plane.draw(), this.losses.draw()]);
    this.painted = "";
    this.labels = "";
    const { runs } = this.plane.figure?.meta ?? { runs: [] };
    this.looks = runs;
    this.tracks.replaceChildren();
    this.dots.replaceChildren();
    for (const look of runs) {
      const track = svg("g", { class: "race-track" }, this.tracks);
      svg("path", { class: "race-shade" }, track);
      svg("path", { stroke: look.colour, "stroke-width": 2.5, fill: "none", "stroke-dasharray": DASHES[runs.indexOf(look)] }, track);
      // Nobody has started: a ball without a place would stand in the corner.
      svg("circle", { r: 6, fill: look.colour, class: "race-ball", visibility: "hidden" }, track);
      svg("circle", { r: 4.5, fill: look.colour, class: "race-ball", visibility: "hidden" }, this.dots);
    }
  }

  /**
   * @param {How} how
   */
  show(how) {
    const told = how.waits ? "The plane is being computed." : "";
    if (this.wait.textContent !== told) this.wait.textContent = told;
    if (!this.race.picture) this.#wipe();
    else if (this.plane.axes) this.#paths(how);
    if (this.losses.axes) this.#curves(how);
    this.#start(how);
    this.#blank(how);
  }

  /** Nothing is left of a plane that was given up, nor of the paths that were drawn on it. */
  #wipe() {
    if (!this.shown) return;
    const { canvas } = this.plane;
    canvas.getContext("2d")?.clearRect(0, 0, canvas.width, canvas.height);
    this.field.setAttribute("d", "");
    [...this.tracks.children].forEach(clear);
    this.shown = this.scale = null;
  }

  /** What has no logarithm, in either plot. @param {How} how */
  #blank({ log }) {
    const marks = this.race.runners.length ? this.race.runners.flatMap((runner) => runner.marks) : this.race.begun ? [this.race.begun] : [];
    this.unlogged = log ? blankShare(marks.map((mark) => mark.loss)) : 0;
    this.blank.losses(this.unlogged, "the curves");
    this.blank.plane(this.race.picture ? (this.scale?.blank ?? 0) : 0, "the plane");
  }

  /** @param {How} how */
  #start({ log }) {
    const { race, plane, losses, starts } = this;
    const at = race.begun && plane.axes ? (race.place(race.begun)?.at ?? null) : null;
    place(starts[0], at && [plane.toX(at[0]), plane.toY(at[1])]);
    const y = losses.axes ? this.#height(race.begun?.loss ?? null, log) : null;
    place(starts[1], y === null ? null : [losses.toX(0), y]);
    // Of a race that is under way the paths say where they began.
    for (const start of starts) start.children[2].setAttribute("visibility", race.runners.length ? "hidden" : "inherit");
  }

  /** @param {number|null} loss @param {boolean} log @returns {number|null} pixels from the top of the curves' plot */
  #height(loss, log) {
    return loss === null || (log && loss <= 0) ? null : this.losses.toY(log ? Math.log10(loss) : loss);
  }

  /** @param {How} how */
  #paths({ clock, time, log }) {
    const { picture } = this.race;
    const { axes, canvas } = this.plane;
    if (!picture || !axes) return;
    const wanted = [picture.xs[0], picture.xs[picture.xs.length - 1], picture.ys[0], picture.ys[picture.ys.length - 1]];
    const labels = picture.labels.join();
    const off = [...axes.x, ...axes.y].map((end, i) => Math.abs(end - wanted[i]));
    if (this.labels !== labels || Math.max(...off) > 1e-9 * (wanted[1] - wanted[0])) {
      this.labels = labels;
      void this.plane.relayout({ "xaxis.range": wanted.slice(0, 2), "yaxis.range": wanted.slice(2), "xaxis.title.text": picture.labels[0], "yaxis.title.text": picture.labels[1] });
    }
    const key = `${wanted} ${canvas.width} ${canvas.height} ${log} ${JSON.stringify(axes)}`;
    if (this.painted !== key || this.shown !== picture) this.#field(key, log);
    this.race.runners.forEach((runner, i) => {
      const marks = runner.refused ? [] : runner.marks.filter((mark) => mark[clock] <= time && this.race.near(mark));
      const at = marks.map((mark) => (/** @type {import("../base/vectors.js").Shadow} */ (this.race.place(mark))).at);
      const path = line(at.map((p) => this.plane.toX(p[0])), at.map((p) => this.plane.toY(p[1])), APART);
      const group = this.tracks.children[i];
      group?.children[0].setAttribute("d", path);
      group?.children[1].setAttribute("d", path);
      const now = at[at.length - 1];
      place(group?.children[2], now ? [this.plane.toX(now[0]), this.plane.toY(now[1])] : null);
    });
    [...this.tracks.children].slice(this.race.runners.length).forEach(clear);
  }

  /** @param {string} key @param {boolean} log */
  #field(key, log) {
    const { picture } = this.race;
    if (!picture) return;
    this.painted = key;
    this.shown = picture;
    const scale = scaled(picture.loss, { log, keep: [] });
    this.scale = scale;
    const colours = ramp(this.plane.figure?.meta.scale ?? []);
    paintHeights(this.plane.canvas, scale, colours);
    const toX = (/** @type {number} */ v) => this.plane.toX(v);
    const toY = (/** @type {number} */ v) => this.plane.toY(v);
    this.field.setAttribute("d", levels(scale, LEVELS).map((level) => levelLine(scale.heights, picture.xs, picture.ys, level, toX, toY)).join(""));
  }

  /** @param {How} how */
  #curves({ clock, time, title, log }) {
    const { losses, race } = this;
    const height = (/** @type {number|null} */ v) => this.#height(v, log);
    this.#fit(clock, title, log);
    race.runners.forEach((runner, i) => {
      const path = line(runner.marks.map((mark) => losses.toX(mark[clock])), runner.marks.map((mark) => height(mark.loss)), APART);
      plotly.line(losses.graph, i)?.setAttribute("d", path);
      const mark = markAt(runner, clock, time);
      const y = mark ? height(mark.loss) : null;
      // Out of the plot is out of sight: no ball flies over the heading.
      const seen = y !== null && y >= 0 && y <= (losses.axes?.height ?? 0);
      place(this.dots.children[i], mark && seen ? [losses.toX(mark[clock]), y] : null);
    });
    for (let i = race.runners.length; i < this.dots.children.length; i += 1) {
      plotly.line(losses.graph, i)?.setAttribute("d", "");
      place(this.dots.children[i], null);
    }
  }

  /** @param {"step"|"sweeps"} clock @param {string} title @param {boolean} log */
  #fit(clock, title, log) {
    const { race, losses } = this;
    const wanted = rangeOf(race, log);
    if (!wanted || !losses.axes) return;
    const ends = race.runners.map((runner) => runner.marks[runner.marks.length - 1][clock]);
    // Every change of the axes costs a drawing of the plot: while it runs, a race has room for all its updates.
    const end = nice(Math.max(10, race.running && clock === "step" ? race.steps : 0, ...ends));
    const { axes } = losses;
    const top = log ? 10 ** axes.y[1] : axes.y[1];
    this.top = race.runners.some((runner) => runner.marks.some((mark) => (mark.loss ?? 0) > top)) ? top : null;
    const type = log ? "log" : "linear";
    const fine = axes.x[1] === end && axes.type === type && axes.y[0] <= wanted[0] + 1e-12 && axes.y[1] >= wanted[1] && axes.y[1] <= wanted[1] + Math.abs(wanted[1] - wanted[0]) * 0.5;
    if (fine && this.title === title) return;
    this.title = title;
    void losses.relayout({ "xaxis.range": [0, end], ...heightChanges(wanted, log), "xaxis.title.text": title });
  }
}

/**
 * The heights that show the curves: all losses that are near, up to a few times the first; before the start, the start.
 * @param {Race} race
 * @param {boolean} log
 * @returns {[number, number]|null}
 */
function rangeOf(race, log) {
  const marks = race.runners.length ? race.runners.flatMap((runner) => runner.marks.filter((mark) => race.near(mark))) : [race.begun];
  const heights = marks.flatMap((mark) => (mark && mark.loss !== null && (!log || mark.loss > 0) ? [mark.loss] : []));
  if (!heights.length) return log && marks.some(Boolean) ? [-1, 0] : null;
  const size = Math.abs(race.first);
  const [low, high] = [Math.min(...heights), Math.min(Math.max(...heights), race.first + 2 * size)];
  if (log) return [Math.floor(2 * Math.log10(low)) / 2, Math.ceil(2 * Math.log10(high) + 1e-9) / 2];
  // Losses may be negative, as Poisson's: the axis then begins below the lowest.
  return [Math.min(0, low - 0.05 * (high - low)), high + 0.05 * (Math.abs(high) || 1)];
}

/** @param {number} v @returns {number} the next of 1, 2, 5 times a power of ten */
function nice(v) {
  const power = 10 ** Math.floor(Math.log10(v));
  return power * ([1, 2, 5, 10].find((m) => m * power >= v) ?? 10);
}

/** @param {Element|undefined} dot @param {[number, number]|null} at */
function place(dot, at) {
  dot?.setAttribute("visibility", at ? "visible" : "hidden");
  if (at) dot?.setAttribute("transform", `translate(${px(at[0])} ${px(at[1])})`);
}

/** @param {Element} group */
function clear(group) {
  group.children[0].setAttribute("d", "");
  group.children[1].setAttribute("d", "");
  place(group.children[2], null);
}
