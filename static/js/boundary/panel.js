/**
 * What the network answers: all over the plane of two raw inputs, or along one; for more inputs, the chosen example and its outputs.
 * The answer under the points is asked for again as the weights change, one request at a time.
 *
 * @typedef {import("../base/types.js").Context} Context
 * @typedef {{state: any, axes: {label: string, values: number[]}[], outputs: any[]}} Answer
 */
import { answerView } from "./answer.js";
import { ApiError } from "../base/api.js";
import { marks } from "./marks.js";
import { levelLine, paint, ramp } from "../plot/field.js";
import { tellFailure } from "../play/network.js";
import { Plot, html, line } from "../plot/host.js";
import { svg } from "../base/svg.js";
import { caption, details, frame, onExperiment, readout } from "../plot/parts.js";
import * as plotly from "../plot/plotly-adapter.js";
import { colour } from "../base/theme.js";
import { show } from "../base/format.js";
import { finite } from "../base/vectors.js";
import { whose } from "../base/view.js";
import { say as words } from "../base/wording.js";

const GRID = { live: 35, rest: 61 };
const PAUSE = { live: 160, rest: 60, away: 4000 }; // ms between an answer and the next question, at least
const REST = 400;
/** Ramps by the palette's names, for as long as the shade stays. @type {Map<string, import("../plot/field.js").Rgb[]>} */
const ramps = new Map();
const TITLES = { plane: "Decision boundary", curve: "Fitted curve", example: "The answer" };

/** @type {import("../base/types.js").Panel["mount"]} */
export function mount(root, context) {
  const { store, frames, player } = context;
  const box = html("div", { class: "plot-box boundary-box" });
  const parts = frame(root, TITLES.plane, [], box, []);
  const heading = /** @type {HTMLElement} */ (parts.head.firstElementChild);
  const answer = answerView(context);
  parts.front.insertBefore(answer.element, parts.numbers);
  const summary = caption(root, "Decision boundary");
  const table = details(root, "The examples as a table", ["example"]);
  const plot = new Plot(box, { figure: "boundary", context, drawn: () => draw() });
  const level = svg("path", { class: "boundary-level" }, plot.overlay);
  const away = svg("text", { class: "boundary-away", "text-anchor": "middle" }, plot.overlay);
  const ringed = marks(plot, context);
  const asked = asking(context, () => frames.invalidate("boundary"));

  /** The kind of data that the figure was drawn for: until the next figure has come, other data ask nothing of this one. */
  let drawnFor = "";

  /** @type {{answer: Answer|null, where: string}} what stands on the canvas */
  let painted = { answer: null, where: "" };

  const view = () => plot.figure?.meta.view ?? "example";

  frames.register("boundary", draw, root);
  function draw() {
    if (!plot.figure || drawnFor !== store.get("experiment.data.kind")) return;
    if (view() === "example") {
      answer.draw();
      words(parts.subtitle, whose(store).template);
    } else {
      asked.ask(view());
    }
    if (plot.axes && view() !== "example") {
      if (view() === "plane") drawPlane(asked.answer);
      else drawCurve(asked.answer);
      ringed.draw();
    }
    say();
  }

  /** @param {Answer|null} given */
  function drawPlane(given) {
    const where = JSON.stringify([plot.axes, plot.canvas.width, plot.canvas.height, document.documentElement.dataset.theme]);
    if (given === painted.answer && where === painted.where) return;
    wipe();
    painted = { answer: given, where };
    if (!given || given.axes.length !== 2) return;
    const [xs, ys] = given.axes.map((axis) => axis.values);
    const { grid, tint, middle } = field(given.outputs, plot.figure?.meta);
    paint(plot.canvas, grid, tint, 150);
    if (middle === null) return;
    const lines = middle.map((values) => levelLine(values, xs, ys, 0, (v) => plot.toX(v), (v) => plot.toY(v)));
    level.setAttribute("d", lines.join(""));
  }

  /** Nothing of an answer is left: another figure's answer says nothing about this one. */
  function wipe() {
    painted = { answer: null, where: "" };
    level.setAttribute("d", "");
    plot.canvas.getContext("2d")?.clearRect(0, 0, plot.canvas.width, plot.canvas.height);
  }

  /** @param {Answer|null} given */
  function drawCurve(given) {
    if (!plot.figure) return;
    const heights = !given || given.axes.length !== 1 ? [] : given.outputs[0].map((/** @type {number|null} */ y) => (y === null ? null : plot.toY(y)));
    const path = heights.length > 0 && given ? line(given.axes[0].values.map((x) => plot.toX(x)), heights) : "";
    plotly.line(plot.graph, plot.figure.data.length - 1)?.setAttribute("d", path);
    tellAway(heights);
  }

  /** A curve that is nowhere in the picture is not simply missing. @param {(number|null)[]} heights in pixels, from above */
  function tellAway(heights) {
    const { width, height } = plot.axes ?? { width: 0, height: 0 };
    const known = heights.flatMap((y) => (y === null ? [] : [y]));
    const above = known.length > 0 && known.every((y) => y < 0);
    const below = known.length > 0 && known.every((y) => y > height);
    away.textContent = above ? "▴ the curve lies above this picture" : below ? "▾ the curve lies below this picture" : "";
    away.setAttribute("transform", `translate(${width / 2} ${above ? 14 : height - 8})`);
  }

  /** @param {boolean} [now] what stood there was said of another network, whose measures this one need not have */
  function say(now) {
    const shown = store.get("frame.metrics") ?? {};
    const [train, test] = [shown.train_accuracy, shown.test_accuracy];
    const right = train === undefined ? "the training loss is {frame.loss.train}" : "{frame.metrics.train_accuracy:percent} of the training examples are right";
    const held = test === undefined ? "" : ", {frame.metrics.test_accuracy:percent} of the test examples";
    const kept = store.get("info.test_count") ? " and {info.test_count:count} test" : "";
    const first = view() !== "example" && plot.figure?.meta.classes.length === 0 && store.get("info.output_names.length") > 1;
    const one = first ? " Shown is the first of {info.output_names.length} outputs." : "";
    const lost = store.get("frame.diverged") && !finite(store.get("state")) ? " The weights are no longer finite numbers: there is no answer to draw." : "";
    summary.say(`{info.train_count:count} training${kept} ${kept || store.get("info.train_count") !== 1 ? "examples" : "example"}, {trace.batch.indices.length} in this step’s batch; ${right}${held}.${one}${lost}`, now);
  }

  /** How well it answers: at once with the experiment, for the figure of another one has other measures. */
  function measures() {
    const accuracy = store.get("frame.metrics.train_accuracy") !== undefined;
    const losses = [readout("training loss", "frame.loss.train", "train"), readout("test loss", "frame.loss.test", "test")];
    const cells = accuracy ? [metric("accuracy: training", "train_accuracy")] : losses;
    if (accuracy && store.get("frame.metrics.test_accuracy") !== undefined) cells.push(metric("test", "test_accuracy"));
    parts.numbers.replaceChildren(...cells, answer.moment);
  }

  function legend() {
    const shape = view();
    heading.textContent = titleOf(shape, plot.figure?.meta);
    root.dataset.view = shape;
    if (shape !== "example") words(parts.subtitle, "● training  ○ test  ◎ batch");
    const [x, y] = [plot.figure?.layout.xaxis?.title.text ?? "", plot.figure?.layout.yaxis?.title.text ?? ""];
    table.element.hidden = shape === "example";
    table.fill(rowsOf(plot.figure?.data ?? []), ["example", "group", x, y]);
  }

  plot.graph.addEventListener("click", (event) => {
    const row = ringed.near(event);
    if (row !== null) void player.choose(row);
  });
  store.subscribe(["state", "trace", "example", "frame", "playing"], () => frames.invalidate("boundary"));
  onExperiment(context, async () => {
    asked.forget();
    measures();
    say(true);
    const kind = store.get("experiment.data.kind");
    await plot.draw();
    drawnFor = kind;
    wipe();
    legend();
    if (view() === "example") answer.build(plot.figure?.meta.ends);
    frames.invalidate("boundary");
  });
}

/** @param {string} shape @param {any} meta @returns {string} */
function titleOf(shape, meta) {
  const amounts = shape === "plane" && meta.classes.length === 0;
  return amounts ? "The answer over the plane" : TITLES[/** @type {keyof typeof TITLES} */ (shape)];
}

/** @param {string} label @param {string} name @returns {HTMLElement} */
function metric(label, name) {
  return html("span", { class: "readout" }, `${label} `, html("b", { "data-path": `frame.metrics.${name}`, "data-format": "percent" }));
}

/**
 * The rows of the table, drawn from the very data that Plotly has.
 * @param {any[]} traces
 * @returns {string[][]}
 */
function rowsOf(traces) {
  return traces.flatMap((trace) => (trace.customdata ?? []).map((/** @type {number} */ index, /** @type {number} */ i) =>
    [String(index), trace.name, show(trace.x[i]), show(trace.y[i])]));
}

/**
 * Heights, colours and the lines on which two classes are equally likely.
 * @param {number[][][]} outputs one matrix an output
 * @param {any} meta the figure's: what has the palette's ends, and where two classes are equally likely
 */
function field(outputs, meta) {
  // Of several amounts the first is drawn, which the points have for their colours.
  if (outputs.length === 1 || meta.classes.length === 0) return single(outputs[0], meta);
  const colours = outputs.map((_, k) => between("--paper", classColour(k, outputs.length)));
  // The likeliest class gives the colour, how likely it is the strength: class + share, packed into one number.
  const grid = outputs[0].map((row, r) => row.map((_, c) => {
    let best = 0;
    for (let k = 1; k < outputs.length; k += 1) if (outputs[k][r][c] > outputs[best][r][c]) best = k;
    return best + Math.min(0.999, Math.max(0, outputs[best][r][c]));
  }));
  const lines = outputs.slice(0, outputs.length === 2 ? 1 : undefined).map((own, k) => own.map((row, r) => row.map((v, c) => v - Math.max(...outputs.filter((_, j) => j !== k).map((other) => other[r][c])))));
  return { grid, tint: (/** @type {number} */ v) => colours[Math.floor(v)][Math.round(255 * (v % 1))], middle: lines };
}

/** @param {number[][]} output @param {{ends: [number, number], middle: number|null}} meta */
function single(output, { ends: [low, high], middle }) {
  const poles = between("--negative", "--paper", "--positive");
  const tint = (/** @type {number} */ v) => poles[Math.max(0, Math.min(255, Math.round((255 * (v - low)) / (high - low))))];
  return { grid: output, tint, middle: middle === null ? null : [output.map((row) => row.map((v) => (v === null ? null : v - middle)))] };
}

/** @param {number} k @param {number} count @returns {string} */
function classColour(k, count) {
  if (count <= 2) return k ? "--positive" : "--negative";
  return `--class${k % 10}`;
}

/**
 * A ramp through colours of the palette. Reading the palette makes the browser work out all styles anew, so it is read once a shade.
 * @param {...string} names
 * @returns {import("../plot/field.js").Rgb[]}
 */
function between(...names) {
  const key = `${document.documentElement.dataset.theme} ${names}`;
  const known = ramps.get(key) ?? ramp(names.map((name, i) => [i / (names.length - 1), colour(name)]));
  ramps.set(key, known);
  return known;
}

/**
 * One question at a time; a coarse grid while the run goes on, a fine one at rest.
 * @param {Context} context
 * @param {() => void} arrived
 */
function asking({ store, api }, arrived) {
  /** @type {Answer|null} */
  let answer = null;
  let busy = false;
  let free = 0;
  let fine = 0;
  /** @type {any} */
  let wanted = null;

  /** @param {number} count */
  async function fetchGrid(count) {
    const [experiment, state] = [store.get("experiment"), store.get("state")];
    busy = true;
    const began = performance.now();
    let away = false;
    try {
      const given = await api.predict({ experiment, state: { step: state.step, params: state.params }, grid: count }, { kind: "boundary" });
      const other = !finite(store.get("state"));
      if (!other && (store.get("experiment") === experiment || store.get("state") === state)) answer = { ...given, state, count };
    } catch (error) {
      tellFailure(store, error);
      away = error instanceof ApiError && error.passing;
      if (away) wanted = null;
    } finally {
      busy = false;
      // As long as an answer takes, the server rests: the training itself must not be held up.
      const least = store.get("playing") ? PAUSE.live : PAUSE.rest;
      free = performance.now() + Math.max(away ? PAUSE.away : least, performance.now() - began);
      arrived();
    }
  }

  return {
    get answer() {
      return answer;
    },
    forget() {
      answer = null;
      wanted = null;
    },
    /** @param {string} view */
    ask(view) {
      const state = store.get("state");
      clearTimeout(fine);
      if (!state) return;
      if (!finite(state)) {
        // No answer: what stood here was given by other weights.
        answer = null;
        wanted = state;
        return;
      }
      const best = view === "curve" ? 101 : GRID.rest;
      if (wanted === state && answer) {
        if (/** @type {any} */ (answer).count < best) fine = window.setTimeout(() => { if (!busy && store.get("state") === state) void fetchGrid(best); }, REST);
        return;
      }
      const wait = free - performance.now();
      if (busy) return;
      if (wait > 0) {
        fine = window.setTimeout(arrived, wait);
        return;
      }
      wanted = state;
      void fetchGrid(view === "curve" ? 101 : GRID.live);
    },
  };
}
