/**
 * Puts the page together: the store, the player, and a panel on every [data-panel]. Panels read the store and never each other.
 *
 * @typedef {import("./base/types.js").Panel} Panel
 */
import { api } from "./base/api.js";
import { followCallouts } from "./shell/callouts.js";
import { mountAll } from "./base/mounting.js";
import { createFrames } from "./base/frames.js";
import { followWindow } from "./base/larger.js";
import { followHeader } from "./shell/header.js";
import { followKeys } from "./shell/keyboard.js";
import { followQuestions } from "./shell/questions.js";
import { followProgress } from "./shell/progress.js";
import { followLenses } from "./shell/lenses.js";
import { bind } from "./base/numbers.js";
import { createPlayer } from "./play/player.js";
import { USUAL_SPEED } from "./play/speed.js";
import { createStore } from "./base/store.js";
import { opened } from "./play/opening.js";
import { followMotion, followTheme } from "./base/theme.js";

/** Each panel's module by the name in data-panel; its owner adds the row. @type {Record<string, () => Promise<Panel>>} */
const PANELS = {
  controls: () => import("./shell/controls.js"),
  transport: () => import("./shell/transport.js"),
  whose: () => import("./shell/whose.js"),
  stage: () => import("./stage/stage.js"),
  story: () => import("./story/panel.js"),
  surface: () => import("./surface/panel.js"),
  boundary: () => import("./boundary/panel.js"),
  loss: () => import("./loss/panel.js"),
  race: () => import("./race/panel.js"),
  derivation: () => import("./lenses/derivation-panel.js"),
  matrix: () => import("./lenses/matrix-panel.js"),
  head: () => import("./lenses/head-panel.js"),
  seam: () => import("./lenses/seam-panel.js"),
};

const store = createStore({
  catalog: null, presets: [], preset: null, experiment: null, info: null, state: null, trace: null, frame: null, next: null,
  cursor: 0, telling: null, substeps: [], history: [], forgotten: false, losses: [], trail: null, timeline: [], example: 0, selection: null, pointed: null, lens: null,
  playing: false, speed: USUAL_SPEED, motion: "full", theme: "auto", shade: "light", error: null, question: null, insisted: 0, connection: null, pending: "start", progress: null, transition: null,
  plane: {}, firstUpdates: null,
}); // prettier-ignore
Object.defineProperty(window, "chainrule", { value: Object.freeze({ get: store.get, shown: store.shown, store }) });

const frames = createFrames();
const player = createPlayer({ store, api });
const context = { store, api, frames, player };
followWindow();
followTheme(store);
followMotion(store);
bind(document.body, store);
followHeader(context);
followKeys(context);
followQuestions(store);
followLenses(store);
followCallouts(context);
followProgress(context);
mountAll(document, PANELS, context);
opened({ store, api, player });
