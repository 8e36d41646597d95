/**
 * The runs of the race as a table: what each is, editable until it starts, and how it stands.
 *
 * @typedef {import("../base/types.js").Context} Context
 * @typedef {import("./lineups.js").Entrant} Entrant
 */
import { words } from "../base/format.js";
import { html, svg } from "../plot/host.js";
import { MOST, optimizerOf, pace, present, titleOf } from "./lineups.js";

const HEADS = ["", "optimizer", "η or λ", "gradient by", "order", "place", "loss", "at update", "sweeps so far", ""];

/**
 * @param {Context} context
 * @param {() => void} changed
 */
export function entrantTable({ store }, changed) {
  const body = html("tbody", {});
  const add = html("button", { type: "button" }, "Add a run");
  const table = html("table", { class: "race-entrants" }, html("thead", {}, html("tr", {}, ...HEADS.map((text) => html("th", { scope: "col" }, text)))), body);
  const element = html("div", { class: "race-entry" }, table, add);
  /** @type {Entrant[]} */
  let list = [];
  /** @type {{colour: string, dash: string}[]} */
  let looks = [];

  /** @param {number} i @param {Partial<Entrant>} change_ */
  function change(i, change_) {
    list = list.map((entrant, k) => (k === i ? { ...entrant, ...change_ } : entrant));
    write();
  }

  /** @param {string} label @param {string[]} kinds @param {string} chosen @param {(kind: string) => void} heard */
  function select(label, kinds, chosen, heard) {
    const field = html("select", { "aria-label": label }, ...kinds.map((kind) => html("option", { value: kind }, words(kind))));
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
    const kinds = (/** @type {string} */ part) => store.get(`catalog.${part}`).map((/** @type {any} */ entry) => entry.kind);
    const drop = html("button", { type: "button", class: "quiet", "aria-label": `Take run ${i + 1} out` }, "×");
    drop.addEventListener("click", () => {
      list = list.filter((_, k) => k !== i);
      write();
    });
    return html("tr", {},
      html("td", {}, swatch(looks[i])),
      html("td", {}, select(`Optimizer of run ${i + 1}`, kinds("optimizer"), optimizer.kind, (kind) => change(i, { optimizer: optimizerOf(store.get("catalog"), store.get("experiment"), kind) }))),
      html("td", {}, number(`${words(name)} of run ${i + 1}`, optimizer[name], (value) => change(i, { optimizer: { ...optimizer, [name]: value } }))),
      html("td", {}, select(`Gradient method of run ${i + 1}`, kinds("gradient"), gradient.kind, (kind) => change(i, { gradient: { kind } }))),
      html("td", {}, number(`Order of the examples of run ${i + 1}`, seed, (value) => change(i, { seed: Math.max(0, Math.round(value)) }))),
      ...["place", "loss", "step", "sweeps"].map((field) => html("td", { class: "race-result", "data-path": `race.rows.${i}.${field}` })),
      html("td", {}, drop));
  }

  function write() {
    body.replaceChildren(...list.map(row));
    add.hidden = list.length >= MOST;
    changed();
  }

  add.addEventListener("click", () => {
    list = [...list, present(store.get("experiment"))];
    write();
  });

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
    },
    /** What went wrong with a run is said in its row. @param {any[]} rows */
    results(rows) {
      rows.forEach((result, i) => {
        const line = /** @type {HTMLElement|undefined} */ (body.children[i]);
        if (!line || line.dataset.problem === result.problem) return;
        line.dataset.problem = result.problem;
        line.title = result.problem;
        line.classList.toggle("race-out", Boolean(result.problem));
      });
    },
    /** @param {number} i */
    title: (i) => (list[i] ? titleOf(list[i], list) : ""),
  };
}

/** @param {{colour: string, dash: string}|undefined} look */
function swatch(look) {
  const picture = svg("svg", { width: 30, height: 10, "aria-hidden": "true" });
  const dashes = { solid: "none", dash: "9 4", dot: "2 3", dashdot: "9 3 2 3", longdash: "16 4", longdashdot: "16 3 3 3" };
  const dash = /** @type {Record<string, string>} */ (dashes)[look?.dash ?? ""] ?? (look?.dash ?? "").replaceAll("px", "");
  svg("path", { d: "M1 5h28", stroke: look?.colour ?? "currentColor", "stroke-width": 3, "stroke-dasharray": dash }, picture);
  return picture;
}
