/**
 * The third state of the plane through the start and the present weights: none, the best one so far, one of the path, or one that was
 * kept, such as the end of a run that was then taken back.
 *
 * @typedef {import("./model.js").Spec} Spec
 * @typedef {import("./visits.js").Visits} Visits
 * @typedef {import("./visits.js").Visit} Visit
 * @typedef {{step: number, visit: Visit|null}} Known  null: the run's state at that update, which must yet be found
 * @typedef {{best: true}|Known} Third
 */
import { count, show } from "../base/format.js";
import { html } from "../plot/host.js";
import { choice } from "../plot/parts.js";
import { unflatten } from "../base/vectors.js";

/**
 * The plane as the server takes it: what stands for a state becomes that state. «The best so far» is found anew at every question.
 * A state that is not at hand must have been found before.
 * @param {Spec} spec
 * @param {Visits} visits
 * @param {import("../base/types.js").State} state  whose parameters have the form of all
 * @returns {Spec}
 */
export function pointsOf({ third, ...spec }, visits, state) {
  const visit = third && ("best" in third ? lowest(visits.list) : third.visit);
  if (!visit) return spec;
  return { ...spec, points: [...spec.points, { step: visit.step, params: unflatten(state.params, visit.vector) }] };
}

/** @param {Visit[]} list @returns {Visit|null} the visited state of the least loss */
export function lowest(list) {
  const known = list.filter((visit) => visit.loss !== null);
  return known.length ? known.reduce((a, b) => (/** @type {number} */ (b.loss) < /** @type {number} */ (a.loss) ? b : a)) : null;
}

/**
 * The controls to choose it.
 * @param {() => Visits} visits
 * @param {() => string} run  what tells the present run from others
 * @param {() => void} chosen
 */
export function thirdState(visits, run, chosen) {
  /** The state kept, and the run that it is of. @type {Known & {run: string}|null} */
  let kept = null;
  const among = choice("third state", [], () => begin());
  const slider = html("input", { type: "range", min: "0", value: "0", "aria-label": "Which visited state" });
  const which = html("output", { class: "surface-which" });
  const keep = html("button", { type: "button", title: "Remember the present weights, such as the end of a run, also when the run is taken back or begun anew." }, "Keep this state");
  const element = html("span", { class: "surface-third" }, among.element, slider, which, keep);

  /** @returns {Visit|null} */
  function picked() {
    const { list } = visits();
    return list[Math.min(list.length - 1, Number(slider.value))] ?? null;
  }

  function offer() {
    const options = /** @type {[string, string][]} */ ([["", "none (random)"], ["best", "the best so far"], ["visit", "one of the path"]]);
    if (kept) options.push(["kept", `kept: update ${count(kept.step)}${kept.visit ? `, loss ${show(kept.visit.loss)}` : ""}`]);
    const now = among.select.value;
    among.fill(options, options.some(([value]) => value === now) ? now : "");
    refresh();
  }

  function refresh() {
    slider.hidden = among.select.value !== "visit";
    which.hidden = slider.hidden;
    if (slider.hidden) return;
    slider.max = String(Math.max(0, visits().list.length - 1));
    const visit = picked();
    which.textContent = visit ? `update ${count(visit.step)}` : "";
  }

  function tell() {
    refresh();
    chosen();
  }

  /** Of the path, a state in its midst to begin with: the start lies on the plane anyway. */
  function begin() {
    refresh();
    if (!slider.hidden) slider.value = String(Math.floor(Number(slider.max) / 2));
    tell();
  }

  slider.addEventListener("input", refresh);
  slider.addEventListener("change", tell);
  keep.addEventListener("click", () => {
    const visit = visits().list.at(-1);
    kept = visit ? { step: visit.step, visit, run: run() } : null;
    offer();
    if (kept) among.select.value = "kept";
    tell();
  });

  return {
    element,
    offer,
    refresh,
    /** Another network: its states have another form. */
    clear() {
      kept = null;
      offer();
    },
    /** What the address says. @param {"best"|number|null} told */
    tell(told) {
      if (typeof told === "number") kept = { step: told, visit: null, run: run() };
      offer();
      among.select.value = told === "best" ? told : told === null ? "" : "kept";
      refresh();
    },
    /** In words for the address; null: none, or one of another run, which no address tells of. @returns {"best"|number|null} */
    get told() {
      const { value } = among.select;
      if (value === "best") return value;
      if (value === "kept") return kept && kept.run === run() ? kept.step : null;
      return value ? (picked()?.step ?? null) : null;
    },
    /** @returns {Third|null} */
    get value() {
      const { value } = among.select;
      if (value === "best") return { best: true };
      if (value === "kept") return kept;
      const visit = value ? picked() : null;
      return visit && { step: visit.step, visit };
    },
  };
}
