/**
 * Form fields from the catalogue: a label with its symbol, the control, and its help. Every control is named with its path in the
 * experiment, `optimizer.learning_rate`, as it is everywhere.
 *
 * @typedef {import("../base/types.js").Field} Field
 * @typedef {import("../base/types.js").Entry} Entry
 */
import { label as labelled } from "../base/format.js";
import { rowsOf } from "./rows.js";
import { scaleOf } from "./scale.js";

const TRAVEL = 1000;
const ROWS = "Write or paste a line for each, such as 0, 1; or JSON.";

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, any>} [attributes] false and undefined leave an attribute out
 * @param {...(Node|string|null)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : String(value));
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** @param {string} path */
export function idOf(path) {
  return `field-${path.replaceAll(".", "-")}`;
}

/**
 * @param {Field} field
 * @param {string} path
 * @param {any} value
 * @param {{label?: string}} [options]
 * @returns {HTMLElement}
 */
export function fieldRow(field, path, value, { label = labelled(field.name) } = {}) {
  const id = idOf(path);
  const symbol = field.symbol && field.symbol.toLowerCase() !== label.toLowerCase() ? element("i", { "aria-hidden": "true" }, field.symbol) : null;
  const help = field.help ? element("span", { class: "tip", id: `${id}-help`, role: "tooltip" }, field.type === "array" ? `${field.help} ${ROWS}` : field.help) : null;
  const caption = element("span", { class: "caption" }, element("label", { for: id }, label), symbol ? " " : null, symbol);
  return element("div", { class: `field field-${field.type}`, "data-field": path }, caption, ...controls(field, path, value), help);
}

/**
 * @param {Field} field
 * @param {string} path
 * @param {any} value
 * @returns {HTMLElement[]}
 */
function controls(field, path, value) {
  const common = { id: idOf(path), name: path, "aria-describedby": field.help ? `${idOf(path)}-help` : undefined };
  switch (field.type) {
    case "number":
    case "integer":
      return numeric(field, path, value, common);
    case "boolean":
      return [element("input", { ...common, type: "checkbox", checked: Boolean(value) })];
    case "choice":
      return [selectOf(common, (field.choices ?? []).map((name) => [name, labelled(name)]), value)];
    case "choices":
      return [choicesOf(field, path, value, common)];
    default:
      return [element("textarea", { ...common, rows: 3, spellcheck: "false", "data-json": true }, listText(value))];
  }
}

/**
 * @param {Field} field
 * @param {string} path
 * @param {any} value
 * @param {Record<string, any>} common
 * @returns {HTMLElement[]}
 */
function numeric(field, path, value, common) {
  const scale = scaleOf(field);
  const bounds = { min: field.above ? undefined : field.low, max: field.below ? undefined : field.high };
  const input = element("input", { ...common, ...bounds, type: "number", step: field.type === "integer" ? 1 : "any", value: value ?? "", inputmode: "decimal", placeholder: field.nullable ? "all" : undefined });
  if (!scale) return [input];
  const travel = Math.round(TRAVEL * scale.toTravel(value ?? field.high ?? 0));
  const slider = element("input", { type: "range", min: 0, max: TRAVEL, step: 1, value: travel, "data-slides": path, "aria-label": `${labelled(field.name)} slider`, "aria-valuetext": value ?? "all" });
  slider.addEventListener("input", () => {
    const chosen = scale.toValue(Number(slider.value) / TRAVEL);
    input.value = String(chosen);
    slider.setAttribute("aria-valuetext", input.value);
    input.dispatchEvent(new CustomEvent("slide", { bubbles: true }));
  });
  input.addEventListener("settle", () => {
    if (input.value === "" && !field.nullable) return; // nothing to slide to
    slider.value = String(Math.round(TRAVEL * scale.toTravel(input.value === "" ? (field.high ?? 0) : Number(input.value))));
    slider.setAttribute("aria-valuetext", input.value || "all");
  });
  return [slider, input];
}

/**
 * Words of which any may be chosen: check boxes.
 * @param {Field} field
 * @param {string} path
 * @param {string[]} value
 * @param {Record<string, any>} common
 * @returns {HTMLElement}
 */
function choicesOf(field, path, value, common) {
  const boxes = (field.choices ?? []).map((word, i) =>
    element("label", { class: "choice" }, element("input", { type: "checkbox", name: path, value: word, "data-choice": true, checked: (value ?? []).includes(word) }), field.titles?.[i] ?? word),
  );
  return element("div", { class: "choices", id: common.id, role: "group", "aria-label": labelled(field.name), "aria-describedby": common["aria-describedby"] }, ...boxes);
}

/**
 * @param {Record<string, any>} attributes
 * @param {[string, string][]} options value and words
 * @param {string} chosen
 * @returns {HTMLSelectElement}
 */
export function selectOf(attributes, options, chosen) {
  const select = element("select", attributes, ...options.map(([value, text]) => new Option(text, value)));
  select.value = chosen;
  return select;
}

/**
 * The picker of a catalogue's kinds.
 * @param {Entry[]} entries
 * @param {string} path e.g. "optimizer"
 * @param {string} label
 * @param {string} kind
 * @returns {HTMLElement}
 */
export function kindRow(entries, path, label, kind) {
  const id = idOf(`${path}.kind`);
  const help = entries.find((entry) => entry.kind === kind)?.help ?? "";
  const select = selectOf({ id, name: `${path}.kind`, "aria-describedby": `${id}-help` }, entries.map((entry) => [entry.kind, entry.title]), kind);
  return element("div", { class: "field field-kind", "data-field": `${path}.kind` }, element("label", { for: id }, label), select, element("span", { class: "tip", id: `${id}-help`, role: "tooltip" }, help));
}

/**
 * What a control says: a number, a word, a list; NaN for a number that cannot be read.
 * @param {HTMLElement} control
 * @param {HTMLElement} root
 * @returns {any}
 */
export function valueOf(control, root) {
  if (control instanceof HTMLTextAreaElement) return parsedJson(control.value);
  if (control instanceof HTMLSelectElement) return control.value;
  if (!(control instanceof HTMLInputElement)) return undefined;
  if (control.dataset.choice !== undefined) {
    const chosen = /** @type {NodeListOf<HTMLInputElement>} */ (root.querySelectorAll(`input[name="${control.name}"]:checked`));
    return [...chosen].map((box) => box.value);
  }
  if (control.type === "checkbox") return control.checked;
  if (control.validity.badInput) return NaN;
  return control.value === "" ? null : Number(control.value);
}

/** What is neither JSON nor rows of numbers stays the text that it is; what is wrong with it is told. @param {string} text @returns {any} */
function parsedJson(text) {
  try {
    return JSON.parse(text.replaceAll("−", "-"));
  } catch {
    return rowsOf(text) ?? text;
  }
}

/** Text is none of the lists that a field holds, but what was typed instead: it stays as it was typed. @param {any} value */
function listText(value) {
  return typeof value === "string" ? value : JSON.stringify(value ?? []);
}

/**
 * Show another value in a control that is there already.
 * @param {Element} control
 * @param {any} value
 */
export function show(control, value) {
  if (control instanceof HTMLInputElement && control.dataset.choice !== undefined) control.checked = (value ?? []).includes(control.value);
  else if (control instanceof HTMLInputElement && control.type === "checkbox") control.checked = Boolean(value);
  else if (control instanceof HTMLTextAreaElement) control.value = listText(value);
  else if (control instanceof HTMLInputElement || control instanceof HTMLSelectElement) {
    const text = value == null || Number.isNaN(value) ? "" : String(value);
    if (control.value !== text) control.value = text;
    control.dispatchEvent(new CustomEvent("settle"));
  }
}
