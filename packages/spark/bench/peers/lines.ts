import { createInterface } from "node:readline";

/** The peer's end of a connection in Node: its job and its answers, like protocol.py for Python. */
export const lines: AsyncIterator<string> = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

export const send = (event: string, values: object): void => {
  process.stdout.write(`${JSON.stringify({ event, ...values })}\n`);
};

/** Peak memory of this process, bytes. */
export const peakMemory = (): number => process.resourceUsage().maxRSS * 1024;

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

interface Clocks {
  readonly wall: number;
  readonly cpu: number;
}
export const clocks = (): Clocks => ({ wall: performance.now() / 1000, cpu: cpuSeconds() });

/** The cost of a run. */
export interface Taken {
  readonly seconds: number;
  /** Seconds of processor time; undefined if another process did the work. */
  readonly cpu?: number;
  /** Hz: mean rate of each population of a network. */
  readonly rates?: readonly number[];
}
/** Seconds and processor seconds since `clocks()`. */
export const since = ({ wall, cpu }: Clocks): { readonly seconds: number; readonly cpu: number } => ({
  seconds: performance.now() / 1000 - wall,
  cpu: cpuSeconds() - cpu,
});

/** Answers every "run" until the end. `run` returns its cost, or nothing to have the call timed. */
export const serve = async (run: () => Promise<Taken | undefined>): Promise<void> => {
  for (let line = await lines.next(); !line.done && line.value !== "end"; line = await lines.next()) {
    const begin = clocks();
    const given = await run();
    send("run", given ?? since(begin));
  }
};
