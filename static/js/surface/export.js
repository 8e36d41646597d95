/**
 * The surface to take away: a picture, its numbers, or a page of its own that can still be turned without any server.
 *
 * @typedef {import("./model.js").Landscape} Landscape
 * @typedef {import("./scale.js").Scale} Scale
 * @typedef {{data: any[], layout: any}} Figure
 */
import { html } from "../plot/host.js";
import { picture as pictureOf, source } from "../plot/plotly-scene.js";
import { colour } from "../base/theme.js";

const SIZE = { width: 1200, height: 900 };
const RAMP = "--ramp";

/**
 * The figure whole: heights and path as Plotly's own traces.
 * @param {Landscape} land
 * @param {Scale} scale
 * @param {boolean} deep in 3-D?
 * @returns {Figure}
 */
export function wholeFigure(land, scale, deep) {
  const { picture, visits } = land;
  if (!picture) return { data: [], layout: {} };
  const { xs: x, ys: y, labels } = picture;
  const stops = colour(RAMP).split(" ");
  const colorscale = stops.map((stop, i) => [i / (stops.length - 1), stop]);
  const [ink, paper] = [colour("--ink"), colour("--surface")];
  const title = scale.log ? "log₁₀ loss" : "loss";
  const way = visits.list.map((visit) => ({ at: land.place(visit.vector).at, z: visit.loss === null ? null : scale.of(visit.loss), step: visit.step }));
  const places = { x: way.map((w) => w.at[0]), y: way.map((w) => w.at[1]), text: way.map((w) => `update ${w.step}`) };
  const look = { mode: "lines+markers", name: "the path really taken", line: { color: colour("--positive"), width: deep ? 5 : 3 }, marker: { color: colour("--positive"), size: 4 } };
  const field = deep
    ? { type: "surface", x, y, z: scale.heights, colorscale, colorbar: { title: { text: title } }, contours: { z: { show: true, usecolormap: false, color: ink } } }
    : { type: "contour", x, y, z: scale.heights, colorscale, colorbar: { title: { text: title } }, ncontours: 20 };
  const path = deep ? { type: "scatter3d", ...places, z: way.map((w) => w.z), ...look } : { type: "scatter", ...places, ...look };
  const axes = deep
    ? { scene: { xaxis: { title: { text: labels[0] } }, yaxis: { title: { text: labels[1] } }, zaxis: { title: { text: title } } } }
    : { xaxis: { title: { text: labels[0] } }, yaxis: { title: { text: labels[1] } } };
  return { data: [field, path], layout: { ...axes, paper_bgcolor: paper, plot_bgcolor: paper, font: { color: ink }, showlegend: false, margin: { l: 60, r: 20, t: 30, b: 60 } } };
}

/**
 * @param {Landscape} land
 * @returns {string} every point of the grid, then every state of the path
 */
export function table(land) {
  const { picture, visits } = land;
  if (!picture) return "";
  const rows = [["what", "update", ...picture.labels.map((/** @type {string} */ label) => `"${label}"`), "loss", "distance from the plane"].join(",")];
  picture.loss.forEach((row, r) => row.forEach((loss, c) => rows.push(`plane,,${picture.xs[c]},${picture.ys[r]},${loss ?? ""},0`)));
  for (const visit of visits.list) {
    const { at, distance } = land.place(visit.vector);
    rows.push(`path,${visit.step},${at[0]},${at[1]},${visit.loss ?? ""},${distance}`);
  }
  return `${rows.join("\n")}\n`;
}

/**
 * A page that needs nothing else: plotly.js is in it.
 * @param {Figure} figure
 * @param {string} caption
 * @returns {Promise<string>}
 */
export async function page(figure, caption) {
  const library = (await source()).replaceAll("</script", "<\\/script");
  const data = JSON.stringify(figure).replaceAll("<", "\\u003c");
  const words = caption.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Loss surface</title></head><body style="margin:0;font-family:system-ui">
<div id="surface" style="height:92vh"></div><p style="margin:0 1rem">${words}</p><script>${library}</script>
<script>const figure = ${data}; Plotly.newPlot("surface", figure.data, figure.layout, {responsive: true, displaylogo: false});</script></body></html>`;
}

/**
 * @param {string} name
 * @param {string} address
 */
function save(name, address) {
  const link = html("a", { href: address, download: name });
  link.click();
}

/** @param {string} name @param {string} text @param {string} type */
function saveText(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  save(name, address);
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/**
 * @param {Landscape} land
 * @param {{scale: () => Scale|null, deep: () => boolean, caption: () => string, camera: () => any}} now
 * @returns {HTMLElement}
 */
export function exporter(land, now) {
  const figure = () => {
    const scale = now.scale();
    const whole = scale ? wholeFigure(land, scale, now.deep()) : null;
    if (whole?.layout.scene) whole.layout.scene.camera = now.camera();
    return whole;
  };
  const picture = (/** @type {"png"|"svg"} */ format) => async () => {
    const whole = figure();
    if (whole) save(`surface.${format}`, await pictureOf(whole, { format, ...SIZE, ...(format === "png" ? { scale: 2 } : {}) }));
  };
  /** @type {[string, string, () => Promise<void>|void][]} */
  const kinds = [
    ["PNG", "A picture", picture("png")],
    ["SVG", "A picture that can be enlarged", picture("svg")],
    ["CSV", "The losses on the plane, and the path", () => saveText("surface.csv", table(land), "text/csv")],
    ["HTML", "A page of its own, that can be turned without a server", async () => {
      const whole = figure();
      if (whole) saveText("surface.html", await page(whole, now.caption()), "text/html");
    }],
  ];
  const buttons = kinds.map(([name, title, save_]) => {
    const button = html("button", { type: "button", title, "aria-label": `Save as ${name}` }, name);
    button.addEventListener("click", () => Promise.resolve(save_()).catch(reportError));
    return button;
  });
  return html("div", { class: "plot-tools surface-export" }, html("span", { class: "muted" }, "Save as"), ...buttons);
}
