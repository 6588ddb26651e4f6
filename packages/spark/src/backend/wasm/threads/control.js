// @ts-check

/*
 * What the calling thread and the workers have in common. The text of workers has it in place of an import.
 *
 * Places in the control block, in ints, each group on a cache line of its own. The gate counts the threads that are at
 * work and says whether more may join; who finds all tasks taken closes it.
 */
export const ROUND = 0;
export const GENERATION = 1;
export const GATE = 16;
export const TURN = 32;
export const JOB = 33;
/** The number of arguments that all tasks of a round get, then these. */
export const FIRST = 34;
export const FAILED = 48;
export const TEXT = 50;
export const TEXT_LENGTH = 206;
/** For each thread the next of its tasks and the one behind its last. */
export const RANGES = 256;
export const RANGE = 16;

/** Bits of the gate: whether threads may join, who waits for the last one and how; the rest counts those at work. */
export const OPEN = 1 << 30;
export const ASKED = 1 << 29;
export const ASLEEP = 1 << 28;
export const COUNT = ASLEEP - 1;

/**
 * Calls a function with the number of each task that no other thread has taken: its own ones first, then the others'.
 * @param {Int32Array} control
 * @param {number} seat
 * @param {number} seats
 * @param {(task: number) => void} call
 * @returns {number} the tasks that it took
 */
export const takeTasks = (control, seat, seats, call) => {
  let taken = 0;
  for (let turn = 0; turn < seats; turn++) {
    const range = RANGES + ((seat + turn) % seats) * RANGE;
    for (;;) {
      const task = Atomics.add(control, range, 1);
      if (task >= /** @type {number} */ (control[range + 1])) break;
      call(task);
      taken++;
    }
  }
  return taken;
};

/**
 * Leaves the text of the first error of a round.
 * @param {Int32Array} control
 * @param {unknown} error
 */
export const noteFailure = (control, error) => {
  if (Atomics.compareExchange(control, FAILED, 0, 1) !== 0) return;
  const text = String(error).slice(0, TEXT_LENGTH);
  control[TEXT - 1] = text.length;
  for (let k = 0; k < text.length; k++) control[TEXT + k] = text.charCodeAt(k);
};

/**
 * The functions that tasks call: exports of the last module. The others are made before it and give it what they export.
 * @param {readonly { readonly name: string, readonly module: WebAssembly.Module }[]} modules
 * @param {WebAssembly.Memory} memory
 * @returns {Record<string, WebAssembly.ExportValue>}
 */
export const exportsOf = (modules, memory) => {
  /** @type {Record<string, WebAssembly.ExportValue>} */
  const known = { memory };
  for (const { name, module } of modules) {
    const { exports } = new WebAssembly.Instance(module, { spark: known });
    for (const [key, value] of Object.entries(exports)) known[`${name}${key}`] = value;
  }
  return known;
};

/**
 * For each job a function that calls what a task says: the number of a function, then its last arguments.
 * @param {readonly { readonly names: readonly string[], readonly tasks: readonly (readonly number[])[] }[]} jobs
 * @param {Record<string, WebAssembly.ExportValue>} known
 * @returns {((task: number, first: readonly number[]) => void)[]}
 */
export const callsOf = (jobs, known) =>
  jobs.map(({ names, tasks }) => {
    const functions = names.map((name) => /** @type {(...args: number[]) => void} */ (known[name]));
    return (task, first) => {
      const [which = 0, ...rest] = /** @type {readonly number[]} */ (tasks[task]);
      functions[which]?.(...first, ...rest);
    };
  });
