/**
 * The shapes that travel between the modules. Import them in JSDoc: `@typedef {import("./types.js").Store} Store`.
 */

/** @typedef {Record<string, any> & {kind: string}} Kind  a kind and its fields, as in the experiment's JSON */

/**
 * @typedef {object} Experiment
 * @property {Kind} data
 * @property {Kind[]} layers
 * @property {Kind} loss
 * @property {Kind} penalty
 * @property {Kind} optimizer
 * @property {Kind} init
 * @property {Kind} gradient
 * @property {number|null} batch_size
 * @property {number} seed
 */

/** @typedef {number|null|Numbers[]} Numbers  a nested list; null stands for a number that is not finite */
/** @typedef {Record<string, Numbers>} Tensors  parameters of one link by name: {W, b} */
/** @typedef {{step: number, params: Tensors[], slots?: any[]|null, shared?: Record<string, number>}} State */
/** @typedef {{addresses: string[], share: number}} Meeting  what a number met in the example, if anything, and where its δ stands */

/**
 * @typedef {object} LinkTrace
 * @property {string} kind
 * @property {Numbers} input  one row an example
 * @property {Numbers} output
 * @property {Numbers} grad_output
 * @property {Numbers} grad_input
 * @property {Tensors} grads  of the batch, penalty included, by the chosen method
 * @property {Tensors} [backprop]  the same by backpropagation, where another method was chosen
 */

/**
 * @typedef {object} Trace
 * @property {number} step
 * @property {{indices: number[], x: Numbers, y: Numbers}} batch
 * @property {LinkTrace[]} layers
 * @property {{value: number|null, per_example: Numbers, terms: Numbers, data: number|null, penalty: number|null}} loss
 * @property {boolean} fused
 * @property {Tensors[]} before
 * @property {Tensors[]} updates
 * @property {Tensors[]} after
 * @property {any[]} slots
 * @property {any[]} shown
 * @property {number} k  the number of the update since the optimizer's memory began, from 1
 * @property {Record<string, number>} shared  the memory of the whole run before the step
 * @property {Record<string, Numbers>[]} mean
 * @property {{row: number, index: number, grads: Tensors[]}|null} example
 */

/**
 * @typedef {object} Frame
 * @property {number} step
 * @property {{train: number|null, test: number|null}} loss
 * @property {Record<string, number>} metrics
 * @property {boolean} diverged
 * @property {string} [reason]
 */

/** @typedef {Frame & {state: State, trace?: Trace}} TrainFrame  a line of POST /api/train */
/** @typedef {{step: number, train: number|null, test: number|null, moved?: boolean}} Losses  moved: of weights that were put there by hand */
/** @typedef {"forward"|"loss"|"backward"|"gradient"|"update"} Phase */
/** @typedef {{phase: Phase, link: number, title: string}} Substep  link is -1 for the loss and the update */
/** @typedef {{from: number, to: number, duration: number, substep: Substep|null}} Transition  duration in ms; 0 is a cut */
/** @typedef {{field: string|null, message: string, hint: string, passing?: boolean}} Problem  passing: it is over when the server answers */

/**
 * @typedef {object} Moment  what Back restores: the very objects
 * @property {State} before
 * @property {State} state
 * @property {Trace} trace
 * @property {Frame} frame
 * @property {{state: State, frame: Frame}|null} next
 * @property {number} cursor
 * @property {Losses[]} losses
 */

/**
 * @typedef {object} Field  one declared hyperparameter of a kind
 * @property {string} name
 * @property {"number"|"integer"|"boolean"|"choice"|"choices"|"array"|"addresses"} type
 * @property {string} [symbol]
 * @property {string} [help]
 * @property {string} [expects]  of a number: its bounds in the server's words
 * @property {number} [low]
 * @property {number} [high]
 * @property {boolean} [above]
 * @property {boolean} [below]
 * @property {"linear"|"log"} [step]
 * @property {string[]} [choices]
 * @property {string[]} [titles]  how the choices are written, where that is not how a document writes them
 * @property {boolean} [nullable]
 * @property {any} [default]
 */

/** @typedef {{kind: string, title: string, help: string, latex: string, fields: Field[]} & Record<string, any>} Entry */
/** @typedef {Record<string, any>} Catalog */
/** @typedef {{slug: string, title: string, summary: string, experiment: Experiment}} Preset */

/**
 * @typedef {object} Store
 * @property {(path?: string) => any} get
 * @property {(path?: string) => any} shown  the same of the moment that the page's numbers are of, which may be a glimpse ago while it plays
 * @property {(moment: any) => void} hold  what get("") gave; null: the numbers follow the present again
 * @property {(path: string, value: any) => void} set
 * @property {(values: Record<string, any>) => void} patch  one round of notifications
 * @property {(path: string|string[], fn: (value: any, store: Store) => void) => () => void} subscribe  returns the unsubscriber
 */

/**
 * @typedef {object} Frames
 * @property {(name: string, draw: (now: number) => void, element?: Element|null, first?: boolean) => () => void} register
 * @property {(name: string) => void} invalidate
 * @property {(duration: number, fn: (t: number) => void, name?: string) => {finished: Promise<boolean>, stop: () => void}} animate
 */

/**
 * @typedef {object} Player
 * @property {() => void} play
 * @property {() => void} pause
 * @property {() => void} toggle
 * @property {() => Promise<void>} step
 * @property {() => Promise<void>} substep
 * @property {() => void} back
 * @property {() => void} stop  whatever is under way
 * @property {() => Promise<void>} reset
 * @property {(experiment: Experiment, options?: {keep?: boolean, again?: boolean, along?: Record<string, any>}) => Promise<boolean|null>} load  along: what of the page changes with it. false: refused; null: something else took its place. again: the told step is taken once more, from the same weights
 * @property {(example: number|"mean") => Promise<void>} choose
 * @property {(step: number, cursor?: number) => Promise<boolean>} seek  false: called off on the way
 */

/** @typedef {typeof import("./api.js").api} Api */
/** @typedef {{store: Store, api: Api, frames: Frames, player: Player}} Context */
/** @typedef {{mount: (root: HTMLElement, context: Context) => void|Promise<void>}} Panel */

export {};
