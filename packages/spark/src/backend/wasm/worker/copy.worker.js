// @ts-check

/*
 * The worker knows nothing of this library: it gets compiled modules and bytes, runs, and sends bytes back.
 */

/** @typedef {import("./machine.ts").Request} Request */
/** @typedef {{ postMessage: (answer: object, transfer?: ArrayBuffer[]) => void }} Port */
/** @typedef {(firstStep: number, rows: number, ...task: number[]) => void} Run */

/** @type {WebAssembly.Memory} */
let memory;
/** @type {Run[]} */
let runs = [];

/** @type {(request: Request) => { id: number, parts: { offset: number, bytes: Uint8Array<ArrayBuffer> }[] }} */
const handle = ({ id, load, writes = [], call, reads = [] }) => {
  if (load) {
    memory = new WebAssembly.Memory({ initial: load.pages });
    runs = load.modules.map((module) => {
      const { exports } = new WebAssembly.Instance(module, { spark: { memory } });
      return /** @type {Run} */ (exports["run"]);
    });
  }
  for (const { offset, bytes } of writes) new Uint8Array(memory.buffer).set(bytes, offset);
  if (call) for (const [population, ...task] of call.tasks) runs[population]?.(call.firstStep, call.rows, ...task);
  const parts = reads.map(([offset, length]) => ({
    offset,
    bytes: new Uint8Array(memory.buffer, offset, length).slice(),
  }));
  return { id, parts };
};

/** @type {(port: Port, request: Request) => void} */
const reply = (port, request) => {
  try {
    const answer = handle(request);
    port.postMessage(
      answer,
      answer.parts.map(({ bytes }) => bytes.buffer),
    );
  } catch (error) {
    port.postMessage({ id: request.id, error: String(error) });
  }
};
if (typeof self === "undefined") {
  import("node:worker_threads").then(({ parentPort }) => {
    parentPort?.on("message", (request) => reply(parentPort, request));
  });
} else {
  self.onmessage = ({ data }) => reply(/** @type {Port} */ (/** @type {unknown} */ (self)), data);
}
