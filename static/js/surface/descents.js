/**
 * Of a model of two parameters the plane is its whole loss: gradient descent on it at rates that creep, converge, oscillate and
 * diverge, each really taken by the server from the present weights.
 *
 * @typedef {import("./model.js").Landscape} Landscape
 * @typedef {import("./actors.js").Trail} Trail
 */
import { show } from "../base/format.js";
import { choice } from "../plot/parts.js";

const ALL = "all";
const DOES = /** @type {Record<string, string>} */ ({ creep: "creeps", converge: "converges", oscillate: "oscillates", diverge: "diverges" });

/** @param {() => void} chosen */
export function descents(chosen) {
  const picked = choice("Rates", [["", "none"]], chosen);
  picked.element.title = "Gradient descent over all training examples from here, with learning rates on both sides of the critical one.";
  /** @type {any} the answer whose rates are on offer */
  let known = null;

  return {
    element: picked.element,
    /** @param {Landscape} land */
    offer({ picture }) {
      const rates = picture?.answer.rates ?? null;
      picked.element.hidden = !rates;
      if (rates === known) return;
      known = rates;
      const before = picked.select.value;
      const options = /** @type {[string, string][]} */ ((rates?.runs ?? []).map((/** @type {any} */ run) => [run.name, `a rate that ${DOES[run.name]}: η = ${show(run.learning_rate, 3)}`]));
      picked.fill([["", "none"], ...options, [ALL, "all four"]], before);
      if (picked.select.selectedIndex < 0) picked.select.value = "";
    },
    /** @param {Landscape} land @returns {Trail[]} */
    trails({ picture }) {
      if (!picture || !picked.select.value) return [];
      const [a, b] = picture.shift;
      const runs = (picture.answer.rates?.runs ?? []).filter((/** @type {any} */ run) => [run.name, ALL].includes(picked.select.value));
      return runs.map((/** @type {any} */ run) => ({
        name: `${DOES[run.name]}: η = ${show(run.learning_rate, 3)}`,
        look: run.name,
        dotted: true,
        path: run.path.filter((/** @type {any} */ p) => p.at.every(Number.isFinite)).map((/** @type {any} */ p) => [p.at[0] + a, p.at[1] + b]),
      }));
    },
    /** @param {Landscape} land @returns {string} */
    words({ picture }) {
      const runs = (picture?.answer.rates?.runs ?? []).filter((/** @type {any} */ run) => picked.select.value && [run.name, ALL].includes(picked.select.value));
      if (!runs.length) return "";
      const told = runs.map((/** @type {any} */ run) => `with η = ${show(run.learning_rate, 3)} it would ${run.seen}`);
      return `Gradient descent over all examples from here, ${runs[0].path.length - 1} steps: ${told.join("; ")}.`;
    },
  };
}
