import { createInterface } from "node:readline";

/** The end of a peer that runs in Node: its job, and its answers. What protocol.py does for Python. */
export const lines: AsyncIterator<string> = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

export const send = (event: string, values: object): void => {
  process.stdout.write(`${JSON.stringify({ event, ...values })}\n`);
};

/** Most memory that this process has held, bytes. */
export const peakMemory = (): number => process.resourceUsage().maxRSS * 1024;

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** Answers every "run" until the end. `run` gives its seconds, or nothing to have the call timed. */
export const serve = async (run: () => Promise<number | undefined>): Promise<void> => {
  for (let line = await lines.next(); !line.done && line.value !== "end"; line = await lines.next()) {
    const cpu = cpuSeconds();
    const begin = performance.now();
    const given = await run();
    const wall = (performance.now() - begin) / 1000;
    send("run", { seconds: given ?? wall, cpu: given === undefined ? cpuSeconds() - cpu : undefined });
  }
};
