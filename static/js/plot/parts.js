/**
 * What every plot panel is made of: a head with a title, its tools, the plot, the numbers below it, a one-sentence summary for those
 * who do not see it, and its data as a table.
 *
 * @typedef {import("../base/types.js").Context} Context
 */
import { stale } from "../base/api.js";
import { say } from "../base/wording.js";
import { html } from "./host.js";

const SPOKEN = 900; // ms between two summaries: a screen reader must be able to follow

/**
 * Fill the panel's section; a heading that the shell has put there stays and is used.
 * @param {HTMLElement} root
 * @param {string} title
 * @param {Node[]} tools
 * @param {HTMLElement} body
 * @param {Node[]} numbers
 * @returns {{subtitle: HTMLElement, head: HTMLElement, front: HTMLElement, numbers: HTMLElement}}
 */
export function frame(root, title, tools, body, numbers) {
  const known = root.querySelector("h2, h3");
  const heading = known ?? html("h2", {}, title);
  const subtitle = html("span", { class: "plot-subtitle" });
  const bar = html("div", { class: "plot-tools" }, ...tools);
  const larger = enlarger(root);
  const more = html("button", { type: "button", class: "quiet plot-more", "aria-label": `About this plot: ${title}`, title: "What this shows, its summary and its table" }, "i");
  const head = html("div", { class: "plot-head" }, heading, subtitle, bar, more, larger);
  const row = html("p", { class: "plot-numbers" }, ...numbers);
  const front = html("div", { class: "plot-front" }, head, body, row);
  for (const child of [...root.children]) child.remove();
  root.classList.add("plot-panel");
  const up = html("button", { type: "button", class: "quiet", "aria-label": `Back to the plot: ${title}` }, "↑ plot");
  const back = html("div", { class: "plot-back" }, up);
  root.append(front, back);
  const go = (/** @type {number} */ top) => {
    const calm = document.documentElement.dataset.motion === "reduced";
    root.scrollTo({ top, behavior: calm ? "auto" : "smooth" });
  };
  more.addEventListener("click", () => go(root.scrollTop > 8 ? 0 : front.offsetHeight));
  // Below the plot its head is out of sight, and with it the button that led there.
  root.addEventListener("scroll", () => back.classList.toggle("is-needed", root.scrollTop > 8), { passive: true });
  up.addEventListener("click", () => {
    go(0);
    more.focus({ preventScroll: true });
  });
  return { subtitle, head, front, numbers: row };
}

/**
 * A button that lets the panel fill the window, for a projector or a small screen; Escape brings it back.
 * @param {HTMLElement} root
 * @returns {HTMLButtonElement}
 */
function enlarger(root) {
  const button = html("button", { type: "button", class: "quiet plot-larger", "aria-label": "Enlarge", "aria-pressed": "false", title: "Fill the window (Escape brings it back)" }, "⤢");
  /** @type {HTMLElement[]} */
  let behind = [];
  const set = (/** @type {boolean} */ large) => {
    root.classList.toggle("enlarged", large);
    // A rule that asked by `:has` whether any panel is enlarged would be asked anew of every frame of the network.
    if (large) document.documentElement.dataset.enlarged = root.dataset.panel;
    else delete document.documentElement.dataset.enlarged;
    button.setAttribute("aria-pressed", String(large));
    for (const each of behind) each.inert = false;
    behind = large ? covered(root) : [];
    for (const each of behind) each.inert = true;
  };
  button.addEventListener("click", () => set(!root.classList.contains("enlarged")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || !root.classList.contains("enlarged")) return;
    set(false);
    button.focus({ preventScroll: true });
  });
  return button;
}

/**
 * What lies behind the veil of an enlarged panel, which no key may reach: all but the head of the page, whose transport goes on.
 * @param {HTMLElement} root
 * @returns {HTMLElement[]}
 */
function covered(root) {
  const found = [];
  for (let at = root; at.parentElement && at !== document.body; at = at.parentElement) {
    for (const other of at.parentElement.children) {
      if (other instanceof HTMLElement && other !== at && !other.inert && !other.matches(".masthead, script, [role=status], [role=alert]")) found.push(other);
    }
  }
  return found;
}

/**
 * A number with its name; `look` names the mark of the same colour and shape in the plot.
 * @param {string} label
 * @param {string} path
 * @param {string} [look]
 * @param {string} [format]
 * @returns {HTMLElement}
 */
export function readout(label, path, look = "", format = "show") {
  const key = look ? [html("i", { class: `key key-${look}`, "aria-hidden": "true" })] : [];
  return html("span", { class: "readout" }, ...key, `${label} `, html("b", { "data-path": path, "data-format": format }));
}

/**
 * The live summary. It is spoken politely and not at every frame; a number in braces is one of the store's (wording.js).
 * @param {HTMLElement} root
 * @param {string} name  what the figure is called
 * @returns {{say: (text: string, now?: boolean) => void, element: HTMLElement}}  `now`: what stands there has become wrong
 */
export function caption(root, name) {
  const element = html("p", { class: "plot-summary", role: "status", "aria-label": name });
  root.append(element);
  let [text, timer] = ["", 0];
  return {
    element,
    say(next, now = false) {
      text = next;
      if (now) say(element, text);
      if (timer) return;
      timer = window.setTimeout(() => {
        timer = 0;
        say(element, text);
      }, SPOKEN);
    },
  };
}

/**
 * A folded table. Cells that begin like a path of the store are bound to it; others are plain text.
 * @param {HTMLElement} root
 * @param {string} title
 * @param {string[]} columns
 * @returns {{fill: (rows: string[][], heads?: string[]) => void, element: HTMLDetailsElement}}
 */
export function details(root, title, columns) {
  const head = html("tr", {});
  const body = html("tbody", {});
  const element = html("details", { class: "plot-table" }, html("summary", {}, title), html("div", { class: "plot-scroll" }, html("table", {}, html("thead", {}, head), body)));
  root.append(element);
  /** @type {string[][]} */
  let kept = [];
  const write = () => {
    if (element.open) body.replaceChildren(...kept.map((cells) => html("tr", {}, ...cells.map(cell))));
  };
  /** @param {string[]} heads */
  const name = (heads) => head.replaceChildren(...heads.map((text) => html("th", { scope: "col" }, text)));
  name(columns);
  element.addEventListener("toggle", write);
  return {
    element,
    fill(rows, heads) {
      kept = rows;
      if (heads) name(heads);
      write();
    },
  };
}

/** @param {string} text @returns {HTMLElement} */
function cell(text) {
  return /^(losses|frame|trace|state|surface|race)\.[\w.]+$/.test(text) ? html("td", { "data-path": text }) : html("td", {}, text);
}

/**
 * A button that is on or off.
 * @param {string} label
 * @param {string} help
 * @param {boolean} [on]
 * @returns {{element: HTMLButtonElement, readonly on: boolean, set: (on: boolean) => void, onChange: (fn: (on: boolean) => void) => void}}
 */
export function toggle(label, help, on = false) {
  const element = html("button", { type: "button", class: "plot-toggle", "aria-pressed": String(on), title: help }, label);
  /** @type {((on: boolean) => void)[]} */
  const heard = [];
  const set = (/** @type {boolean} */ next) => {
    element.setAttribute("aria-pressed", String(next));
    for (const fn of heard) fn(next);
  };
  element.addEventListener("click", () => set(element.getAttribute("aria-pressed") !== "true"));
  return {
    element,
    get on() {
      return element.getAttribute("aria-pressed") === "true";
    },
    set,
    onChange: (fn) => heard.push(fn),
  };
}

/**
 * A labelled choice.
 * @param {string} label
 * @param {[string, string][]} options  value and text
 * @param {(value: string) => void} chosen
 * @returns {{element: HTMLLabelElement, select: HTMLSelectElement, fill: (options: [string, string][], value?: string) => void}}
 */
export function choice(label, options, chosen) {
  const select = html("select", {});
  const element = html("label", { class: "plot-choice" }, html("span", {}, label), select);
  select.addEventListener("change", () => chosen(select.value));
  /** @param {[string, string][]} list @param {string} [value] */
  const fill = (list, value) => {
    select.replaceChildren(...list.map(([key, text]) => html("option", { value: key }, text)));
    if (value !== undefined) select.value = value;
  };
  fill(options);
  return { element, select, fill };
}

/**
 * Run `draw` now and whenever the experiment, its facts or the theme change; an answer that a newer one overtook is no error.
 * @param {Context} context
 * @param {() => Promise<unknown>} draw
 */
export function onExperiment({ store }, draw) {
  const again = () => {
    if (store.get("info")) draw().catch((error) => { if (!stale(error)) reportError(error); });
  };
  store.subscribe(["info", "shade"], again);
  again();
}
