/**
 * The preset picker, the theme and the motion button of the page's head.
 *
 * @typedef {import("../base/types.js").Context} Context
 * @typedef {import("../base/types.js").Preset} Preset
 */
import { chooseMotion, THEMES } from "../base/theme.js";
import { differences } from "../base/fields.js";
import { Summary } from "./summary.js";

/** @param {Context} context */
export function followHeader({ store, player }) {
  followHeight();
  followPresets({ store, player });
  const theme = /** @type {HTMLElement} */ (document.querySelector("[data-action='theme']"));
  const motion = /** @type {HTMLElement} */ (document.querySelector("[data-action='motion']"));
  theme.addEventListener("click", () => store.set("theme", THEMES[(THEMES.indexOf(store.get("theme")) + 1) % THEMES.length]));
  motion.addEventListener("click", () => chooseMotion(store, store.get("motion") === "full" ? "reduced" : "full"));
  const refresh = () => {
    theme.dataset.choice = store.get("theme");
    theme.setAttribute("aria-label", `Theme: ${store.get("theme")}`);
    theme.title = `Theme: ${store.get("theme")}`;
    motion.setAttribute("aria-pressed", String(store.get("motion") === "reduced"));
  };
  store.subscribe(["theme", "motion"], refresh);
  refresh();
}

/** How high the head is, in one row or two, is known to the styles: what is scrolled to comes to stand beneath it. */
function followHeight() {
  const head = /** @type {HTMLElement} */ (document.querySelector(".masthead"));
  new ResizeObserver(() => document.documentElement.style.setProperty("--head", `${head.offsetHeight}px`)).observe(head);
}

/** @param {Pick<Context, "store"|"player">} context */
function followPresets({ store, player }) {
  const select = /** @type {HTMLSelectElement} */ (document.getElementById("preset"));
  const summary = new Summary(/** @type {HTMLElement} */ (document.getElementById("preset-summary")), select);
  const find = (/** @type {string|null} */ slug) => store.get("presets").find((/** @type {Preset} */ preset) => preset.slug === slug);

  store.subscribe("presets", (presets) => {
    select.replaceChildren(...presets.map((/** @type {Preset} */ { slug, title }) => new Option(title, slug)));
    select.disabled = false;
    refresh();
  });
  store.subscribe(["preset", "experiment"], refresh);
  select.addEventListener("change", async () => {
    const preset = find(select.value);
    if (!preset) return;
    // Another preset stands where it begins, until it is played.
    player.stop();
    // Its name comes with it, or what is called off on the way would leave one's name above the other.
    const fine = await player.load(preset.experiment, { keep: false, along: { preset: preset.slug, selection: null } });
    if (!fine && select.value === preset.slug) refresh();
  });

  function refresh() {
    const preset = find(store.get("preset"));
    const experiment = store.get("experiment");
    if (select.value !== (store.get("preset") ?? "")) select.value = store.get("preset") ?? "";
    const changed = preset && experiment ? places(differences(experiment, preset.experiment)) : 0;
    summary.say(!preset ? "Your own experiment." : changed ? `${preset.title}, changed in ${changed} ${changed === 1 ? "place" : "places"}.` : preset.summary);
  }
}

/**
 * How many choices differ: another optimizer brings fields of its own, and is one.
 * @param {[string, string][]} pairs
 */
function places(pairs) {
  const names = pairs.map(([name]) => name);
  return names.filter((name) => name.endsWith(".kind") || !names.includes(`${name.split(".")[0]}.kind`)).length;
}
