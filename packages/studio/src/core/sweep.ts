import { type Client, connect, EngineError } from "./client.ts";
import { changeValue } from "./commands.ts";
import type { Command, History } from "./history.ts";
import { isObject, type Json, type JsonObject, type Key, objectAt, valueAt } from "./json.ts";
import { linkOf } from "./links.ts";
import type { Problem, SweptRow } from "./protocol.ts";
import { type Readable, type Writable, writable } from "./readable.ts";
import type { StartedEngine } from "./session.ts";
import type { Transport } from "./transport.ts";

/*
 * A sweep over one or two parameters of the document. It runs in an engine of its own, so that the simulation on the
 * page goes on.
 */

/** A parameter of a sweep and its values, evenly spaced. */
export interface Axis {
  readonly keys: readonly Key[];
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

export interface Sweep {
  readonly axes: readonly Axis[];
  /** Values by axis. */
  readonly values: readonly (readonly number[])[];
  /** In the order of the values; the last axis changes fastest. */
  readonly rows: readonly SweptRow[];
  /** Names of the measured columns. */
  readonly measures: readonly string[];
}

export type SweepStatus =
  | { readonly kind: "ready" }
  | { readonly kind: "running"; readonly done: number; readonly total: number }
  | { readonly kind: "failed"; readonly message: string };

/** The parts of the studio that a sweep uses. */
interface Swept {
  readonly document: Readable<JsonObject>;
  readonly problems: Readable<readonly Problem[]>;
  readonly history: Pick<History, "files">;
  readonly transport: Pick<Transport, "begin">;
  run(command: Command): boolean;
}

export interface StudioSweep {
  /** The parameters of the next sweep; empty until one was chosen from a field. */
  readonly axes: Writable<readonly Axis[]>;
  readonly status: Readable<SweepStatus>;
  readonly result: Readable<Sweep | undefined>;
  /** Grows with each `begin`, so that the page shows the sweep. */
  readonly requested: Readable<number>;
  /** Starts with the parameter of a field. `present` is its value where the document has none, such as a default. */
  begin(keys: readonly Key[], present?: number): void;
  /** Why these axes cannot run; undefined if they can. */
  problem(): string | undefined;
  run(): Promise<void>;
  stop(): void;
  /** Opens a run: puts its values into the document, as one change, and plays it from the start. */
  take(row: number): void;
  /** The plan of these runs as the text of a file, for a terminal or a cluster. Undefined, with a message, if it cannot be made. */
  plan(): Promise<string | undefined>;
  /** The command that runs the same sweep, for a terminal or a cluster. */
  command(file: string): string;
  /** Numbers of the document that can be the second parameter. */
  candidates(): readonly (readonly Key[])[];
}

/** Runs of one sweep in a page. Larger ones belong to the command line. */
const mostRuns = 400;
/** Runs of a plan that the page writes. */
const mostPlanned = 100_000;
const measured = ["rate", "cv"] as const;

export const pathOf = (keys: readonly Key[]): string => keys.join(".");

export const valuesOf = ({ from, to, count }: Axis): number[] =>
  Array.from({ length: count }, (_, k) =>
    count === 1 ? from : Number((from + ((to - from) * k) / (count - 1)).toPrecision(12)),
  );

/** The points of the axes, the last axis changing fastest. */
export const pointsOf = (axes: readonly Axis[]): number[][] =>
  axes.reduce<number[][]>(
    (points, axis) => points.flatMap((point) => valuesOf(axis).map((value) => [...point, value])),
    [[]],
  );

/** The document with the values of a point. */
export const withPoint = (document: JsonObject, axes: readonly Axis[], point: readonly number[]): JsonObject =>
  axes.reduce((next, { keys }, k) => changeValue(keys, point[k]!, "").apply(next), document);

/** The values of each run by path. Values that are linked to a parameter of the sweep follow it. */
export const overridesOf = (document: JsonObject, axes: readonly Axis[]): readonly Readonly<Record<string, number>>[] =>
  pointsOf(axes).map((point) =>
    Object.fromEntries(
      axes.flatMap(({ keys }, k) =>
        (linkOf(document, keys) ?? [keys]).map((member) => [pathOf(member), point[k]!] as const),
      ),
    ),
  );

const numbersIn = (value: Json, keys: readonly Key[]): (readonly Key[])[] => {
  if (typeof value === "number") return [keys];
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, one]) => numbersIn(one, [...keys, key]));
};

/** A first interval around a value. */
const around = (value: number): Pick<Axis, "from" | "to"> => {
  if (value === 0) return { from: 0, to: 1 };
  const [one, other] = [0.8 * value, 1.2 * value].map((bound) => Number(bound.toPrecision(4)));
  return { from: Math.min(one!, other!), to: Math.max(one!, other!) };
};

export const studioSweep = (studio: Swept, start: () => StartedEngine): StudioSweep => {
  const axes = writable<readonly Axis[]>([]);
  const status = writable<SweepStatus>({ kind: "ready" });
  const result = writable<Sweep | undefined>(undefined);
  const requested = writable(0);
  let engine: { readonly started: StartedEngine; readonly client: Client } | undefined;

  const end = (): void => {
    engine?.started.terminate();
    engine = undefined;
  };
  /** Starts an engine for a sweep. */
  const connected = (progress: (share: number) => void): Client => {
    const started = start();
    const client = connect(started.channel, {
      frame: () => undefined,
      progress: (_, share) => engine?.client === client && progress(share ?? 0),
      ended: () => undefined,
    });
    engine = { started, client };
    started.onDeath((text) =>
      client.fail({ name: "Error", message: `The sweep stopped unexpectedly. ${text}`, problems: [] }),
    );
    return client;
  };
  const problem = (most = mostRuns): string | undefined => {
    const chosen = axes.get();
    if (chosen.length === 0) return "Choose a parameter.";
    for (const { keys, from, to, count } of chosen) {
      const name = pathOf(keys);
      if (!Number.isFinite(from) || !Number.isFinite(to)) return `${name} needs two numbers. Give its bounds.`;
      if (!Number.isInteger(count) || count < 1) return `${name} needs a whole number of values of at least 1.`;
    }
    if (new Set(chosen.map(({ keys }) => pathOf(keys))).size < chosen.length)
      return "Both parameters are the same. Choose another.";
    const runs = chosen.reduce((product, { count }) => product * count, 1);
    if (runs > most) {
      const instead = most === mostRuns ? ", or the plan below" : "";
      return `These are ${runs} runs; the page takes ${most}. Use fewer values${instead}.`;
    }
    const [first] = studio.problems.get();
    return first && `The experiment has a problem: ${first.path} ${first.message}`;
  };

  return {
    axes,
    status,
    result,
    requested,
    problem: () => problem(),
    begin: (keys, present = 0) => {
      const value = valueAt(studio.document.get(), keys);
      axes.set([{ keys, ...around(typeof value === "number" ? value : present), count: 7 }]);
      if (status.get().kind !== "running") status.set({ kind: "ready" });
      requested.update((count) => count + 1);
    },
    candidates: () => {
      const document = studio.document.get();
      const found = ["model", "inputs"].flatMap((part) => numbersIn(objectAt(document, part), [part]));
      const taken = axes.get().map(({ keys }) => pathOf(keys));
      return found.filter((keys) => !keys.includes("units") && !taken.includes(pathOf(keys)));
    },
    run: async () => {
      const message = problem();
      if (message !== undefined) {
        status.set({ kind: "failed", message });
        return;
      }
      const chosen = axes.get();
      const document = studio.document.get();
      const points = overridesOf(document, chosen);
      status.set({ kind: "running", done: 0, total: points.length });
      const client = connected((share) =>
        status.set({ kind: "running", done: Math.round(share * points.length), total: points.length }),
      );
      try {
        await client.call("attach", studio.history.files.get());
        const rows = await client.call("sweep", { document, points, measures: measured });
        const measures = Object.keys(rows.find(({ error }) => error === undefined)?.measures ?? {});
        result.set({ axes: chosen, values: chosen.map(valuesOf), rows, measures });
        status.set({ kind: "ready" });
      } catch (error) {
        if (engine?.client !== client) return;
        status.set({ kind: "failed", message: error instanceof EngineError ? error.message : String(error) });
      }
      if (engine?.client === client) end();
    },
    stop: () => {
      end();
      status.set({ kind: "ready" });
    },
    take: (row) => {
      const swept = result.get();
      const point = swept && pointsOf(swept.axes)[row];
      if (!point) return;
      const text = swept.axes.map(({ keys }, k) => `${String(keys.at(-1))} ${point[k]}`).join(", ");
      studio.run({ label: `Use ${text} of the sweep`, apply: (document) => withPoint(document, swept.axes, point) });
      studio.transport.begin();
    },
    plan: async () => {
      const message = problem(mostPlanned);
      if (message !== undefined || status.get().kind === "running") {
        if (message !== undefined) status.set({ kind: "failed", message });
        return undefined;
      }
      const document = studio.document.get();
      const client = connected(() => undefined);
      try {
        await client.call("attach", studio.history.files.get());
        const points = overridesOf(document, axes.get());
        return await client.call("sweepPlan", { document, points, measures: measured });
      } catch (error) {
        status.set({ kind: "failed", message: error instanceof EngineError ? error.message : String(error) });
        return undefined;
      } finally {
        if (engine?.client === client) end();
      }
    },
    command: (file) =>
      [
        `npx spark-snn sweep ${file}`,
        ...axes.get().map(({ keys, from, to, count }) => `--vary ${pathOf(keys)}=${from}:${to}:${count}`),
        `--measure ${measured.join(",")} --out sweep`,
      ].join(" \\\n  "),
  };
};
