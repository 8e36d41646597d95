/**
 * The HTTP contract. Every call answers with the server's JSON or throws an ApiError in the server's words. A call of a kind
 * aborts the one of the same kind that is still under way, so a stale answer never arrives; `stale(error)` tells that case.
 *
 * @typedef {import("./types.js").Experiment} Experiment
 * @typedef {import("./types.js").State} State
 * @typedef {import("./types.js").Trace} Trace
 * @typedef {import("./types.js").Frame} Frame
 * @typedef {import("./types.js").TrainFrame} TrainFrame
 */
import { grouped } from "./format.js";

export class ApiError extends Error {
  /**
   * @param {{field?: string|null, message: string, hint?: string}} problem
   * @param {number} status 0 when the server could not be reached
   */
  constructor(problem, status) {
    super(grouped(problem.message));
    this.name = "ApiError";
    this.field = problem.field ?? null;
    this.hint = grouped(problem.hint ?? "");
    this.status = status;
  }

  /** What is wrong and the cure, as one line: «expected …; choose …», or two sentences. */
  get reason() {
    if (!this.hint) return this.message;
    return `${this.message}${/[.?!]$/.test(this.message) ? "" : ";"} ${this.hint}`;
  }

  /** Is it worth asking again? The server is away, restarting, or overloaded. */
  get passing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/**
 * Was the call given up because a newer one took its place?
 * @param {unknown} error
 * @returns {boolean}
 */
export function stale(error) {
  return error instanceof DOMException && error.name === "AbortError";
}

/** @type {Map<string, AbortController>} */
const underWay = new Map();

/**
 * Do it in the place of what of this kind is still under way; `outer` gives it up too.
 * @template T
 * @param {string} kind
 * @param {AbortSignal|undefined} outer
 * @param {(signal: AbortSignal) => Promise<T>} body
 * @returns {Promise<T>}
 */
async function inPlace(kind, outer, body) {
  underWay.get(kind)?.abort();
  const controller = new AbortController();
  underWay.set(kind, controller);
  try {
    // Not a listener of the outer one, which may stand for a whole training of thousands of calls.
    return await body(outer ? AbortSignal.any([controller.signal, outer]) : controller.signal);
  } finally {
    if (underWay.get(kind) === controller) underWay.delete(kind);
  }
}

/**
 * What arrives of a body; a fault of its stream, not of its contents, means that the connection broke.
 * @template T
 * @param {Promise<T>} arriving
 * @returns {Promise<T>}
 */
async function received(arriving) {
  try {
    return await arriving;
  } catch (error) {
    if (error instanceof TypeError) throw new ApiError({ message: "The connection broke off.", hint: "Is the server still running?" }, 0);
    throw error;
  }
}

/**
 * @param {string} path
 * @param {unknown} body undefined asks with GET
 * @param {AbortSignal} signal
 * @returns {Promise<Response>}
 */
async function ask(path, body, signal) {
  const options =
    body === undefined
      ? { signal }
      : { signal, method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    if (stale(error)) throw error;
    throw new ApiError({ message: "The server cannot be reached.", hint: "Is it still running?" }, 0);
  }
  if (!response.ok) throw await problem(response);
  return response;
}

/**
 * @param {Response} response
 * @returns {Promise<ApiError>}
 */
async function problem(response) {
  try {
    const told = await response.json();
    if (typeof told?.message === "string") return new ApiError(told, response.status);
  } catch (error) {
    if (stale(error)) throw error;
  }
  return new ApiError({ message: `The server answered with ${response.status} ${response.statusText}.` }, response.status);
}

/**
 * @param {string} path
 * @param {unknown} [body]
 * @param {{kind?: string, signal?: AbortSignal}} [options]
 * @returns {Promise<any>}
 */
async function call(path, body, { kind = path, signal } = {}) {
  return inPlace(kind, signal, async (own) => received((await ask(path, body, own)).json()));
}

/**
 * Reads NDJSON line by line as it arrives, until it is given up.
 * @param {string} path
 * @param {unknown} body
 * @param {AbortSignal} signal
 * @param {(line: any) => void} onLine
 */
async function eachLine(path, body, signal, onLine) {
  const response = await ask(path, body, signal);
  if (!response.body) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const tell = (/** @type {string} */ line) => {
    if (line.trim() && !signal.aborted) onLine(JSON.parse(line));
  };
  let rest = "";
  for (;;) {
    const { done, value } = await received(reader.read());
    if (done) break;
    const lines = (rest + value).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) tell(line);
  }
  tell(rest);
}

/**
 * The answer with its state in one place only: in the store, frame and state are two things.
 * @template {{frame: any}} T
 * @param {T} answer
 * @returns {T}
 */
function once(answer) {
  const frame = { ...answer.frame };
  delete frame.state;
  return { ...answer, frame };
}

export const api = {
  /** @returns {Promise<import("./types.js").Catalog>} */
  catalog: () => call("/api/catalog"),

  /** @returns {Promise<import("./types.js").Preset[]>} */
  presets: () => call("/api/presets"),

  /**
   * The initial state, or the one given as the server completes it, and facts about the architecture.
   * @param {Experiment} experiment
   * @param {{state?: State, kind?: string, signal?: AbortSignal}} [options]
   * @returns {Promise<{state: State, info: any, experiment: Experiment, frame: Frame}>}
   */
  start: async (experiment, { state, ...options } = {}) => once(await call("/api/start", { experiment, ...(state ? { state } : {}) }, options)),

  /**
   * One update: the trace of it, the state after it, the frame of that state.
   * @param {Experiment} experiment
   * @param {State} state
   * @param {number|null} [example] row of the batch whose own contribution the trace shall hold
   * @param {{kind?: string, signal?: AbortSignal}} [options]
   * @returns {Promise<{state: State, trace: Trace, frame: Frame}>}
   */
  step: async (experiment, state, example = null, options = {}) =>
    once(await call("/api/step", { experiment, state, ...(example == null ? {} : { example }) }, options)),

  /**
   * Many updates; `onFrame` hears every frame as it is computed.
   * @param {Experiment} experiment
   * @param {State} state
   * @param {{steps: number, every?: number, trace?: boolean, example?: number|null, kind?: string}} options  runs of another kind go on side by side
   * @param {(frame: TrainFrame) => void} onFrame
   * @param {AbortSignal} [signal]
   * @returns {Promise<void>}
   */
  async train(experiment, state, { steps, every = 1, trace = false, example = null, kind = "/api/train" }, onFrame, signal) {
    const body = { experiment, state, steps, every, trace, ...(example == null ? {} : { example }) };
    await inPlace(kind, signal, (own) => eachLine("/api/train", body, own, onFrame));
  },

  /** @param {Experiment} experiment @param {{kind?: string}} [options] @returns {Promise<any>} the points, their split, names of features and classes */
  data: (experiment, options) => call("/api/data", { experiment }, options),

  /** @param {{experiment: Experiment, state: State} & Record<string, any>} body @param {{kind?: string, signal?: AbortSignal}} [options] @returns {Promise<any>} */
  predict: (body, options) => call("/api/predict", body, options),

  /** @param {{experiment: Experiment, state: State} & Record<string, any>} body @param {{kind?: string, signal?: AbortSignal}} [options] @returns {Promise<any>} */
  surface: (body, options) => call("/api/surface", body, options),

  /**
   * Several runs from one start, in step; `onFrame` hears where all of them are after every few updates.
   * @param {{experiment: Experiment, variants: any[], state: State} & Record<string, any>} body
   * @param {(frame: any) => void} onFrame
   * @param {AbortSignal} [signal]
   * @returns {Promise<void>}
   */
  async race(body, onFrame, signal) {
    await inPlace("/api/race", signal, (own) => eachLine("/api/race", body, own, onFrame));
  },

  /**
   * The same, and how much of it is done while it is under way, from 0 to 1.
   * @param {{experiment: Experiment, state: State} & Record<string, any>} body
   * @param {(progress: number) => void} onProgress
   * @param {{kind?: string, signal?: AbortSignal}} [options]
   * @returns {Promise<any>}
   */
  async survey(body, onProgress, { kind = "/api/surface", signal } = {}) {
    /** @type {any} */
    let last = null;
    await inPlace(kind, signal, (own) => eachLine("/api/surface/stream", body, own, (line) => {
      last = line;
      onProgress(line.progress ?? 0);
    }));
    return last;
  },

  /** @param {{experiment: Experiment, state: State} & Record<string, any>} body @param {{kind?: string, signal?: AbortSignal}} [options] @returns {Promise<any>} */
  derive: (body, options) => call("/api/derive", body, options),

  /** @param {{experiment: Experiment, state: State} & Record<string, any>} body @param {{kind?: string, signal?: AbortSignal}} [options] @returns {Promise<any>} */
  compare: (body, options) => call("/api/compare", body, options),

  /**
   * A plain Plotly figure, drawn once for an architecture.
   * @param {string} name
   * @param {Experiment} experiment
   * @param {Record<string, any>} [options]
   * @returns {Promise<{data: any[], layout: any, meta: any}>}
   */
  figure: (name, experiment, options = {}) => call("/api/figure", { name, experiment, ...options }, { kind: `figure:${name}` }),

  /**
   * Any further route of the contract, in the same manner.
   * @param {string} path
   * @param {unknown} [body]
   * @param {{kind?: string, signal?: AbortSignal}} [options]
   * @returns {Promise<any>}
   */
  call,
};
