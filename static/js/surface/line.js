/**
 * The loss along one line through the weights: its tangent, the step that is taken along it, what the tangent promised and what the
 * loss did; where the line is not convex; and gradient descent held on it, with rates that creep, converge, oscillate and diverge.
 *
 * @typedef {import("../base/types.js").Context} Context
 * @typedef {import("./descents.js").Run} Run
 */
import { ApiError, stale } from "../base/api.js";
import { plain } from "../base/symbol.js";
import { NO_WEIGHTS, listed, weightless } from "../base/weights.js";
import { Plot, html, line, px } from "../plot/host.js";
import { svg } from "../base/svg.js";
import { choice } from "../plot/parts.js";
import * as plotly from "../plot/plotly-adapter.js";
import { heightChanges, heightRoom } from "../plot/ticks.js";
import { named } from "./descents.js";
import { Heights, bends, windowOf } from "./line-heights.js";
import { lineWords } from "./line-words.js";
import { finite } from "../base/vectors.js";

const SIZE = 161;
const WAIT = 120;
const MARGIN = 64; // pixels left of the axis, as in app/figures/line.py
const DRIFT = 0.2; // of the window: so far a descent may leave it before the window follows
const ALONG = /** @type {[string, string][]} */ ([["gradient", "−gradient"], ["update", "the update"], ["weight", "one weight"]]);
const AXES = /** @type {Record<string, string>} */ ({ gradient: "learning rate of one step from here", update: "share of the update" });
const CURVES = { loss: 0, tangent: 1, steps: 2 };

export class LineView {
  /**
   * @param {HTMLElement} box
   * @param {Context} context
   * @param {() => boolean} log  are heights logarithmic?
   * @param {() => void} changed
   */
  constructor(box, context, log, changed) {
    this.context = context;
    this.log = log;
    this.changed = changed;
    this.plot = new Plot(box, { figure: "line", context, drawn: () => this.actions() });
    this.along = choice("Along", ALONG, () => this.#choose());
    this.weight = choice("weight", [], () => this.#choose());
    this.rate = choice("Show", [["", "this step"]], () => this.#show());
    this.rate.element.title = "Gradient descent held on this very line, with learning rates on both sides of the critical one.";
    this.element = html("div", { class: "surface-planes line-choices", hidden: "" }, this.along.element, this.weight.element, this.rate.element);
    this.bent = svg("path", { class: "line-bent" }, this.plot.overlay);
    this.ball = svg("circle", { class: "actor-ball", r: 7 }, this.plot.overlay);
    this.after = svg("circle", { class: "line-after", r: 6 }, this.plot.overlay);
    this.trail = svg("path", { class: "line-trail" }, this.plot.overlay);
    this.promise = svg("path", { class: "line-promise" }, this.plot.overlay);
    /** @type {any} */
    this.answer = null;
    /** @type {Heights|null} */
    this.heights = null;
    this.asked = null;
    /** @type {[number, number]|null} the part of the line that is looked at; null: as the server finds fit */
    this.span = null;
    this.busy = false;
    this.problem = "";
    /** Why there is no line, where that is no fault. */
    this.lacking = "";
    this.timer = 0;
  }

  /** A new network: other weights to choose from. */
  build() {
    const shapes = this.context.store.get("info.param_shapes");
    const { along = ALONG[0][0], address } = this.context.store.get("plane");
    this.along.select.value = along;
    const weights = listed(shapes);
    this.weight.fill(weights.map((text) => [text, plain(text, shapes, this.context.store.get("experiment.layers"))]), weights.includes(address) ? address : weights[0]);
    this.again();
  }

  /** What is chosen stands in the store, and so in the address. */
  #choose() {
    const [along, address] = [this.along.select.value, this.weight.select.value];
    this.context.store.patch({ "plane.along": along, "plane.address": address });
    this.again();
  }

  /** Another line: neither what was seen of the old one nor the part of it that was looked at belongs to it. */
  again() {
    this.answer = null;
    this.asked = null;
    this.span = null;
    this.context.store.set("line", null);
    this.rate.select.value = "";
    this.weight.element.hidden = this.along.select.value !== "weight";
    this.changed();
  }

  /** A descent may go far beyond the step: then another part of the line is looked at. */
  #show() {
    this.span = this.run ? windowOf(this.run) : null;
    this.asked = null;
    this.changed();
  }

  /** The run went on, or its descent became another: the window follows it. */
  #look() {
    const wanted = this.run ? windowOf(this.run) : null;
    const [now, width] = [this.span, wanted ? wanted[1] - wanted[0] : 0];
    const fits = now && wanted ? now.every((end, k) => Math.abs(end - wanted[k]) < DRIFT * width) : now === wanted;
    if (fits) return;
    this.span = wanted;
    this.asked = null;
  }

  /** @returns {Run|null} the descent that is shown instead of the step */
  get run() {
    return this.answer?.rates?.runs.find((/** @type {Run} */ run) => run.name === this.rate.select.value) ?? null;
  }

  /** What the axis counts from: of one weight it shows the weight itself. */
  get shift() {
    return this.answer?.value ?? 0;
  }

  /** @returns {string} what the axis shows */
  get label() {
    const { select } = this.weight;
    return AXES[this.along.select.value] ?? select.selectedOptions[0]?.textContent ?? "";
  }

  /** Ask about the present weights, one question at a time. */
  follow() {
    const { store } = this.context;
    const state = store.get("state");
    if (this.busy || !state || this.asked === state) return;
    this.lacking = weightless(store.get("info.param_shapes")) ? NO_WEIGHTS : "";
    if (this.lacking || !finite(state)) {
      this.asked = state;
      this.answer = null;
      this.problem = this.lacking ? "" : "The weights are no longer finite numbers: no line goes through them.";
      store.set("line", null);
      this.changed();
      return;
    }
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.#ask(), this.answer ? WAIT : 0);
    this.busy = true;
  }

  async #ask() {
    const { store, api } = this.context;
    const [experiment, state, along, span] = [store.get("experiment"), store.get("state"), this.along.select.value, this.span];
    this.asked = state;
    const plane = { kind: "line", along, ...(along === "weight" ? { address: this.weight.select.value } : {}) };
    try {
      const answer = await api.surface({ experiment, state, plane, size: SIZE, path: [], ...(span ? { span: [span] } : {}) }, { kind: "line" });
      // Meanwhile another line may have been chosen, or another experiment.
      if (experiment === store.get("experiment") && along === this.along.select.value && (!plane.address || plane.address === this.weight.select.value)) this.#take(answer);
      else this.asked = null;
    } catch (error) {
      if (!stale(error)) {
        if (!(error instanceof ApiError)) throw error;
        this.problem = error.reason;
      }
    } finally {
      this.busy = false;
      this.changed();
    }
  }

  /** @param {any} answer */
  #take(answer) {
    this.answer = answer;
    this.problem = "";
    const before = this.rate.select.value;
    const rates = (answer.rates?.runs ?? []).map((/** @type {Run} */ run) => /** @type {[string, string]} */ ([run.name, named(run)]));
    this.rate.fill([["", "this step"], ...rates], rates.some((/** @type {[string, string]} */ [name]) => name === before) ? before : "");
    if (before) this.#look();
    const { tangent, step, convexity } = answer;
    this.context.store.set("line", { slope: tangent.slope, promised: step.promised, actual: step.actual, at: step.at, loss: tangent.loss, after: step.loss, curvature: answer.curvature, convex: convexity.convex });
    this.fit();
  }

  /** Axes for what is known, in the heights that are wanted. */
  fit() {
    const { answer, run } = this;
    if (!answer) return;
    this.heights = new Heights(answer, run, this.log());
    const values = answer.axes[0].values;
    const { range, log } = this.heights;
    void this.plot.relayout({ "margin.l": heightRoom(range, log, MARGIN), "xaxis.range": [values[0] + this.shift, values.at(-1) + this.shift], "xaxis.title.text": this.label, ...heightChanges(range, log) });
  }

  /** Draw what is known now. */
  actions() {
    const { plot, answer, heights, run } = this;
    if (!plot.axes || !answer || !heights) return;
    const values = answer.axes[0].values;
    this.#curve(CURVES.loss, values, answer.loss);
    const { loss, slope } = answer.tangent;
    this.#curve(CURVES.tangent, values, values.map((/** @type {number} */ t) => loss + slope * t));
    const places = run ? run.path : [{ at: 0, loss }, { at: answer.step.at, loss: answer.step.loss }];
    this.#curve(CURVES.steps, places.map((p) => p.at), places.map((p) => p.loss));
    this.bent.setAttribute("d", bends(answer).map(([from, to]) => this.#path(values.slice(from, to), answer.loss.slice(from, to))).join(""));
    const seen = run ? places.map((p) => this.#place(p.at, p.loss)) : [];
    this.trail.setAttribute("d", seen.map((p) => (p ? `M${px(p[0] - 3)} ${px(p[1])}a3 3 0 1 0 6 0a3 3 0 1 0 -6 0` : "")).join(""));
    const last = places[places.length - 1];
    this.#dot(this.ball, 0, loss);
    this.#dot(this.after, last.at, last.loss);
    const [from, to] = [this.#place(answer.step.at, loss + slope * answer.step.at), this.#place(answer.step.at, answer.step.loss)];
    this.promise.setAttribute("d", !run && from && to ? `M${px(from[0])} ${px(from[1])}V${px(to[1])}` : "");
  }

  /** @param {number} t @param {number|null} loss @returns {[number, number]|null} */
  #place(t, loss) {
    const height = this.heights?.of(loss) ?? null;
    return height === null ? null : [this.plot.toX(t + this.shift), this.plot.toY(height)];
  }

  /** @param {SVGElement} dot @param {number} t @param {number|null} loss */
  #dot(dot, t, loss) {
    const at = this.#place(t, loss);
    dot.setAttribute("visibility", at ? "visible" : "hidden");
    if (at) dot.setAttribute("transform", `translate(${px(at[0])} ${px(at[1])})`);
  }

  /** @param {number[]} ts @param {(number|null)[]} losses @returns {string} */
  #path(ts, losses) {
    const places = ts.map((t, i) => this.#place(t, losses[i]));
    return line(places.map((p) => p && p[0]), places.map((p) => p && p[1]));
  }

  /** @param {number} trace @param {number[]} ts @param {(number|null)[]} losses */
  #curve(trace, ts, losses) {
    plotly.line(this.plot.graph, trace)?.setAttribute("d", this.#path(ts, losses));
  }

  /** @returns {{summary: string, about: string}} */
  words() {
    const { answer, heights } = this;
    return answer && heights ? lineWords(answer, this.run, heights, this.label, this.shift) : { summary: this.lacking, about: this.problem };
  }
}
