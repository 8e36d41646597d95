/**
 * The line as one figure of Plotly's own traces, to take away.
 *
 * @typedef {import("./line.js").LineView} LineView
 */
import { show } from "../base/format.js";
import { colour } from "../base/theme.js";
import { heightAxis } from "../plot/ticks.js";
import { does } from "./descents.js";
import { bends } from "./line-heights.js";
import { COLUMNS, lineRows } from "./line-words.js";

/** @param {LineView} view @returns {import("../plot/export.js").Figure|null} */
export function lineFigure({ answer, run, heights, shift, label }) {
  if (!answer || !heights) return null;
  const { tangent, step, loss } = answer;
  const values = /** @type {number[]} */ (answer.axes[0].values);
  const at = (/** @type {number} */ t) => tangent.loss + tangent.slope * t;
  const moved = (/** @type {number[]} */ ts) => ts.map((t) => t + shift);
  const hover = `${label} = %{x:.4g}<br>loss = %{y:.4g}`;
  const curve = (/** @type {string} */ name, /** @type {number[]} */ ts, /** @type {any[]} */ y, /** @type {string} */ own, more = {}) =>
    ({ type: "scatter", mode: "lines", name, x: moved(ts), y, line: { color: own, width: 2.5 }, hovertemplate: `${hover}<extra>${name}</extra>`, ...more });
  const dot = (/** @type {string} */ name, /** @type {number} */ t, /** @type {number|null} */ y, symbol = "circle") =>
    curve(name, [t], [y], "", { mode: "markers", marker: { size: 12, symbol, color: colour("--positive") } });
  const bent = bends(answer).map(([from, to], i) => curve("not convex here", values.slice(from, to), loss.slice(from, to), colour("--error"), { line: { color: colour("--error"), width: 3, dash: "dash" }, legendgroup: "bent", showlegend: i === 0 }));
  const steps = run
    ? [curve(`${does(run)}: η = ${show(run.learning_rate, 3)}`, run.path.map((p) => p.at), run.path.map((p) => p.loss), colour("--positive"), { mode: "lines+markers" })]
    : [curve("promised against done", [step.at, step.at], [at(step.at), step.loss], colour("--error"), { line: { color: colour("--error"), width: 2, dash: "dot" } }), dot("after the step", step.at, step.loss, "circle-open")];
  const data = [
    curve("the loss along the line", values, loss, colour("--accent")), ...bent,
    curve("the tangent", values, values.map(at), colour("--muted"), { line: { color: colour("--muted"), width: 1.5, dash: "dash" } }),
    ...steps, dot("the weights now", 0, tangent.loss),
  ];
  return { data, layout: { xaxis: { title: { text: label }, range: [values[0] + shift, values[values.length - 1] + shift] }, yaxis: { ...heightAxis(heights.range, heights.log), title: { text: "loss" } } } };
}

/** @param {LineView} view @returns {(string|number|null)[][]} every point of the line, and the steps on it */
export function lineTable({ answer, run, shift }) {
  return answer ? [COLUMNS, ...lineRows(answer, run, shift, answer.axes[0].values.length)] : [];
}
