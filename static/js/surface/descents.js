/**
 * Of a model of two parameters the plane is its whole loss: gradient descent on it at rates on both sides of the critical one, each
 * really taken by the server from the present weights, and called what it was seen to do.
 *
 * @typedef {import("./model.js").Landscape} Landscape
 * @typedef {import("./actors.js").Trail} Trail
 * @typedef {{name: string, learning_rate: number, seen: string, path: {at: any, loss: number|null}[]}} Run
 * @typedef {{runs: Run[], curvature: number, critical_learning_rate: number, whole?: number|null, tried: number, unseen: string[]}} Rates
 */
import { show } from "../base/format.js";
import { choice } from "../plot/parts.js";

const ALL = "all";
const DOES = /** @type {Record<string, string>} */ ({
  creep: "creeps", converge: "converges", oscillate: "oscillates", swing: "swings without settling", strand: "leaps higher and stays", diverge: "diverges",
});

/** @param {Run} run @returns {string} what a descent at this rate was seen to do */
export function does(run) {
  return DOES[run.seen] ?? run.seen;
}

/** @param {Run} run @returns {string} the name of a rate in a menu: its number first, for menus are narrow */
export function named(run) {
  return `η = ${show(run.learning_rate, 3)}: ${does(run)}`;
}

/**
 * What no rate was seen to do, and what each of the chosen did.
 * @param {Rates} rates
 * @param {Run[]} chosen
 * @returns {string}
 */
export function inWords({ tried, unseen }, chosen) {
  const told = chosen.map((run) => `with η = ${show(run.learning_rate, 3)} it ${does(run)}, from a loss of ${show(run.path[0].loss)} to ${show(run.path[run.path.length - 1].loss)}`);
  const not = unseen.length ? ` Of ${tried} rates tried, none ${unseen.map((kind) => DOES[kind]).join(" or ")}.` : "";
  return `${told.join("; ")}.${not}`;
}

/** @param {() => void} chosen */
export function descents(chosen) {
  const picked = choice("Rates", [["", "none"]], chosen);
  picked.element.title = "Gradient descent over all training examples from where the ball is, with learning rates on both sides of the critical one.";
  /** @type {Rates|null} the answer whose rates are on offer */
  let known = null;

  /** @param {Landscape} land @returns {Run[]} */
  function shown({ picture }) {
    if (!picked.select.value) return [];
    return (picture?.answer.rates?.runs ?? []).filter((/** @type {Run} */ run) => [run.name, ALL].includes(picked.select.value));
  }

  return {
    element: picked.element,
    /** @param {Landscape} land */
    offer({ picture }) {
      const rates = picture?.answer.rates ?? null;
      picked.element.hidden = !rates;
      if (rates === known) return;
      known = rates;
      const before = picked.select.value;
      const options = /** @type {[string, string][]} */ ((rates?.runs ?? []).map((/** @type {Run} */ run) => [run.name, named(run)]));
      picked.fill([["", "none"], ...options, [ALL, `all ${options.length}`]], before);
      if (picked.select.selectedIndex < 0) picked.select.value = "";
    },
    /** @param {Landscape} land @returns {Trail[]} */
    trails(land) {
      const [a, b] = land.picture?.shift ?? [0, 0];
      return shown(land).map((run) => ({
        name: `${does(run)}: η = ${show(run.learning_rate, 3)}`,
        brief: `η = ${show(run.learning_rate, 3)}`,
        look: run.seen,
        dotted: true,
        path: run.path.filter((p) => p.at.every(Number.isFinite)).map((p) => [p.at[0] + a, p.at[1] + b]),
      }));
    },
    /** @param {Landscape} land @returns {string} */
    words(land) {
      const runs = shown(land);
      return known && runs.length ? `Gradient descent over all examples from here, at most ${Math.max(...runs.map((run) => run.path.length - 1))} steps: ${inWords(known, runs)}` : "";
    },
  };
}
