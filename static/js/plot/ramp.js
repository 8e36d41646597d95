import { colour } from "../base/theme.js";

const RAMP = "--ramp";

/** The palette's ramp as Plotly takes it. @returns {[number, string][]} */
export function ramp() {
  const stops = colour(RAMP).split(" ");
  return stops.map((stop, i) => [i / (stops.length - 1), stop]);
}
