/**
 * Do the numbers stay when the gradient is found another way? To within the methods' accuracy; where a secant is too long or too short they
 * do not, and then it is said by how much and why.
 *
 * @typedef {import("../base/types.js").Store} Store
 */
import { h, number } from "../telling/parts.js";

/** What a comparison holds of how far apart the methods are; null of a network without parameters. @param {any} found */
export function worstOf(found) {
  return (found?.worst ? found.smooth : found?.along) ?? null;
}

/** What each paragraph tells of: the comparison whose numbers stand in it, and the cause. @type {WeakMap<HTMLElement, [any, string]>} */
const said = new WeakMap();

/**
 * @param {HTMLElement} paragraph
 * @param {Store} store
 */
export function tellKept(paragraph, store) {
  const found = store.get("comparison");
  const worst = worstOf(found);
  const at = found?.worst ? "comparison.smooth" : "comparison.along";
  const why = worst && !worst.agree ? cause(store, found) : "";
  const [of, blamed] = said.get(paragraph) ?? [undefined, ""];
  if (of === found && blamed === why) return;
  said.set(paragraph, [found, why]);
  paragraph.classList.toggle("apart", worst?.agree === false);
  if (!worst) paragraph.replaceChildren("The numbers and the path stay, to within the method’s accuracy; the cost changes.");
  else if (worst.agree) paragraph.replaceChildren("The numbers and the path stay, to within the method’s accuracy (worst disagreement ", number(`${at}.difference`), "); the cost changes.");
  else paragraph.replaceChildren(h("b", {}, "The numbers do not stay: "), "they differ by up to ", number(`${at}.difference`), ", ", number(`${at}.relative`, { "data-format": "percent" }), " of the largest gradient", ...because(why), " The path differs with them, and so does the cost.");
}

/** Which of the two errors of central differences it is. @param {string} why */
function because(why) {
  if (why === "") return [". See in the table below which method is off."];
  const far = "so long a way that the secant through its ends has another slope than the tangent.";
  const near = "so short a way that the difference of the losses drowns in rounding.";
  return [", because ", h("i", {}, "h"), " = ", number("experiment.gradient.step"), ` is ${why === "far" ? far : near}`];
}

/**
 * A step longer than the usual one bends the secant, a shorter one drowns in rounding; "" where it is not the step that is to blame.
 * @param {Store} store
 * @param {any} found
 */
function cause(store, found) {
  const { kind, step } = store.get("experiment.gradient");
  const off = (/** @type {any} */ method) => method.worst?.difference ?? 0;
  const farthest = [...found.methods].sort((a, b) => off(b) - off(a))[0]?.kind;
  const fields = (store.get("catalog.gradient") ?? []).find((/** @type {any} */ entry) => entry.kind === kind)?.fields ?? [];
  const usual = fields.find((/** @type {any} */ field) => field.name === "step")?.default;
  if (kind !== "numerical" || farthest !== "numerical" || step === undefined || step === usual) return "";
  return step > usual ? "far" : "near";
}
