/**
 * Who is on the surface at this moment: the path really taken, the ball, the update and what the optimizer made it of.
 *
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {import("./model.js").Landscape} Landscape
 * @typedef {import("./actors.js").Scene} Scene
 * @typedef {import("./actors.js").Arrow} Arrow
 */
import { flatten, plus } from "./vectors.js";
import { opticalArrows } from "./optimizer.js";

/**
 * Where the ball is now, as a parameter vector: between the two states while the update is being told.
 * @param {import("../base/types.js").Context} context
 * @param {() => void} moved
 * @returns {{vector: () => Float64Array}}
 */
export function ballNow({ store, frames }, moved) {
  /** @type {{from: Float64Array, by: Float64Array, t: number}|null} */
  let rolling = null;
  store.subscribe("transition", (transition) => {
    rolling = null;
    if (transition?.substep?.phase !== "update" || !(transition.duration > 0)) return;
    const mine = { from: flatten(store.get("trace.before")), by: flatten(store.get("trace.updates")), t: 0 };
    rolling = mine;
    frames.animate(transition.duration, (t) => {
      if (rolling !== mine) return;
      mine.t = t * t * (3 - 2 * t);
      if (t === 1) rolling = null;
      moved();
    }, "surface-ball");
  });
  return { vector: () => (rolling ? plus(rolling.from, rolling.by, rolling.t) : flatten(store.get("state.params"))) };
}

/**
 * @param {Landscape} land
 * @param {Store} store
 * @param {Float64Array} ball
 * @returns {Scene}
 */
export function sceneOf(land, store, ball) {
  const list = land.visits.list;
  const now = land.place(ball).at;
  const trace = store.get("trace");
  const told = store.get("cursor") === store.get("substeps").length;
  // The path ends where the ball is: the state that an update is rolling to is not yet visited.
  const known = list.filter((visit) => !trace || visit.step < trace.step + 1).map((visit) => land.visited(visit));
  const path = [...known, now];
  const from = trace ? land.place(flatten(trace.before)).at : now;
  return { path, start: list.length ? land.visited(list[0]) : now, ball: now, from, arrows: trace ? arrowsOf(land, store, told) : [], truth: store.get("surface.true_loss") ?? null, best: bestOf(land) };
}

/**
 * From the sub-step on at which the gradient is known, what the update is made of; the update itself from then on, too.
 * @param {Landscape} land
 * @param {Store} store
 * @param {boolean} told
 * @returns {Arrow[]}
 */
function arrowsOf(land, store, told) {
  const phase = store.get("substeps")[store.get("cursor") - 1]?.phase;
  const coming = phase === "gradient" || phase === "update";
  if (!told && !coming) return [];
  const update = { name: "Δw", look: "update", by: land.along(flatten(store.get("trace.updates"))) };
  return [...opticalArrows(land, store), update];
}

/**
 * The optimum of a model that is linear in its parameters, where it lies on the plane.
 * @param {Landscape} land
 * @returns {[number, number]|null}
 */
function bestOf(land) {
  const { picture } = land;
  const best = picture?.answer.optimum;
  if (!picture || !best || !(best.distance < 1e-9)) return null;
  return [best.at[0] + picture.shift[0], best.at[1] + picture.shift[1]];
}
