/**
 * One plain object, read and written by dotted paths. Values are replaced, never mutated: the objects along a written path are
 * copied, so whoever kept an old one keeps it unchanged.
 *
 * @typedef {import("./types.js").Store} Store
 * @typedef {{paths: string[], fn: (value: any, store: Store) => void}} Subscriber
 */

/**
 * The value at a dotted path; undefined where there is nothing.
 * @param {any} root
 * @param {string} path
 * @returns {any}
 */
export function read(root, path) {
  let value = root;
  if (path === "") return value;
  for (const key of path.split(".")) {
    if (value == null) return undefined;
    value = value[key];
  }
  return value;
}

/**
 * A copy of `root` with `value` at the path; everything off the path is shared with the original.
 * @param {any} root
 * @param {string[]} keys
 * @param {any} value
 * @returns {any}
 */
export function written(root, keys, value) {
  if (keys.length === 0) return value;
  const [key, ...rest] = keys;
  const copy = Array.isArray(root) ? [...root] : { ...root };
  /** @type {any} */ (copy)[key] = written(root?.[key], rest, value);
  return copy;
}

/**
 * @param {string} a
 * @param {string} b
 * @returns {boolean} is one of the paths the other, or above it?
 */
function related(a, b) {
  return a === b || a === "" || b === "" || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);
}

/**
 * @param {Record<string, any>} [initial]
 * @returns {Store}
 */
export function createStore(initial = {}) {
  let root = { ...initial };
  /** @type {Set<Subscriber>} */
  const subscribers = new Set();
  /** @type {string[][]} */
  const rounds = [];
  let notifying = false;
  /** The moment that is held up to be read while the run goes on; null: the present one. @type {any} */
  let held = null;

  /** @type {Store} */
  const store = {
    get: (path = "") => read(root, path),
    shown: (path = "") => read(held ?? root, path),
    hold(moment) {
      held = moment;
    },
    set: (path, value) => store.patch({ [path]: value }),
    patch(values) {
      const changed = Object.keys(values).filter((path) => !Object.is(read(root, path), values[path]));
      if (changed.length === 0) return;
      for (const path of changed) root = written(root, path.split("."), values[path]);
      rounds.push(changed);
      if (!notifying) notify();
    },
    subscribe(path, fn) {
      const subscriber = { paths: [path].flat(), fn };
      subscribers.add(subscriber);
      return () => {
        subscribers.delete(subscriber);
      };
    },
  };

  /** What a subscriber writes is told in a round of its own, after this one: everybody sees the same order. */
  function notify() {
    notifying = true;
    for (let changed = rounds.shift(); changed; changed = rounds.shift()) {
      for (const subscriber of [...subscribers]) {
        if (subscribers.has(subscriber)) tell(subscriber, changed);
      }
    }
    notifying = false;
  }

  /**
   * One panel's mistake must not keep the others from hearing.
   * @param {Subscriber} subscriber
   * @param {string[]} changed
   */
  function tell(subscriber, changed) {
    if (!subscriber.paths.some((path) => changed.some((other) => related(path, other)))) return;
    try {
      subscriber.fn(store.get(subscriber.paths[0]), store);
    } catch (error) {
      reportError(error);
    }
  }

  return store;
}
