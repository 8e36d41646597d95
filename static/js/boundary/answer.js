/**
 * For data of more than two inputs nothing can be drawn as a map. Shown is the chosen example itself (a picture, a signal, or its
 * numbers) and every output beside its target; in mean mode the batch's means.
 *
 * @typedef {import("../base/types.js").Context} Context
 */
import { html } from "../plot/host.js";
import { isSignal, signalView } from "./signal.js";
import { address, place, row } from "../base/view.js";

const MOST_INPUTS = 12;

/** @param {Context} context */
export function answerView({ store }) {
  const picture = html("canvas", { class: "answer-picture", role: "img" });
  const signal = signalView(store);
  const inputs = html("dl", { class: "answer-inputs" });
  const outputs = html("div", { class: "answer-outputs" });
  const moment = html("span", { class: "answer-moment", hidden: "" }, "bars: before the update");
  const element = html("div", { class: "answer" }, html("div", { class: "answer-given" }, picture, signal.element, inputs), outputs);
  /** @type {{bar: HTMLElement, tick: HTMLElement, value: HTMLElement, target: HTMLElement}[]} */
  let rows = [];

  /** What the ends of a bar's track stand for. @type {[number, number]} */
  let ends = [0, 1];

  const shape = () => /** @type {number[]} */ (store.get("info.shapes.0"));
  const last = () => store.get("experiment.layers.length") - 1;

  /** @param {[number, number]} reach  what answers lie between, most often */
  function build(reach) {
    ends = reach;
    const names = namesOf(store.get("info"));
    rows = names.map((name, unit) => {
      const [bar, tick] = [html("i", { class: "answer-bar" }), html("i", { class: "answer-tick" })];
      const [value, target] = [html("b", { class: "answer-value" }), html("span", { class: "answer-target" })];
      const line = html("div", { class: "answer-row", "data-address": address(last(), "output", unit) }, html("span", { class: "answer-name" }, name), html("span", { class: "answer-track" }, bar, tick), value, target);
      outputs.append(line);
      return { bar, tick, value, target };
    });
    outputs.replaceChildren(...rows.map((r) => /** @type {HTMLElement} */ (r.value.parentElement)));
    buildInputs();
  }

  function buildInputs() {
    const names = /** @type {string[]} */ (store.get("info.input_titles") ?? []);
    inputs.hidden = names.length > MOST_INPUTS;
    const curved = isSignal(shape());
    picture.hidden = !inputs.hidden || curved;
    signal.element.hidden = !inputs.hidden || !curved;
    inputs.replaceChildren(...(inputs.hidden ? [] : names.flatMap((name, i) => [html("dt", {}, name), html("dd", { "data-unit": String(i) })])));
  }

  function draw() {
    if (!store.get("trace")) return;
    rows.forEach(({ bar, tick, value, target }, unit) => {
      const given = place(store, "output", last(), unit);
      const wanted = place(store, "target", 0, unit);
      name(value, given.path);
      name(target, wanted.path);
      const [from, to] = [share(0, ends), share(given.value ?? 0, ends)];
      bar.style.left = percent(Math.min(from, to));
      bar.style.width = percent(Math.abs(to - from));
      tick.hidden = wanted.value === null;
      tick.style.left = percent(share(wanted.value ?? 0, ends));
    });
    for (const cell of inputs.querySelectorAll("dd")) drawInput(cell);
    if (inputs.hidden) drawGiven();
    // The measures are of the weights that stand now, the outputs of those that the told step set out from.
    moment.hidden = store.get("frame.step") === store.get("trace.step");
  }

  /** @param {HTMLElement} cell  a number, or the word and its number in the vocabulary */
  function drawInput(cell) {
    const given = place(store, "input", 0, cell.dataset.unit ?? "0");
    const vocabulary = /** @type {string[]} */ (store.get("info.vocabulary") ?? []);
    if (vocabulary.length === 0) return name(cell, given.path);
    const mean = row(store) === null;
    const none = cell.dataset.unit === "0" ? "words have no mean" : "–";
    const word = mean ? none : vocabulary[given.value] ?? "?";
    if (cell.dataset.shown === `${word} ${mean} ${given.path}`) return undefined;
    cell.dataset.shown = `${word} ${mean} ${given.path}`;
    return cell.replaceChildren(...(mean ? [word] : [html("b", {}, word), " ", html("span", { class: "answer-index", "data-path": given.path })]));
  }

  function drawGiven() {
    const r = row(store);
    const given = r === null ? store.get("trace.mean.0.input") : store.get(`trace.layers.0.input.${r}`);
    const values = /** @type {number[]} */ ([given].flat(9));
    const words = r === null ? "the mean of the batch’s inputs" : `the input of example ${store.get(`trace.batch.indices.${r}`)}`;
    if (picture.hidden) signal.draw(values, shape(), words);
    else drawPicture(values, words);
  }

  /** @param {number[]} values @param {string} words */
  function drawPicture(values, words) {
    const side = Math.sqrt(values.length);
    const [width, height] = Number.isInteger(side) ? [side, side] : [values.length, 1];
    Object.assign(picture, { width, height });
    const context = picture.getContext("2d");
    if (!context) return;
    const image = context.createImageData(width, height);
    const [low, high] = [Math.min(0, ...values), Math.max(1e-9, ...values)];
    values.forEach((v, i) => {
      const ink = Math.round(255 * (1 - (v - low) / (high - low)));
      image.data.set([ink, ink, ink, 255], 4 * i);
    });
    context.putImageData(image, 0, 0);
    picture.setAttribute("aria-label", words);
  }

  return { element, moment, build, draw };
}

/** @param {Element} element @param {string} path */
function name(element, path) {
  if (element.getAttribute("data-path") !== path) element.setAttribute("data-path", path);
}

/**
 * How far along the track a number lies; what lies beyond its ends is drawn at them.
 * @param {number} value
 * @param {[number, number]} ends
 */
function share(value, [low, high]) {
  return Math.max(0, Math.min(1, (value - low) / (high - low)));
}

/** @param {number} part @returns {string} */
function percent(part) {
  return `${(100 * part).toFixed(1)}%`;
}

/**
 * What each output stands for; one output for two classes is how likely the second is.
 * @param {{class_names?: string[], output_names: string[], shapes: number[][]}} info
 * @returns {string[]}
 */
function namesOf(info) {
  const count = info.shapes[info.shapes.length - 1][0];
  const classes = info.class_names ?? [];
  if (count === 1 && classes.length === 2) return [classes[1]];
  return classes.length === count ? classes : info.output_names;
}
