/**
 * Opens the page where its address says, and keeps the address up to date.
 *
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {{store: Store, api: import("../base/types.js").Api, player: import("../base/types.js").Player}} Opening
 */
import { retrying, tellFailure } from "./network.js";
import { parseAddress, rows } from "../base/view.js";
import { pinAt } from "../base/pin.js";
import { planeOf, planePlaces } from "../base/plane.js";
import { exists } from "../base/shape.js";
import { hashOf, parsed } from "../base/url.js";
import { absent, ahead, beyond, known, outside } from "./amiss.js";
import { agreed } from "./question.js";
import { exampleOf, placeNow, placeOf, speedOf } from "./places.js";
import { Run } from "./run.js";
import { USUAL_SPEED } from "./speed.js";

const [WRITE_MILLISECONDS, PLAYING_MILLISECONDS] = [250, 2500];

/** @param {Opening} opening */
export async function opened({ store, api, player }) {
  try {
    const waiting = new Run();
    const [catalog, presets] = await retrying(store, waiting, () => Promise.all([api.catalog(), api.presets()]));
    store.patch({ catalog, presets });
    await followAddress({ store, api, player })(location.hash);
  } catch (error) {
    tellFailure(store, error);
  }
}

/**
 * @param {Opening} page
 * @param {string} hash
 * @param {() => boolean} overtaken  has another address been gone to since?
 */
async function goTo(page, hash, overtaken) {
  const { store, player } = page;
  const address = parsed(hash, store.get("presets"));
  const { preset, timeline, places } = address;
  const { pinned, third, ...plane } = planeOf(places);
  const slug = preset?.slug ?? null;
  // Another run stands where it begins, or where its address says; it does not go on playing.
  player.stop();
  // The head names what the page opens with before that has come.
  if (!store.get("experiment")) store.set("preset", slug);
  // The selection is of the network to come: the one that still stands must not be asked about it.
  store.patch({ example: exampleOf(places.example), selection: null, lens: places.lens ?? null, speed: speedOf(places.speed), plane });
  const fine = await player.load(timeline[0].experiment, { keep: false, along: { preset: slug } });
  if (fine) await arrived(page, { ...address, pinned, third }, () => overtaken() || store.get("preset") !== slug);
  else if (fine === false) await openInstead(page);
}

/**
 * From the start of the run to its place, with all else that the address tells.
 * @param {Opening} page
 * @param {ReturnType<typeof parsed> & Pick<ReturnType<typeof planeOf>, "pinned"|"third">} address
 * @param {() => boolean} overtaken  does the page show another run by now?
 */
async function arrived({ store, api, player }, { timeline, end, places, odd, pinned, third }, overtaken) {
  const info = store.get("info");
  if (parseAddress(places.selection) && exists(info, places.selection)) store.set("selection", places.selection);
  const place = await agreed({ store, api }, placeOf(places, timeline, end), places.step);
  if (place === undefined || overtaken()) return;
  odd.push(...(place ? beyond(places, store.get("substeps").length) : []), ...absent(info, places, timeline), ...ahead(timeline, place));
  if (place) await intoRun({ store, player }, timeline.map((change) => known(info, change)), place);
  if (overtaken()) return;
  odd.push(...(await within({ store, player }, places)));
  if (overtaken()) return;
  // Other states of the run are found only when the page knows how it went.
  if (third !== undefined) store.set("plane.third", third);
  if (pinned !== undefined) store.set("plane.pinned", pinAt(store.get("timeline"), pinned.step, pinned));
  if (odd.length > 0 && !store.get("error")) store.set("error", { field: null, message: "The address is understood in part", hint: odd.join(" ") });
}

/**
 * A row that no batch has is not shown, and what the address says of it is told.
 * @param {{store: Store, player: import("../base/types.js").Player}} page
 * @param {Record<string, string>} places
 * @returns {Promise<string[]>}
 */
async function within({ store, player }, places) {
  const amiss = outside(places, rows(store));
  if (amiss.length > 0) await player.choose(0);
  return amiss;
}

/**
 * An address that cannot be run still opens a page: on what stood there, or on the first preset. No control of the page holds what the
 * address asks for, so the reason is told over the network.
 * @param {{store: Store, player: import("../base/types.js").Player}} page
 */
async function openInstead({ store, player }) {
  const error = store.get("error");
  const presets = /** @type {{slug: string, title: string, experiment: any}[]} */ (store.get("presets"));
  const fine = Boolean(store.get("experiment")) || (await player.load(presets[0].experiment, { keep: false, along: { preset: presets[0].slug } }));
  if (!error || !fine) return;
  const reason = [error.field, error.message].filter(Boolean).join(": ");
  const shown = presets.find(({ slug }) => slug === store.get("preset"))?.title ?? "what it showed before";
  const hint = `${reason}${error.hint ? ` (${error.hint})` : ""}. The page shows ${shown} instead.`;
  store.set("error", { field: null, message: "The address asks for what cannot be run", hint });
}

/**
 * @param {{store: Store, player: import("../base/types.js").Player}} page
 * @param {import("../base/url.js").Change[]} timeline
 * @param {{step: number, cursor: number}} place
 */
async function intoRun({ store, player }, timeline, { step, cursor }) {
  const start = store.get("timeline");
  const goal = [start[0], ...timeline.slice(1)];
  store.set("timeline", goal);
  // Called off on the way: then the changes further on have not been made.
  if (!(await player.seek(step, cursor)) && store.get("timeline") === goal && store.get("trace.step") === 0) store.set("timeline", start);
}

/**
 * @param {Opening} page
 * @returns {(hash: string) => Promise<void>} goes to an address
 */
function followAddress({ store, api, player }) {
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let timer;
  let written = location.hash;
  /** The preset and the data that the address tells of. @type {string|null} */
  let about = null;
  let under = 0; // ways to an address that have not come to their end
  let begun = 0; // ways to an address, so far
  const write = () => {
    timer = undefined;
    // On the way the address tells already where it leads, and what is shown is another place: a link that is copied now holds the goal.
    if (under > 0) return;
    const preset = store.get("presets").find((/** @type {{slug: string}} */ { slug }) => slug === store.get("preset")) ?? null;
    if (!store.get("experiment")) return;
    const [speed, example] = [store.get("speed"), store.get("example")];
    const places = {
      ...placeNow(store),
      speed: speed === USUAL_SPEED ? null : typeof speed === "number" ? Number(speed.toPrecision(3)) : speed,
      example: (typeof example === "number" ? example % rows(store) : example) || null,
      selection: store.get("selection"),
      lens: store.get("lens"),
      ...planePlaces(store),
    };
    written = hashOf({ preset, timeline: store.get("timeline"), places });
    const subject = JSON.stringify([preset?.slug, store.get("experiment.data.kind")]);
    const other = about !== null && subject !== about;
    about = subject;
    // Another preset and other data are another page to go back from; a step and a slider are not.
    if (written !== location.hash) history[other ? "pushState" : "replaceState"](null, "", written);
  };
  const go = async (/** @type {string} */ hash) => {
    under += 1;
    begun += 1;
    const mine = begun;
    about = null; // the browser has made an entry of its own for where it goes
    try {
      await goTo({ store, api, player }, hash, () => mine !== begun);
    } finally {
      under -= 1;
      write();
    }
  };
  // Browsers refuse more than some hundred changes of the address in half a minute.
  store.subscribe(["trace", "cursor", "timeline", "preset", "example", "selection", "lens", "speed", "plane"], () => {
    timer ??= setTimeout(write, store.get("playing") ? PLAYING_MILLISECONDS : WRITE_MILLISECONDS);
  });
  store.subscribe("playing", () => {
    clearTimeout(timer);
    timer = setTimeout(write, WRITE_MILLISECONDS);
  });
  addEventListener("hashchange", ({ newURL }) => {
    const { hash } = new URL(newURL);
    // A link within the page is no address of an experiment.
    if (hash === written || !hash.includes("=")) return;
    // By now the page may have written its present place over where it was gone to: on the way there a reload leads there too.
    if (location.hash !== hash) history.replaceState(null, "", hash);
    written = hash; // or going back at once, before anything is written here, would look like an address of the page's own
    void go(hash);
  });
  addEventListener("pagehide", write);
  return go;
}
