/**
 * A plot to take away: a picture, its numbers, or a page of its own that needs no server. One mechanism for all; each plot says what
 * its whole figure, its table and its words are.
 *
 * @typedef {{data: any[], layout: any}} Figure
 * @typedef {{figure: () => Figure|null, table: () => (string|number|null)[][], title: () => string, words: () => string}} Takeaway  title and words of what is shown now
 */
import { colour } from "../base/theme.js";
import { html } from "./host.js";
import { picture, source } from "./plotly-scene.js";

const SIZE = { width: 1200, height: 900 };
const LINE = 150; // characters of a picture's words on one line
const STEP = 17; // pixels between two of them
const FOOT = 66; // pixels between the axes and the words

/**
 * @param {string} name  of the files
 * @param {Takeaway} plot
 * @returns {{element: HTMLElement, offer: (there: boolean) => void}} its buttons; `offer`: is there a figure to be taken away?
 */
export function exporter(name, plot) {
  const drawn = (/** @type {"png"|"svg"} */ format) => async () => {
    const figure = whole(plot, true);
    if (figure) save(`${name}.${format}`, await picture(figure, { format, ...SIZE, ...(format === "png" ? { scale: 2 } : {}) }));
  };
  /** @type {[string, string, () => Promise<void>|void][]} */
  const kinds = [
    ["PNG", "A picture", drawn("png")],
    ["SVG", "A picture that can be enlarged", drawn("svg")],
    ["CSV", "The numbers that are drawn", () => saveText(`${name}.csv`, csv(plot.table()), "text/csv")],
    ["HTML", "A page of its own, that works without a server", async () => {
      const figure = whole(plot, false);
      if (figure) saveText(`${name}.html`, await page(figure, plot), "text/html");
    }],
  ];
  const buttons = kinds.map(([kind, title, save_]) => {
    const button = html("button", { type: "button", title, "aria-label": `Save as ${kind}` }, kind);
    button.addEventListener("click", () => Promise.resolve(save_()).catch(reportError));
    return button;
  });
  const offer = (/** @type {boolean} */ there) => {
    for (const button of buttons) button.disabled = !there;
  };
  offer(false);
  return { element: html("div", { class: "plot-tools surface-export" }, html("span", { class: "muted" }, "Save as"), ...buttons), offer };
}

/**
 * The figure in the theme's colours with its title, a legend and, on a picture, the words below it.
 * @param {Takeaway} plot
 * @param {boolean} told  are the words part of it?
 * @returns {Figure|null}
 */
function whole(plot, told) {
  const figure = plot.figure();
  if (!figure) return null;
  const [ink, paper] = [colour("--ink"), colour("--surface")];
  const lines = told ? broken(plot.words()) : [];
  const foot = FOOT + lines.length * STEP;
  const words = { text: lines.join("<br>"), showarrow: false, align: "left", xref: "paper", yref: "paper", x: 0, y: 0, xanchor: "left", yanchor: "top", yshift: -FOOT, font: { size: 12 } };
  const layout = {
    ...figure.layout, title: { text: plot.title(), x: 0.02, xanchor: "left", font: { size: 18 } }, paper_bgcolor: paper, plot_bgcolor: paper, font: { color: ink },
    showlegend: true, legend: { orientation: "h", x: 0, y: 1, xanchor: "left", yanchor: "bottom", bgcolor: "rgba(0,0,0,0)" }, margin: { l: 70, r: 30, t: 130, b: foot + 12 },
    annotations: [...(figure.layout.annotations ?? []), ...(told ? [words] : [])],
  };
  return { data: figure.data, layout };
}

/** @param {string} text @returns {string[]} lines of at most LINE characters */
function broken(text) {
  /** @type {string[]} */
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines[lines.length - 1];
    if (last && last.length + word.length >= LINE) lines.push(word);
    else lines[lines.length - 1] = last ? `${last} ${word}` : word;
  }
  return lines;
}

/** @param {(string|number|null)[][]} rows @returns {string} */
function csv(rows) {
  const cell = (/** @type {string|number|null} */ value) => (typeof value === "string" && /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : String(value ?? ""));
  return rows.map((row) => `${row.map(cell).join(",")}\n`).join("");
}

/**
 * A page that needs nothing else: plotly.js is in it.
 * @param {Figure} figure
 * @param {Takeaway} plot
 * @returns {Promise<string>}
 */
async function page(figure, plot) {
  const library = (await source()).replaceAll("</script", "<\\/script");
  const data = JSON.stringify(figure).replaceAll("<", "\\u003c");
  const plain = (/** @type {string} */ text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${plain(plot.title())}</title></head>
<body style="margin:0;font-family:system-ui;color:${colour("--ink")};background:${colour("--surface")}">
<div id="plot" style="height:86vh"></div><p style="margin:0 1rem 1rem">${plain(plot.words())}</p><script>${library}</script>
<script>const figure = ${data}; Plotly.newPlot("plot", figure.data, figure.layout, {responsive: true, displaylogo: false});</script></body></html>`;
}

/** @param {string} name @param {string} address */
function save(name, address) {
  html("a", { href: address, download: name }).click();
}

/** @param {string} name @param {string} text @param {string} type */
function saveText(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  save(name, address);
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
