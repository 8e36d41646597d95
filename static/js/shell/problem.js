/**
 * The server's words beside the control that they are about.
 *
 * @typedef {import("../base/types.js").Problem} Problem
 */
import { element } from "./fields.js";

/**
 * The nearest to `layers.2.units` that the form has: the field, its layer, the layers, or the form.
 * @param {HTMLElement} form
 * @param {string} path
 * @returns {HTMLElement}
 */
function rowOf(form, path) {
  for (let at = path; at; at = at.slice(0, Math.max(0, at.lastIndexOf(".")))) {
    const row = /** @type {HTMLElement|null} */ (form.querySelector(`[data-field="${CSS.escape(at)}"], [data-field="${CSS.escape(`${at}.kind`)}"]`));
    if (row) return /** @type {HTMLElement} */ (row.closest(".field") ?? row);
  }
  return form;
}

/** @param {HTMLElement} form */
export function hideProblem(form) {
  for (const old of form.querySelectorAll(".problem")) old.remove();
  for (const control of form.querySelectorAll("[aria-invalid]")) {
    control.removeAttribute("aria-invalid");
    control.removeAttribute("aria-errormessage");
    const rest = (control.getAttribute("aria-describedby") ?? "").replace(/\s*problem[\w-]*$/, "");
    if (rest) control.setAttribute("aria-describedby", rest);
    else control.removeAttribute("aria-describedby");
  }
}

/**
 * @param {HTMLElement} form
 * @param {Problem} problem
 * @param {[string, () => void][]} actions
 * @param {{until?: string, first?: boolean}} [options]  until: what holds meanwhile; first: of several, the one to be spoken
 */
export function showProblem(form, problem, actions, { until = "", first = true } = {}) {
  const id = first ? "problem" : `problem-${(problem.field ?? "").replaceAll(".", "-")}`;
  const row = rowOf(form, problem.field ?? "");
  const control = form.querySelector(`[name="${CSS.escape(problem.field ?? "")}"]`) ?? row.querySelector("[name]");
  if (control) {
    control.setAttribute("aria-invalid", "true");
    control.setAttribute("aria-errormessage", id);
    control.setAttribute("aria-describedby", `${control.getAttribute("aria-describedby") ?? ""} ${id}`.trim());
  }
  const buttons = actions.map(([words, act]) => {
    const button = element("button", { type: "button" }, words);
    button.addEventListener("click", act);
    return button;
  });
  const text = element("p", {}, sentence(told(problem.message, control)));
  const hints = [untaken(problem.hint, actions), until].filter(Boolean).map((words) => element("p", { class: "muted" }, words));
  const shown = element("div", { class: "problem", id, role: first ? "alert" : undefined }, text, ...hints, element("div", { class: "banner-actions" }, ...buttons));
  if (row === form) form.prepend(shown);
  else row.append(shown);
  if (first) shown.scrollIntoView({ block: "nearest" });
}

/** A hint that a button carries out needs no line of its own. @param {string} hint @param {[string, () => void][]} actions */
function untaken(hint, actions) {
  const said = hint && sentence(hint);
  return actions.some(([words]) => sentence(words) === said) ? "" : said;
}

/**
 * The server's words for whoever sits at a control: the document's null is a field that is left empty.
 * @param {string} message
 * @param {Element|null} control
 */
function told(message, control) {
  const unread = control instanceof HTMLInputElement && control.validity.badInput;
  const empty = control instanceof HTMLInputElement && control.type === "number" && control.placeholder;
  const some = control instanceof HTMLInputElement && control.dataset.choice !== undefined;
  return some ? chosen(message, control) : message.replace(/ or null\b/, empty ? ` or an empty field (${empty})` : "").replace(/, got null$/, unread ? "; what is typed here is no number" : "; the field is empty");
}

/**
 * The same of check boxes, as they are written beside them: x₁² for the document's x1^2.
 * @param {string} message
 * @param {HTMLInputElement} control  one of them
 */
function chosen(message, control) {
  const boxes = /** @type {HTMLInputElement[]} */ ([...(control.form?.elements ?? [])].filter((one) => one instanceof HTMLInputElement && one.name === control.name));
  const titles = boxes.map((box) => box.labels?.[0]?.textContent ?? box.value).join(", ");
  return message.replace(boxes.map((box) => box.value).join(", "), titles).replace(/, got \[\]$/, "; none is chosen");
}

/** @param {string} text */
function sentence(text) {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(capital) ? capital : `${capital}.`;
}
