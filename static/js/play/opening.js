/**
 * Opens the page where its address says, and keeps the address up to date.
 *
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {{store: Store, api: import("../base/types.js").Api, player: import("../base/types.js").Player}} Opening
 */
import { retrying, tellFailure } from "./network.js";
import { parseAddress } from "../base/view.js";
import { hashOf, parsed } from "../base/url.js";
import { Run } from "./run.js";

const WRITE_MILLISECONDS = 250;

/** @param {Opening} opening */
export async function opened({ store, api, player }) {
  try {
    const waiting = new Run();
    const [catalog, presets] = await retrying(store, waiting, () => Promise.all([api.catalog(), api.presets()]));
    store.patch({ catalog, presets });
    await goTo({ store, player }, location.hash);
    followAddress({ store, player });
  } catch (error) {
    tellFailure(store, error);
  }
}

/**
 * @param {{store: Store, player: import("../base/types.js").Player}} page
 * @param {string} hash
 */
async function goTo({ store, player }, hash) {
  const presets = store.get("presets");
  const { preset, timeline, places } = parsed(hash, presets);
  const example = places.example === "mean" ? "mean" : Math.min(1999, Math.max(0, Math.trunc(Number(places.example ?? 0)) || 0));
  const selection = parseAddress(places.selection) ? places.selection : null;
  store.patch({ preset: preset?.slug ?? null, example, selection, lens: places.lens ?? null });
  const fine = await player.load(timeline[0].experiment, { keep: false });
  // Another network has taken the place of the one before, whose selection went with it; this one is the address's own.
  if (fine) store.set("selection", selection);
  if (!fine) {
    // An address that cannot be run still opens a page: on the first preset, with the reason told.
    const error = store.get("error");
    store.set("preset", presets[0].slug);
    if (!store.get("experiment")) await player.load(presets[0].experiment, { keep: false });
    if (error) store.set("error", { ...error, hint: `${error.hint} The address asks for this; the page shows ${presets[0].title} instead.` });
    return;
  }
  const [step, substep] = [places.step, places.substep].map((text) => Math.max(0, Math.trunc(Number(text ?? 0)) || 0));
  if (step === 0 && substep === 0) return;
  store.set("timeline", [store.get("timeline")[0], ...timeline.slice(1)]);
  await player.seek(step, substep);
}

/** @param {{store: Store, player: import("../base/types.js").Player}} page */
function followAddress({ store, player }) {
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let timer;
  let written = location.hash;
  const write = () => {
    timer = undefined;
    const preset = store.get("presets").find((/** @type {{slug: string}} */ { slug }) => slug === store.get("preset")) ?? null;
    if (!store.get("experiment")) return;
    const { step, substep } = { step: store.get("trace.step"), substep: store.get("cursor") };
    const places = {
      step: step || substep ? step : null,
      substep: substep || null,
      example: store.get("example") || null,
      selection: store.get("selection"),
      lens: store.get("lens"),
    };
    written = hashOf({ preset, timeline: store.get("timeline"), places });
    if (written !== location.hash) history.replaceState(null, "", written);
  };
  // Browsers refuse more than some hundred changes of the address in half a minute.
  store.subscribe(["trace", "cursor", "timeline", "preset", "example", "selection", "lens"], () => {
    timer ??= setTimeout(write, store.get("playing") ? 4 * WRITE_MILLISECONDS : WRITE_MILLISECONDS);
  });
  addEventListener("hashchange", () => {
    // A link within the page is no address of an experiment.
    if (location.hash !== written && location.hash.includes("=")) goTo({ store, player }, location.hash);
  });
  addEventListener("pagehide", write);
  write();
}
