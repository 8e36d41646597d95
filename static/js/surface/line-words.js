/**
 * What the line says in words and numbers: whose step it is, what was promised, from which learning rate on descent would diverge.
 *
 * @typedef {import("./descents.js").Run} Run
 * @typedef {import("./line-heights.js").Heights} Heights
 */
import { percent, show, signed } from "../base/format.js";
import { blankInWords } from "../plot/blank.js";
import { inWords } from "./descents.js";

const ROWS = 25; // points of the line in its table
export const COLUMNS = ["what", "at", "loss", "tangent"];

/**
 * @param {any} answer
 * @param {Run|null} run
 * @param {Heights} heights
 * @param {string} label
 * @param {number} shift
 * @returns {{summary: string, about: string}}
 */
export function lineWords(answer, run, heights, label, shift) {
  const { step, rates, notes } = answer;
  const share = step.share === null ? "no promise was made" : step.share < 0 ? "the other way" : `${show(100 * step.share, 3)} % of it`;
  const summary = run && rates
    ? `Gradient descent held on this line, from here: ${inWords(rates, [run])}`
    : `The tangent promised ${signed(step.promised)}, the loss did ${signed(step.actual)}: ${share}. The step is ${step.whose}.`;
  const more = notes.map((/** @type {string} */ text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`);
  return { summary, about: [...more, critical(answer), shape(answer, label, shift), cut(heights)].filter(Boolean).join(" ") };
}

/** Both rates are learning rates of gradient descent: of descent held on the line, and of descent that is free. @param {any} answer */
function critical({ rates, curvature, bend, step }) {
  const { corners, over } = bend;
  const stretch = over === step.at ? "the step" : `the next ${show(Math.abs(over))}`;
  // Between two corners a bend says nothing of a step across them.
  const where = corners.length ? `On average over ${stretch}, corners included (${corners.join(", ")}),` : "";
  if (curvature === null) return "How the line bends here is beyond what a float64 can hold, so no critical learning rate is told.";
  if (!rates) return `${where || "Here"} the line ${curvature === 0 ? "is straight" : "does not bend upwards"}, and a parabola like that has no critical learning rate.`;
  const grows = where ? `${where} the slope grows by ${show(rates.curvature)} for each unit of length` : `Along this line the slope grows by ${show(rates.curvature)} for each unit of length here`;
  const held = `${grows}: held on a parabola like it, gradient descent would diverge beyond η = ${show(rates.critical_learning_rate)}.`;
  return rates.whole ? `${held} Free to move anywhere it diverges beyond η = ${show(rates.whole)}: the steepest direction at the optimum decides.` : held;
}

/** @param {any} answer @param {string} label @param {number} shift */
function shape({ convexity }, label, shift) {
  const first = convexity.at?.[0];
  // The server counts from the present weights; the axis may show a weight's own value.
  const statement = shift && first !== undefined ? convexity.statement.replace(/near t = \S+/, `near ${label} = ${show(first + shift, 3)}`) : convexity.statement;
  return first === undefined ? statement : `${statement} Where it is not convex the curve is dashed in red.`;
}

/** @param {Heights} heights */
function cut(heights) {
  const above = heights.above > 0 ? `Heights are cut off at ${show(heights.top)}; ${percent(heights.above)} of the line is higher.` : "";
  const missing = heights.missing > 0 ? `${percent(heights.missing)} of the line has no finite loss and is not drawn.` : "";
  return [above, missing, blankInWords(heights.blank, "the line")].filter(Boolean).join(" ");
}

/**
 * The line as rows: some of its points, then the steps that are drawn on it.
 * @param {any} answer
 * @param {Run|null} run
 * @param {number} shift
 * @returns {[string, number, number|null, number][]}
 */
export function lineRows(answer, run, shift, most = ROWS) {
  const { values } = answer.axes[0];
  const { loss, slope } = answer.tangent;
  const every = Math.max(1, Math.round((values.length - 1) / (most - 1)));
  const row = (/** @type {string} */ what, /** @type {number} */ t, /** @type {number|null} */ v) => /** @type {[string, number, number|null, number]} */ ([what, t + shift, v, loss + slope * t]);
  const points = values.flatMap((/** @type {number} */ t, /** @type {number} */ i) => (i % every ? [] : [row("the line", t, answer.loss[i])]));
  const steps = run ? run.path.map((p, k) => row(`step ${k}, η = ${show(run.learning_rate, 3)}`, p.at, p.loss)) : [row("now", 0, loss), row("the step", answer.step.at, answer.step.loss)];
  return [...points, ...steps];
}
