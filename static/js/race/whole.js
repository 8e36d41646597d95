/**
 * The race as one figure of Plotly's own traces, to take away: the paths on their plane, and the losses.
 *
 * @typedef {import("./model.js").Race} Race
 * @typedef {import("./view.js").RaceView} RaceView
 */
import { show } from "../base/format.js";
import { colour } from "../base/theme.js";
import { heightAxis } from "../plot/ticks.js";
import { scaled } from "../plot/scale.js";
import { ramp } from "../plot/ramp.js";
import { markAt } from "./model.js";

const [LEFT, RIGHT] = [[0, 0.44], [0.58, 1]];

/**
 * @param {Race} race
 * @param {RaceView} view
 * @param {(i: number) => string} title
 * @param {{log: boolean, clock: "step"|"sweeps", time: number}} how
 * @returns {import("../plot/export.js").Figure|null}
 */
export function raceFigure(race, view, title, { log, clock, time }) {
  const { picture, runners, begun } = race;
  if (!picture || !begun) return null;
  const { plane, xs, ys, loss, labels } = picture;
  const scale = scaled(loss, { log, keep: [] });
  const height = log ? "log₁₀ loss" : "loss";
  const field = {
    type: "contour", x: xs, y: ys, z: scale.heights, customdata: loss, colorscale: ramp(), ncontours: 12, name: "the plane", showlegend: false, colorbar: { title: { text: height }, x: LEFT[1] + 0.01, thickness: 12 },
    hovertemplate: `${labels[0]} = %{x:.4g}<br>${labels[1]} = %{y:.4g}<br>loss = %{customdata:.4g}<extra>the plane</extra>`,
  };
  const runs = runners.flatMap((runner, i) => {
    const near = runner.marks.filter((mark) => race.near(mark));
    const at = near.map((mark) => race.place(mark)?.at ?? [null, null]);
    const look = view.looks?.[i] ?? { colour: colour("--accent"), dash: "solid" };
    const [name, own] = [title(i), { line: { color: look.colour, dash: look.dash, width: 2.5 }, mode: "lines", type: "scatter", legendgroup: String(i) }];
    const text = near.map((mark) => `update ${mark.step}<br>loss ${show(mark.loss)}<br>off the plane ${show(race.off(mark).distance)}`);
    const now = markAt(runner, clock, time);
    const here = now && race.near(now) ? race.place(now)?.at ?? null : null;
    const ball = { type: "scatter", mode: "markers", name, legendgroup: String(i), showlegend: false, marker: { size: 11, color: look.colour, line: { color: colour("--surface"), width: 1.5 } }, text: [now ? `update ${now.step}<br>loss ${show(now.loss)}` : ""], hovertemplate: `%{text}<extra>${name}</extra>` };
    return [
      { ...own, name, x: at.map((p) => p[0]), y: at.map((p) => p[1]), text, hovertemplate: `%{text}<extra>${name}</extra>`, showlegend: false },
      { ...own, name, x: runner.marks.map((mark) => mark[clock]), y: runner.marks.map((mark) => mark.loss), xaxis: "x2", yaxis: "y2", hovertemplate: `${clock === "step" ? "update" : "sweeps"} %{x}<br>loss = %{y:.4g}<extra>${name}</extra>` },
      ...(here ? [{ ...ball, x: [here[0]], y: [here[1]] }] : []),
      ...(now ? [{ ...ball, x: [now[clock]], y: [now.loss], xaxis: "x2", yaxis: "y2" }] : []),
    ];
  });
  const [a, b] = plane.shadow(begun.vector).at;
  const start = { type: "scatter", mode: "markers", name: "start", x: [a], y: [b], marker: { symbol: "x", size: 10, color: colour("--ink") }, hovertemplate: `start<br>loss ${show(begun.loss)}<extra></extra>` };
  const side = (/** @type {number[]} */ values) => [values[0], values[values.length - 1]];
  return {
    data: [field, ...runs, start],
    layout: {
      xaxis: { domain: LEFT, title: { text: labels[0] }, range: side(xs) }, yaxis: { title: { text: labels[1] }, range: side(ys) },
      xaxis2: { domain: RIGHT, anchor: "y2", title: { text: clock === "step" ? "updates" : "sweeps through the network" } },
      yaxis2: { anchor: "x2", title: { text: "training loss" }, ...(view.losses.axes ? heightAxis(view.losses.axes.y, log) : { type: log ? "log" : "linear" }) },
    },
  };
}

/** @param {Race} race @param {(i: number) => string} title @returns {(string|number|null)[][]} every place that is drawn */
export function raceTable(race, title) {
  const labels = race.picture?.labels ?? ["α", "β"];
  const rows = race.runners.flatMap((runner, i) => runner.marks.map((mark) => {
    const at = race.place(mark)?.at ?? [null, null];
    const { gap, distance } = race.off(mark);
    return [title(i), mark.step, mark.sweeps, mark.loss, ...at, gap, distance];
  }));
  return [["run", "update", "sweeps", "training loss", ...labels, "gap", "off the plane"], ...rows];
}
