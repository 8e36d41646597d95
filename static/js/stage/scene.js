/**
 * Where every actor of the stage stands, in pixels: built from the figure's meta whenever Plotly has drawn it.
 *
 * @typedef {import("../plot/plotly-adapter.js").Area} Area
 * @typedef {{role: "x"|"z"|"a"|"y", link: number, name: "input"|"output", kind?: string, trace: number}} Half
 * @typedef {{x: number, y: number, w: number, h: number}} Box  centre and size
 * @typedef {{number: number, title: string, kind: "units"|"maps"|"words", style: string, shape: number[], cells: [number, number], count: number,
 *   names: string[], halves: Half[], box: Box, units: Box[], maps: Box[]}} Column  maps: where each unit's gradient is drawn as a map
 * @typedef {{address: string, link: number, j: number, k: number, trace: number, x0: number, y0: number, x1: number, y1: number}} Edge
 *   k is -1 for a bias
 * @typedef {{link: number, kind: string, activation: boolean, from: number, to: number, mode: string, params: Record<string, number[]>,
 *   edges: Edge[], biases: Edge[],
 *   ribbons: Edge[], returns: Edge[], biasTrace: number}} Link  ribbons stand for the ways of a link whose weights are not drawn one by
 *   one, returns for the gradient's ways back, from its maps to its maps
 * @typedef {{x: number, y: number, w: number, h: number, title: string, link: number, wires: Edge[], chips: Box[]}} Loss
 * @typedef {{width: number, height: number, columns: Column[], links: Link[], loss: Loss, bins: [number, number]|null, edges: Edge[],
 *   addresses: Record<string, [number, number]>, size: number}} Scene
 */

const MOST_WAYS = 64;
const BEND = 0.3; // as in app/figures/network.py

/**
 * @param {any} meta  of the figure
 * @param {Area} area
 * @returns {Scene}
 */
export function buildScene(meta, area) {
  const sx = area.width / meta.width;
  const sy = area.height / meta.height;
  const fit = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ w, /** @type {number} */ h) => ({
    x: area.left + area.toX(x), y: area.top + area.toY(y), w: w * sx, h: h * sy,
  });
  /** @type {Column[]} */
  const columns = meta.columns.map((/** @type {any} */ c, /** @type {number} */ number) => ({
    ...c,
    number,
    box: fit(c.x, c.ys[0], c.width, c.h),
    units: c.xs.map((/** @type {number} */ x, /** @type {number} */ i) => fit(x, c.ys[i], c.w, c.h)),
    maps: c.kind === "maps" ? c.xs.map((/** @type {number} */ x, /** @type {number} */ i) => fit(x + c.back[0], c.ys[i] + c.back[1], c.w, c.h)) : [],
  }));
  const links = meta.links.map((/** @type {any} */ link) => buildLink(link, columns, meta.addresses));
  const chips = meta.loss.chips.ys.map((/** @type {number} */ y) => fit(meta.loss.chips.x, y, meta.loss.chips.w, meta.loss.chips.h));
  const place = fit(meta.loss.x, meta.loss.y, meta.loss.w, meta.loss.h);
  const loss = { ...place, title: meta.loss.title, link: meta.loss.link, chips, wires: wires(columns[columns.length - 1], place) };
  const binned = meta.links.find((/** @type {any} */ link) => link.bins);
  return {
    width: area.width, height: area.height, columns, links, loss, bins: binned?.bins ?? null,
    edges: links.flatMap((/** @type {Link} */ link) => [...link.edges, ...link.biases]), addresses: meta.addresses, size: meta.size,
  };
}

/**
 * @param {any} link
 * @param {Column[]} columns
 * @param {Record<string, [number, number]>} addresses
 * @returns {Link}
 */
function buildLink(link, columns, addresses) {
  const [source, target] = [columns[link.from], columns[link.to]];
  /** @type {Edge[]} */
  const edges = [];
  if (link.mode === "each" || link.mode === "binned") {
    const [outputs, inputs] = link.params.W;
    for (let j = 0; j < outputs; j += 1) {
      for (let k = 0; k < inputs; k += 1) edges.push(edge(link, j, k, rim(source, k, 1), rim(target, j, -1), addresses));
    }
  }
  /** @type {Edge[]} */
  const biases = [];
  if (link.bias && (target.style === "full" || target.style === "one" || target.style === "dot") && target.kind === "units") {
    target.units.forEach((unit, j) => {
      const start = { x: unit.x + link.bias.dx, y: unit.y + link.bias.dy };
      const end = { x: unit.x - unit.w / 2 + 3, y: unit.y + unit.h / 2 - 4 };
      biases.push({ ...edge(link, j, -1, start, end, addresses) });
    });
  }
  const [ribbons, returns] = [false, true].map((back) => (edges.length === 0 && link.from !== link.to ? ways(link, source, target, back) : []));
  return { ...link, edges, biases, ribbons, returns, biasTrace: link.bias?.trace ?? -1 };
}

/**
 * A link without edges still has ways for its numbers: one to one where it keeps its units apart, all to all while they are few.
 * @param {any} link
 * @param {Column} source
 * @param {Column} target
 * @param {boolean} back
 * @returns {Edge[]}
 */
function ways(link, source, target, back) {
  const pairs = [];
  for (let j = 0; j < target.units.length; j += 1) {
    for (let k = 0; k < source.units.length; k += 1) pairs.push([j, k]);
  }
  const own = source.units.length === target.units.length && !link.params.W;
  const shown = own ? pairs.filter(([j, k]) => j === k) : pairs;
  const step = Math.max(1, Math.ceil(shown.length / MOST_WAYS));
  const alone = (/** @type {Column} */ column) => column.kind === "maps" && column.units.length === 1;
  return shown.filter((_, i) => i % step === 0).map(([j, k]) => {
    const [start, end] = [rim(source, k, 1, back), rim(target, j, -1, back)];
    // The ways of one large map leave it, or reach it, all along its rim.
    if (alone(source) && target.units.length > 1) start.y += source.units[0].h * ((j + 0.5) / target.units.length - 0.5);
    if (alone(target) && source.units.length > 1) end.y += target.units[0].h * ((k + 0.5) / source.units.length - 0.5);
    return edge(link, j, k, start, end, {});
  });
}

/**
 * @param {Column} column
 * @param {number} unit
 * @param {number} side  -1 its left rim, 1 its right one
 * @param {boolean} [back]  of its gradient, where that has a place of its own
 */
export function rim(column, unit, side, back = false) {
  const box = (back && column.maps[unit]) || column.units[unit];
  if (column.style !== "cell" && column.style !== "field") return { x: box.x + (side * box.w) / 2, y: box.y };
  // Units of a grid share rows: each has a port of its own on the grid's rim.
  const across = (box.x - column.box.x) / column.box.w;
  return { x: column.box.x + (side * column.box.w) / 2, y: box.y + across * box.h * 1.1 };
}

/**
 * @param {any} link
 * @param {number} j
 * @param {number} k
 * @param {{x: number, y: number}} start
 * @param {{x: number, y: number}} end
 * @param {Record<string, [number, number]>} addresses
 * @returns {Edge}
 */
function edge(link, j, k, start, end, addresses) {
  const address = k < 0 ? `${link.link}/b/${j}` : `${link.link}/W/${j},${k}`;
  return { address, link: link.link, j, k, trace: link.mode === "each" ? edgeTrace(address, k, addresses) : -1, x0: start.x, y0: start.y, x1: end.x, y1: end.y };
}

/**
 * @param {string} address
 * @param {number} k
 * @param {Record<string, [number, number]>} addresses
 */
function edgeTrace(address, k, addresses) {
  return addresses[k < 0 ? `edge:${address}` : address]?.[0] ?? -1;
}

/**
 * The way from every output to the loss.
 * @param {Column} last
 * @param {Box} loss
 * @returns {Edge[]}
 */
function wires(last, loss) {
  return last.units.map((unit, j) => ({
    address: "", link: -1, j, k: -1, trace: -1, x0: unit.x + unit.w / 2, y0: unit.y, x1: loss.x - loss.w / 2, y1: loss.y,
  }));
}

/**
 * The point of an edge at t, and the direction it runs in there.
 * @param {Edge} e
 * @param {number} t
 * @returns {{x: number, y: number, dx: number, dy: number}}
 */
export function along(e, t) {
  const s = 1 - t;
  const [a, b, c, d] = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t];
  const [way, rise] = [e.x1 - e.x0, e.y1 - e.y0];
  return {
    x: e.x0 + way * (b * BEND + c * (1 - BEND) + d),
    y: (a + b) * e.y0 + (c + d) * e.y1,
    dx: way * (3 * (s * s + t * t) * BEND + 6 * s * t * (1 - 2 * BEND)),
    dy: 6 * s * t * rise,
  };
}

/**
 * The edge as path data: the same curve that Python sampled.
 * @param {{x0: number, y0: number, x1: number, y1: number}} e
 * @returns {string}
 */
export function curve(e) {
  const bend = BEND * (e.x1 - e.x0);
  return `M${r(e.x0)} ${r(e.y0)}C${r(e.x0 + bend)} ${r(e.y0)} ${r(e.x1 - bend)} ${r(e.y1)} ${r(e.x1)} ${r(e.y1)}`;
}

/** @param {number} v */
function r(v) {
  return Math.round(v * 10) / 10;
}

/**
 * One cell of a box of rows and columns.
 * @param {Box} box
 * @param {number} rows
 * @param {number} cols
 * @param {number} place  counted row by row
 * @returns {Box}
 */
export function cell(box, rows, cols, place) {
  const [w, h] = [box.w / cols, box.h / rows];
  return { x: box.x - box.w / 2 + ((place % cols) + 0.5) * w, y: box.y - box.h / 2 + (Math.floor(place / cols) + 0.5) * h, w, h };
}

/** The name of a link's large parameter: a dense link's or a kernel's W, an embedding's table. @param {Link} link */
export function tensorName(link) {
  return Object.keys(link.params).find((name) => name !== "b") ?? "W";
}
