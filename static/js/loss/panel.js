/**
 * The losses over the updates: each point belongs to the parameters after that many updates. The curves are Plotly's own paths, set
 * directly while the run goes on; once it rests, Plotly is given the data, so that hovering and exporting know them.
 *
 * @typedef {import("../base/types.js").Context} Context
 * @typedef {import("../base/types.js").Losses} Losses
 */
import { count } from "../base/format.js";
import { say as words } from "../base/wording.js";
import { blankInWords, blankNote, blankShare } from "../plot/blank.js";
import { Plot, html, line, px } from "../plot/host.js";
import { svg } from "../base/svg.js";
import * as plotly from "../plot/plotly-adapter.js";
import { caption, details, frame, onExperiment, readout, toggle } from "../plot/parts.js";
import { heightChanges } from "../plot/ticks.js";

const MOST_POINTS = 400;
const REST = 350; // ms without news after which Plotly is given the data
const ROWS = 12;
const DEEPER = 0.15; // of the axis: room for a loss below 0 to fall
const CLEAR = 0.03; // of the axis: the lowest mark stands so far above its end

/**
 * Some MOST_POINTS of a long run, the first and the last among them, and both sides of every move by hand.
 * @param {Losses[]} losses
 * @returns {Losses[]}
 */
export function thinned(losses) {
  if (losses.length <= MOST_POINTS) return losses;
  const stride = (losses.length - 1) / (MOST_POINTS - 1);
  const kept = new Set(Array.from({ length: MOST_POINTS }, (_, i) => Math.round(i * stride)));
  return losses.filter((row, i) => kept.has(i) || row.moved || losses[i + 1]?.moved);
}

/**
 * With a gap before every loss of weights that were moved by hand: no update led there.
 * @param {Losses[]} losses
 * @returns {Losses[]}
 */
export function broken(losses) {
  return losses.flatMap((row) => (row.moved ? [{ step: row.step, train: null, test: null }, row] : [row]));
}

/**
 * A range that holds the values with room to grow, so that the axes move seldom.
 * @param {Losses[]} losses
 * @param {boolean} log
 * @param {number|null} [batch]  the loss of the step's batch, a mark of its own
 * @returns {{x: [number, number], y: [number, number]}}
 */
export function ranges(losses, log, batch = null) {
  const values = [batch, ...losses.flatMap((row) => [row.train, row.test])].filter((v) => typeof v === "number" && (!log || v > 0));
  const [low, high] = [Math.min(.../** @type {number[]} */ (values)), Math.max(.../** @type {number[]} */ (values))];
  const steps = losses.at(-1)?.step ?? 0;
  const end = 20 * 2 ** Math.max(0, Math.ceil(Math.log2(Math.max(1, steps) / 20)));
  // The marks of a run that has not begun stand clear of the axis and its numbers.
  const x = /** @type {[number, number]} */ ([-end / 40, end]);
  if (!Number.isFinite(low)) return { x, y: log ? [-2, 0] : [0, 1] };
  // Losses may be negative, as Poisson's: the axis then begins below the lowest, and 0 is still on it.
  if (!log && low < 0) return { x, y: [low - DEEPER * (Math.max(high, 0) - low), Math.max(high, 0) + 0.08 * (Math.max(high, 0) - low)] };
  if (!log) return { x, y: [0, high > 0 ? 1.08 * high : 1] };
  const bottom = Math.floor(4 * Math.log10(low) - 0.2) / 4;
  return { x, y: [bottom, Math.max(bottom + 0.5, Math.ceil(4 * Math.log10(high) + 0.2) / 4)] };
}

/** @type {import("../base/types.js").Panel["mount"]} */
export function mount(root, context) {
  const { store, frames } = context;
  const box = html("div", { class: "plot-box loss-box" });
  const log = toggle("Log scale", "Logarithmic heights: equal ratios are equally far apart.");
  const batch = readout("batch", "trace.loss.value", "batch");
  const parts = frame(root, "Loss", [log.element], box, [
    readout("training", "frame.loss.train", "train"),
    readout("test", "frame.loss.test", "test"),
    batch,
  ]);
  const summary = caption(root, "Loss curves");
  const table = details(root, "The losses as a table", ["update", "training", "test"]);
  const plot = new Plot(box, { figure: "loss", context, drawn: () => draw() });
  const blank = blankNote(box);
  const moves = svg("path", { class: "mark-moved" });
  const marks = { batch: svg("path", { class: "mark-batch" }), train: svg("circle", { class: "mark-train", r: 4 }), test: svg("circle", { class: "mark-test", r: 4 }) };
  plot.overlay.append(moves, marks.batch, marks.train, marks.test);
  let rest = 0;
  /** What Plotly's own curves and the table were last given. @type {{ told?: Losses[], figure?: any }} */
  let settled = {};

  /** @returns {Losses[]} */
  const told = () => store.get("losses") ?? [];
  /** @param {number|null} v @returns {number|null} a place on the height axis; null where there is none */
  const height = (v) => (v === null || (log.on && !(v > 0)) ? null : plot.toY(log.on ? Math.log10(v) : v));

  frames.register("loss", draw, root);
  function draw() {
    if (!plot.axes || !plot.figure) return;
    const losses = broken(thinned(told()));
    fit(losses);
    plot.figure.meta.curves.forEach((/** @type {"train"|"test"} */ name, /** @type {number} */ i) => {
      const path = line(losses.map((row) => plot.toX(row.step)), losses.map((row) => height(row[name])));
      plotly.redrawLine(plot.graph, i, path);
    });
    const { height: tall } = plot.axes;
    moves.setAttribute("d", losses.filter((row) => row.moved).map((row) => `M${px(plot.toX(row.step))} 0V${tall}`).join(""));
    place(losses.at(-1) ?? null);
    const share = log.on ? blankShare(losses.flatMap((row) => [row.train, row.test]).filter((v) => v !== null)) : 0;
    blank(share, "the curves");
    say(losses, blankInWords(share, "the curves"));
  }

  /** @param {Losses|null} last */
  function place(last) {
    for (const name of /** @type {const} */ (["train", "test"])) {
      const y = last ? height(last[name]) : null;
      marks[name].setAttribute("visibility", y === null ? "hidden" : "visible");
      if (last && y !== null) marks[name].setAttribute("transform", `translate(${px(plot.toX(last.step))} ${px(y)})`);
    }
    const [step, value] = [store.get("trace.step"), store.get("trace.loss.value")];
    const y = typeof value === "number" && last && step <= last.step ? height(value) : null;
    marks.batch.setAttribute("d", y === null ? "" : diamond(plot.toX(step), y));
  }

  /** @param {Losses[]} losses */
  function fit(losses) {
    const { x, y } = ranges(losses, log.on, store.get("trace.loss.value") ?? null);
    const axes = plot.axes;
    const type = log.on ? "log" : "linear";
    const tall = y[1] - y[0];
    // Heights may shrink by half before the axis follows: a curve that falls must be seen to fall.
    const deep = y[0] < 0 ? axes && axes.y[0] <= y[0] + (DEEPER - CLEAR) * tall : axes && axes.y[0] === 0;
    const roomy = axes && axes.y[1] >= y[1] && (log.on ? axes.y[0] <= y[0] && axes.y[0] > y[0] - 1 : deep && axes.y[1] - axes.y[0] <= 2.2 * tall);
    if (axes && axes.x[1] === x[1] && roomy && axes.type === type) return;
    void plot.relayout({ "xaxis.range": x, ...heightChanges(y, log.on) });
  }

  /** @param {Losses[]} losses @param {string} unseen  what a logarithmic axis cannot show */
  function say(losses, unseen) {
    const [first, last] = [losses[0], losses.at(-1)];
    if (first && last) {
      const now = last.step === 0 ? "At the start the training loss is {frame.loss.train}."
        : `After {frame.step:count} ${last.step === 1 ? "update" : "updates"} the training loss is {frame.loss.train}, ${since(first.train, last.train)}.`;
      summary.say(now + moved() + (unseen && ` ${unseen}`));
    }
    clearTimeout(rest);
    rest = window.setTimeout(settle, REST);
  }

  /** What was done by hand, in words. */
  function moved() {
    const at = told().findLastIndex((row) => row.moved);
    if (at < 0) return "";
    const several = told().some((row, i) => row.moved && i < at);
    return ` Weights were moved by hand${several ? ", last" : ""} at update {losses.${at}.step:count} (dashed): no step led there.`;
  }

  function settle() {
    if (!plot.axes || !plot.figure || store.get("playing")) return;
    // Plotly draws what it is given, and what is drawn comes to rest: without this it would be given the same for ever.
    if (settled.told === told() && settled.figure === plot.figure) return;
    settled = { told: told(), figure: plot.figure };
    const losses = broken(thinned(told()));
    const names = /** @type {("train"|"test")[]} */ (plot.figure.meta.curves);
    const data = { x: names.map(() => losses.map((row) => row.step)), y: names.map((name) => losses.map((row) => row[name])) };
    void plotly.restyle(plot.graph, data, names.map((_, i) => i));
    const byHand = told().slice(-ROWS).some((row) => row.moved);
    const rows = told().map((row, i) => [`losses.${i}.step`, `losses.${i}.train`, `losses.${i}.test`, ...(byHand ? [row.moved ? "by hand" : ""] : [])]);
    table.fill(rows.slice(-ROWS), ["update", "training", "test", ...(byHand ? ["moved"] : [])]);
  }

  function title() {
    const [train, size] = [store.get("info.train_count"), store.get("trace.batch.indices.length") ?? store.get("info.batch_size")];
    const all = train === 1 ? "the one training example" : "all {info.train_count:count} training examples";
    const few = train === 1 ? "one example" : "{info.train_count:count} examples";
    words(parts.subtitle, train ? (store.get("experiment.penalty.rate") > 0 ? `over ${few}, with the penalty` : `over ${all}`) : "");
    batch.title = `The loss that this step learns from: over its batch of ${count(size)} ${size === 1 ? "example" : "examples"}, at the weights before the step.`;
  }

  log.onChange(() => frames.invalidate("loss"));
  // What was told while the run played, Plotly and the table are given once it stands still.
  store.subscribe(["losses", "frame", "trace", "playing"], () => frames.invalidate("loss"));
  store.subscribe(["info", "trace.batch"], title);
  title();
  onExperiment(context, () => plot.draw());
}

/**
 * What became of the loss that the run began with, as a template.
 * @param {number|null} first
 * @param {number|null} last
 */
function since(first, last) {
  if (first !== null && first === last) return "as at the start";
  return `${first !== null && last !== null && last < first ? "down" : "up"} from {losses.0.train}`;
}

/** @param {number} x @param {number} y @returns {string} */
function diamond(x, y) {
  return `M${px(x - 4.5)} ${px(y)}l4.5 -4.5 4.5 4.5 -4.5 4.5z`;
}
