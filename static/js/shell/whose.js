/**
 * The line above the network: whose numbers are shown, and where the run stands.
 *
 * @typedef {import("../base/types.js").Store} Store
 */
import { drawnOf, told, whose } from "../base/view.js";
import { say } from "../base/wording.js";

const MARKUP = `
  <div class="whose-who">
    <span class="segments" role="group" aria-label="Whose numbers">
      <button type="button" data-mode="example">Example</button><button type="button" data-mode="mean">Batch mean</button>
    </span>
    <button type="button" class="quiet" data-move="-1" aria-label="Previous example">‹</button>
    <button type="button" class="quiet" data-move="1" aria-label="Next example">›</button>
    <span class="whose-label"></span>
  </div>
  <div class="whose-now">
    <span class="told"><span class="is-wide"></span><span class="is-narrow"></span></span>
    <span class="steps" title="So many updates the weights shown have taken"><b data-path="state.step" data-format="count"></b> <span class="word"></span></span>
    <span data-part="loss">train loss <b data-path="frame.loss.train"></b></span>
  </div>`;

/** @type {import("../base/types.js").Panel["mount"]} */
export function mount(root, { store, player }) {
  root.innerHTML = MARKUP;
  const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
  const [label, now, wide, narrow, word] = [".whose-label", ".told", ".told .is-wide", ".told .is-narrow", ".steps .word"].map(find);
  let last = 0;

  root.addEventListener("click", (event) => {
    const button = /** @type {Element} */ (event.target).closest("button");
    if (!button || !store.get("trace")) return;
    const { mode, row, count } = whose(store);
    if (button.dataset.mode === "mean") player.choose("mean");
    else if (button.dataset.mode === "example" && mode === "mean") player.choose(last);
    else if (button.dataset.move) player.choose(((row ?? last) + Number(button.dataset.move) + count) % count);
  });

  store.subscribe(["trace", "example", "highlight"], refresh);
  store.subscribe(["trace", "cursor", "playing", "telling"], () => {
    const { step, index, count, within } = place(store);
    now.hidden = !within;
    const updates = store.get("state.step") === 1 ? "update" : "updates";
    if (word.textContent !== updates) word.textContent = updates;
    if (!within) return;
    wide.textContent = `step ${step}, sub-step ${index} of ${count}`;
    narrow.textContent = `step ${step} · ${index}/${count}`;
  });
  refresh();

  function refresh() {
    const { mode, row, count, template } = whose(store);
    if (row !== null) last = row;
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-mode]"))) {
      button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
    }
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-move]"))) button.toggleAttribute("disabled", mode === "mean");
    if (!count) return;
    // Rows are counted from 1 in words.
    if (store.get("derived.whose.row") !== last + 1) store.set("derived", { ...(store.get("derived") ?? {}), whose: { row: last + 1 } });
    say(label, template + drawnOf(store));
  }
}

/**
 * The place in the step that is being told; between two steps, and while whole steps stream past, there is none. Where the equations, in
 * sight, follow a quick run at their own pace, it is theirs.
 * @param {Store} store
 */
function place(store) {
  const { index, count } = told(store);
  const { step, cursor } = store.get("telling") ?? { step: store.get("trace.step"), cursor: index };
  return { step: step + 1, index: cursor, count, within: cursor > 0 && cursor < count };
}
