/**
 * Puts the page together: the store, the player, and a panel on every [data-panel]. Panels read the store and never each other.
 *
 * @typedef {import("./types.js").Panel} Panel
 */
import { api } from "./api.js";
import { followCallouts } from "./callouts.js";
import { mountAll } from "./mounting.js";
import { createFrames } from "./frames.js";
import { followHeader } from "./header.js";
import { followKeys } from "./keyboard.js";
import { followLenses } from "./lenses.js";
import { bind } from "./numbers.js";
import { createPlayer } from "./player.js";
import { createStore } from "./store.js";
import { opened } from "./opening.js";
import { followMotion, followTheme } from "./theme.js";

/** Each panel's module by the name in data-panel; its owner adds the row. @type {Record<string, () => Promise<Panel>>} */
const PANELS = {
  controls: () => import("./controls.js"),
  transport: () => import("./transport-panel.js"),
  whose: () => import("./whose-panel.js"),
  stage: () => import("./stage.js"),
  story: () => import("./story-panel.js"),
  surface: () => import("./surface-panel.js"),
  boundary: () => import("./boundary-panel.js"),
  loss: () => import("./loss-panel.js"),
  race: () => import("./race-panel.js"),
  derivation: () => import("./derivation-panel.js"),
  matrix: () => import("./matrix-panel.js"),
  head: () => import("./head-panel.js"),
  seam: () => import("./seam-panel.js"),
};

const store = createStore({
  catalog: null, presets: [], preset: null, experiment: null, info: null, state: null, trace: null, frame: null, next: null,
  cursor: 0, substeps: [], history: [], forgotten: false, losses: [], timeline: [], example: 0, selection: null, lens: null,
  playing: false, speed: 4, motion: "full", theme: "auto", shade: "light", error: null, connection: null, pending: "start", transition: null,
}); // prettier-ignore
Object.defineProperty(window, "chainrule", { value: Object.freeze({ get: store.get, store }) });

const frames = createFrames();
const player = createPlayer({ store, api });
const context = { store, api, frames, player };
followTheme(store);
followMotion(store);
bind(document.body, store);
followHeader(context);
followKeys(player);
followLenses(store);
followCallouts(context);
mountAll(document, PANELS, context);
opened({ store, api, player });
