// @ts-check
import {
  ASKED,
  ASLEEP,
  COUNT,
  callsOf,
  exportsOf,
  FIRST,
  GATE,
  GENERATION,
  JOB,
  noteFailure,
  OPEN,
  ROUND,
  TURN,
  takeTasks,
} from "./control.js";

/*
 * The threads know nothing of this library: each gets compiled modules, a shared memory and lists of calls. It sleeps
 * until a round begins, joins if there is work left, takes tasks from its own range and then from the others', and
 * sleeps again. Another generation sends it back to its messages, where the next modules wait.
 */

/** @typedef {import("./team.ts").Orders} Orders */
/** @typedef {(answer: import("./team.ts").Answer) => void} Post */

/** @type {(orders: Orders, post: Post) => void} */
const serve = ({ control, generation, seat, seats, modules, memory, jobs, spins }, post) => {
  const known = exportsOf(modules, memory);
  const calls = callsOf(jobs, known);
  const work = () => {
    const from = FIRST + 1;
    const first = Array.from(control.subarray(from, from + Atomics.load(control, FIRST)));
    const call = calls[Atomics.load(control, JOB)];
    if (call) takeTasks(control, seat, seats, (task) => call(task, first));
  };
  const joins = () => {
    for (let gate = Atomics.load(control, GATE); gate & OPEN; ) {
      const found = Atomics.compareExchange(control, GATE, gate, gate + 1);
      if (found === gate) return true;
      gate = found;
    }
    return false;
  };
  for (let seen = Atomics.load(control, ROUND) - 1; ; ) {
    for (let spin = 0; spin < spins && Atomics.load(control, ROUND) === seen; spin++);
    while (Atomics.load(control, ROUND) === seen) Atomics.wait(control, ROUND, seen);
    seen = Atomics.load(control, ROUND);
    if (Atomics.load(control, GENERATION) !== generation) return;
    if (!joins()) continue;
    const turn = Atomics.load(control, TURN);
    // Only who has joined can be sure that no other module comes meanwhile.
    const current = Atomics.load(control, GENERATION) === generation;
    try {
      if (current) work();
    } catch (error) {
      noteFailure(control, error);
    }
    if (current) Atomics.and(control, GATE, ~OPEN);
    const left = Atomics.sub(control, GATE, 1) - 1;
    if ((left & COUNT) !== 0) continue;
    if (left & ASLEEP) Atomics.notify(control, GATE);
    if (left & ASKED) post({ turn });
  }
};

/** @type {(orders: Orders, post: Post) => void} */
const handle = (orders, post) => {
  try {
    if (Atomics.load(orders.control, GENERATION) === orders.generation) serve(orders, post);
  } catch (error) {
    post({ failure: String(error) });
  }
};
if (typeof self === "undefined") {
  import("node:worker_threads").then(({ parentPort }) => {
    parentPort?.on("message", (orders) => handle(orders, (answer) => parentPort.postMessage(answer)));
  });
} else {
  self.onmessage = ({ data }) => handle(data, (answer) => self.postMessage(answer));
}
