/**
 * The runs of the race as a table: what each is, editable while none runs, and how it stands. The results are those of the runs as they
 * stand in it, so an edit after a race is another line-up.
 *
 * @typedef {import("../base/types.js").Context} Context
 * @typedef {import("./lineups.js").Entrant} Entrant
 */
import { words } from "../base/format.js";
import { html } from "../plot/host.js";
import { svg } from "../base/svg.js";
import { MOST, kindTitle, optimizerOf, pace, present, titleOf } from "./lineups.js";

/** A column's head, and what it means. @type {[string, string][]} */
const HEADS = [
  ["", ""], ["optimizer", ""], ["η or λ", "The learning rate; of Levenberg–Marquardt, which has none, the damping it begins with."], ["gradient by", ""],
  ["order", "The seed that shuffles the examples into batches: runs of the same order see the same batches."],
  ["place", "By training loss; runs whose losses agree to a millionth share a place."], ["loss", "Over all training examples."],
  ["gap", "How far the plane’s loss under the run is from its true loss."], ["off the plane", "The distance of the run’s weights from the plane."],
  ["at update", ""], ["sweeps so far", "Passes through the network, forward or backward."], ["", ""], ["", ""],
];
const RESULTS = /** @type {[string, string][]} */ ([["place", "place"], ["loss", "loss"], ["gap", "gap"], ["distance", "off the plane"], ["step", "at update"], ["sweeps", "sweeps so far"]]);
/** Why the rates of a field of optimizers differ. */
const RATES = "The present optimizer has the rate of the experiment, every other one its usual rate: what η multiplies differs, so equal rates would be no equal steps. Gradient descent’s step is η times the slope; Adam moves every weight by about η, however steep it is.";

/**
 * @param {Context} context
 * @param {() => void} edited  by hand: the results of a race are no longer of these runs
 */
export function entrantTable({ store }, edited) {
  const body = html("tbody", {});
  const add = html("button", { type: "button" }, "Add a run");
  const rates = html("span", { class: "plot-about" });
  const table = html("table", { class: "race-entrants" }, html("thead", {}, html("tr", {}, ...HEADS.map(([text, title]) => html("th", { scope: "col", ...(title ? { title } : {}) }, text)))), body);
  const element = html("fieldset", { class: "race-entry", "aria-label": "The runs" }, table, html("p", { class: "race-more" }, add, rates));
  /** @type {Entrant[]} */
  let list = [];
  /** @type {{colour: string, dash: string}[]} */
  let looks = [];

  /** @param {Entrant[]} next */
  function edit(next) {
    list = next;
    write();
    edited();
  }

  /** @param {number} i @param {Partial<Entrant>} change_ */
  function change(i, change_) {
    edit(list.map((entrant, k) => (k === i ? { ...entrant, ...change_ } : entrant)));
  }

  /** @param {string} label @param {"optimizer"|"gradient"} part @param {string} chosen @param {(kind: string) => void} heard */
  function select(label, part, chosen, heard) {
    const options = store.get(`catalog.${part}`).map((/** @type {any} */ entry) => html("option", { value: entry.kind }, entry.title));
    const field = html("select", { "aria-label": label, title: kindTitle(store.get("catalog"), part, chosen) }, ...options);
    field.value = chosen;
    field.addEventListener("change", () => heard(field.value));
    return field;
  }

  /** @param {string} label @param {number} value @param {(value: number) => void} heard */
  function number(label, value, heard) {
    const field = html("input", { type: "number", step: "any", value: String(value), "aria-label": label });
    field.addEventListener("change", () => {
      if (Number.isFinite(field.valueAsNumber)) heard(field.valueAsNumber);
    });
    return field;
  }

  /** @param {Entrant} entrant @param {number} i */
  function row(entrant, i) {
    const { optimizer, gradient, seed } = entrant;
    const name = pace(optimizer);
    const drop = html("button", { type: "button", class: "quiet", "aria-label": `Take run ${i + 1} out` }, "×");
    drop.addEventListener("click", () => edit(list.filter((_, k) => k !== i)));
    // In cards, where the table's head is not seen, every cell says what it is.
    const cell = (/** @type {string} */ said, /** @type {Node} */ field) => html("td", { "data-said": said }, field);
    return html("tr", {},
      html("td", {}, swatch(looks[i])),
      cell("", select(`Optimizer of run ${i + 1}`, "optimizer", optimizer.kind, (kind) => change(i, { optimizer: optimizerOf(store.get("catalog"), store.get("experiment"), kind) }))),
      cell(name === "damping" ? "λ" : "η", number(`${words(name)} of run ${i + 1}`, optimizer[name], (value) => change(i, { optimizer: { ...optimizer, [name]: value } }))),
      cell("gradient by", select(`Gradient method of run ${i + 1}`, "gradient", gradient.kind, (kind) => change(i, { gradient: { kind } }))),
      cell("order", number(`Order of the examples of run ${i + 1}`, seed, (value) => change(i, { seed: Math.max(0, Math.round(value)) }))),
      ...RESULTS.map(([field, said]) => html("td", { class: "race-result", "data-said": said, "data-path": `race.rows.${i}.${field}` })),
      html("td", { class: "race-said" }),
      html("td", {}, drop));
  }

  function write() {
    body.replaceChildren(...list.map(row));
    add.hidden = list.length >= MOST;
    rates.textContent = new Set(list.map(({ optimizer }) => optimizer.kind)).size > 1 ? RATES : "";
  }

  add.addEventListener("click", () => edit([...list, present(store.get("experiment"))]));

  return {
    element,
    get list() {
      return list;
    },
    /** @param {Entrant[]} next */
    set(next) {
      list = next.slice(0, MOST);
      write();
    },
    /** @param {{colour: string, dash: string}[]} next */
    looks(next) {
      looks = next;
      write();
    },
    /** What went wrong with a run is said in its row; without a race nothing has. @param {any[]} rows */
    results(rows) {
      table.classList.toggle("race-unrun", rows.every(({ step }) => step === null));
      [...body.children].forEach((line, i) => {
        const said = line.querySelector(".race-said");
        const problem = rows[i]?.problem ?? "";
        if (!said || said.textContent === problem) return;
        said.textContent = problem;
        line.classList.toggle("race-out", Boolean(problem));
      });
    },
    /** @param {number} i */
    title: (i) => (list[i] ? titleOf(store.get("catalog"), list[i], list) : ""),
  };
}

/** @param {{colour: string, dash: string}|undefined} look */
function swatch(look) {
  const picture = svg("svg", { width: "1.875rem", height: "0.625rem", viewBox: "0 0 30 10", "aria-hidden": "true" });
  const dashes = { solid: "none", dash: "9 4", dot: "2 3", dashdot: "9 3 2 3", longdash: "16 4", longdashdot: "16 3 3 3" };
  const dash = /** @type {Record<string, string>} */ (dashes)[look?.dash ?? ""] ?? (look?.dash ?? "").replaceAll("px", "");
  svg("path", { d: "M1 5h28", stroke: look?.colour ?? "currentColor", "stroke-width": 3, "stroke-dasharray": dash }, picture);
  return picture;
}
