/**
 * The loss along one line through the weights: its tangent, the step that the optimizer takes along it, what the tangent promised and
 * what the loss did; and, where the line bends upwards, gradient descent on it with rates that creep, converge, oscillate and diverge.
 *
 * @typedef {import("../base/types.js").Context} Context
 */
import { ApiError, stale } from "../base/api.js";
import { show, signed } from "../base/format.js";
import { Plot, html, line, svg } from "../plot/host.js";
import { choice } from "../plot/parts.js";
import * as plotly from "../plot/plotly-adapter.js";
import { addresses } from "./planes.js";
import { finite } from "./vectors.js";

const SIZE = 161;
const WAIT = 120;
const ALONG = /** @type {[string, string][]} */ ([["gradient", "−gradient"], ["update", "the update"], ["weight", "one weight"]]);
const CURVES = { loss: 0, tangent: 1, steps: 2 };

export class LineView {
  /**
   * @param {HTMLElement} box
   * @param {Context} context
   * @param {() => void} changed
   */
  constructor(box, context, changed) {
    this.context = context;
    this.changed = changed;
    this.plot = new Plot(box, { figure: "line", context, drawn: () => this.actions() });
    this.along = choice("Along", ALONG, () => this.again());
    this.weight = choice("weight", [], () => this.again());
    this.rate = choice("Show", [["", "this step"]], () => this.#widen());
    this.rate.element.title = "Gradient descent on this very curve, with learning rates on both sides of the critical one.";
    this.element = html("div", { class: "surface-planes", hidden: "" }, this.along.element, this.weight.element, this.rate.element);
    this.ball = svg("circle", { class: "actor-ball", r: 7 }, this.plot.overlay);
    this.after = svg("circle", { class: "line-after", r: 6 }, this.plot.overlay);
    this.trail = svg("path", { class: "line-trail" }, this.plot.overlay);
    this.promise = svg("path", { class: "line-promise" }, this.plot.overlay);
    /** @type {any} */
    this.answer = null;
    this.asked = null;
    /** @type {number[][]|null} */
    this.span = null;
    this.busy = false;
    this.problem = "";
    this.timer = 0;
  }

  /** A new network: other weights to choose from. */
  build() {
    const listed = addresses(this.context.store.get("info.param_shapes")).slice(0, 1200);
    this.weight.fill(listed.map((text) => [text, text]));
    this.again();
  }

  again() {
    this.answer = null;
    this.asked = null;
    this.weight.element.hidden = this.along.select.value !== "weight";
    this.changed();
  }

  /** A descent may go far beyond the step: then another part of the line is looked at. */
  #widen() {
    this.span = null;
    if (this.rate.select.value && this.answer?.rates) {
      const gentle = this.answer.rates.runs.filter((/** @type {any} */ run) => run.seen !== "diverge");
      const places = gentle.flatMap((/** @type {any} */ run) => run.path.map((/** @type {any} */ p) => p.at));
      const [low, high] = [Math.min(0, ...places), Math.max(0, ...places)];
      if (high > low) this.span = [[low - 0.4 * (high - low), high + 0.4 * (high - low)]];
    }
    this.asked = null;
    this.changed();
  }

  /** Ask about the present weights, one question at a time. */
  follow() {
    const { store } = this.context;
    const state = store.get("state");
    if (this.busy || !state || this.asked === state) return;
    if (!finite(state)) {
      this.asked = state;
      this.answer = null;
      this.problem = "The weights are no longer finite numbers: no line goes through them.";
      store.set("line", null);
      return;
    }
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.#ask(), this.answer ? WAIT : 0);
    this.busy = true;
  }

  async #ask() {
    const { store, api } = this.context;
    const [experiment, state, along] = [store.get("experiment"), store.get("state"), this.along.select.value];
    this.asked = state;
    try {
      const plane = { kind: "line", along, ...(along === "weight" ? { address: this.weight.select.value } : {}) };
      const answer = await api.surface({ experiment, state, plane, size: SIZE, path: [], ...(this.span ? { span: this.span } : {}) }, { kind: "line" });
      if (along === this.along.select.value) this.#take(answer);
    } catch (error) {
      if (!stale(error)) {
        if (!(error instanceof ApiError)) throw error;
        this.problem = [error.message, error.hint].filter(Boolean).join("; ");
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
    const shown = this.rate.select.value;
    const rates = (answer.rates?.runs ?? []).map((/** @type {any} */ run) => /** @type {[string, string]} */ ([run.name, `a rate that ${run.name === "creep" ? "creeps" : `${run.name}s`}: η = ${show(run.learning_rate, 3)}`]));
    this.rate.fill([["", "this step"], ...rates], rates.some((/** @type {[string, string]} */ [name]) => name === shown) ? shown : "");
    const { store } = this.context;
    const { tangent, step, convexity } = answer;
    store.set("line", { slope: tangent.slope, promised: step.promised, actual: step.actual, at: step.at, loss: tangent.loss, after: step.loss, curvature: answer.curvature, convex: convexity.convex });
    const heights = answer.loss.filter((/** @type {any} */ v) => v !== null);
    const [low, high] = [Math.min(...heights), Math.max(...heights)];
    const top = Math.min(high, Math.max(low + 4 * (tangent.loss - low), low + 0.4 * (high - low), step.loss ?? low));
    const pad = 0.08 * (top - low || Math.abs(low) || 1);
    const values = answer.axes[0].values;
    void this.plot.relayout({ "xaxis.range": [values[0], values.at(-1)], "yaxis.range": [low - pad, top + pad], "xaxis.title.text": this.span ? "t: how far along the line" : answer.axes[0].label });
  }

  /** Draw what is known now. */
  actions() {
    const { plot, answer } = this;
    if (!plot.axes || !answer) return;
    const values = answer.axes[0].values;
    this.#curve(CURVES.loss, values, answer.loss);
    const { loss, slope } = answer.tangent;
    this.#curve(CURVES.tangent, [values[0], values.at(-1)], [values[0], values.at(-1)].map((t) => loss + slope * t));
    const run = answer.rates?.runs.find((/** @type {any} */ r) => r.name === this.rate.select.value);
    const places = run ? run.path : [{ at: 0, loss }, { at: answer.step.at, loss: answer.step.loss }];
    this.#curve(CURVES.steps, places.map((/** @type {any} */ p) => p.at), places.map((/** @type {any} */ p) => p.loss));
    const last = places.at(-1);
    const seen = places.filter((/** @type {any} */ p) => p.loss !== null);
    this.trail.setAttribute("d", run ? seen.map((/** @type {any} */ p) => `M${(plot.toX(p.at) - 3).toFixed(1)} ${plot.toY(p.loss).toFixed(1)}a3 3 0 1 0 6 0a3 3 0 1 0 -6 0`).join("") : "");
    this.#dot(this.ball, 0, loss);
    this.#dot(this.after, last.at, last.loss);
    const at = answer.step.at;
    const promised = `M${plot.toX(at).toFixed(1)} ${plot.toY(loss + slope * at).toFixed(1)}V${plot.toY(answer.step.loss ?? loss).toFixed(1)}`;
    this.promise.setAttribute("d", run ? "" : promised);
  }

  /** @param {SVGElement} dot @param {number} x @param {number|null} y */
  #dot(dot, x, y) {
    dot.setAttribute("visibility", y === null ? "hidden" : "visible");
    if (y !== null) dot.setAttribute("transform", `translate(${this.plot.toX(x).toFixed(1)} ${this.plot.toY(y).toFixed(1)})`);
  }

  /** @param {number} trace @param {number[]} xs @param {(number|null)[]} ys */
  #curve(trace, xs, ys) {
    const { plot } = this;
    plotly.line(plot.graph, trace)?.setAttribute("d", line(xs.map((x) => plot.toX(x)), ys.map((y) => (y === null ? null : plot.toY(y)))));
  }

  /** @returns {{summary: string, about: string}} */
  words() {
    const { answer } = this;
    if (!answer) return { summary: "", about: this.problem };
    const { step, convexity, rates } = answer;
    const run = rates?.runs.find((/** @type {any} */ r) => r.name === this.rate.select.value);
    const did = run
      ? `With η = ${show(run.learning_rate)} gradient descent on this curve would ${run.seen}, in ${run.path.length - 1} steps.`
      : `The tangent promised ${signed(step.promised)}, the loss did ${signed(step.actual)}: ${step.share === null ? "no promise was made" : `${show(100 * step.share, 3)} % of it`}.`;
    const critical = rates ? `This curve bends with ${show(rates.curvature)}, so a parabola like it would diverge beyond η = ${show(rates.critical_learning_rate)}.` : "";
    return { summary: did, about: `${critical} ${convexity.statement}` };
  }
}
