import { ConfigError } from "../../errors/errors.ts";
import type { Setup } from "../../program/machine.ts";
import { type Collecting, Collectors } from "../../record/collectors.ts";
import type { Conditions } from "../../record/open.ts";
import {
  hasTriggers,
  memoryOfPlan,
  NOTHING,
  type RecordPlan,
  type TracePlan,
  type WeightPlan,
} from "../../record/plan.ts";
import { NO_SCENERY } from "../../record/sight.ts";
import type { Frontend, NetworkRequest, RunRequest } from "../frontend.ts";
import type { LoopPart } from "../loop.ts";
import { frameOf, ownRecords } from "./frame.ts";
import type { Frame } from "./model.ts";

/** Bytes of records at which a frame is full. The session then waits until it is received. */
export const FRAME_BYTES = 64 * 2 ** 20;
/** Largest number of steps in a frame with values of variables. */
const MOST_STEPS = 2 ** 18;
/** Bytes per spike. */
const SPIKE = 8;
/** The collectors stop at this number of spikes. A frame is full long before. */
const SPIKE_ROOM = 2 ** 28;

/** A record of changes needs the row before, as an interval that is reduced needs its steps. */
const tracedWeights = ({ trace, difference }: WeightPlan): TracePlan =>
  difference ? { ...trace, reduce: "mean", over: "time" } : trace;

const plansOf = (request: RunRequest): RecordPlan[] => [
  ...request.populations.map(({ record }) => record),
  { ...NOTHING, traces: ((request as Partial<NetworkRequest>).weights ?? []).map(tracedWeights) },
  ...((request as Partial<NetworkRequest>).readouts ?? []).map(({ record }) => ({
    spikes: undefined,
    binned: [],
    conditions: [],
    traces: record ? [record] : [],
  })),
];

/** Bytes that a step adds to the traces and rates of a frame. */
const stepBytes = (plans: readonly RecordPlan[]): number =>
  plans.reduce((sum, { traces, binned }) => {
    const own = traces.reduce((bytes, { columns, every, type }) => {
      return bytes + (16 + columns * (type === "f64" ? 8 : 4)) / every;
    }, 0);
    return sum + binned.reduce((bytes, { columns, bin }) => bytes + (16 + columns * 8) / bin, own);
  }, 0);

/** The same request with room for the records of a frame, instead of all records. */
export const framed = <Q extends RunRequest>(
  request: Q,
  rows: number,
): { readonly request: Q; readonly room: number } => {
  const bytes = stepBytes(plansOf(request));
  const fitting = bytes === 0 ? Infinity : Math.min(MOST_STEPS, Math.floor(FRAME_BYTES / 2 / bytes));
  const room = Math.max(fitting, 2 * rows);
  const within = <P extends { readonly rows: number }>(plan: P, every: number): P => ({
    ...plan,
    rows: Math.min(plan.rows, Math.ceil(room / every) + 1),
  });
  const recordOf = ({ binned, traces, ...others }: RecordPlan): RecordPlan => ({
    ...others,
    binned: binned.map((plan) => within(plan, plan.bin)),
    traces: traces.map((trace) => within(trace, trace.every)),
  });
  const { readouts, weights } = request as Partial<NetworkRequest>;
  return {
    room,
    request: {
      ...request,
      populations: request.populations.map((population) => ({ ...population, record: recordOf(population.record) })),
      ...(weights && { weights: weights.map((plan) => ({ ...plan, trace: within(plan.trace, plan.trace.every) })) }),
      ...(readouts && {
        readouts: readouts.map((plan) => ({ ...plan, record: plan.record && within(plan.record, plan.record.every) })),
      }),
    },
  };
};

const recordsOf = (request: RunRequest) =>
  plansOf(request).flatMap(({ spikes, binned, traces }) => [...(spikes ? [spikes] : []), ...binned, ...traces]);

/** The largest number of steps on which a row of a record depends. */
export const longestInterval = (request: RunRequest): number =>
  recordsOf(request).reduce((longest, plan) => Math.max(longest, memoryOfPlan(plan)), 1);

/** What collects records with conditions. */
type Gating = typeof import("../../record/gated.ts") & typeof import("../../record/gated-reader.ts");

/** Loads what records with conditions need. @throws ConfigError for options that only runs have */
export const prepareRecords = async (request: RunRequest): Promise<Gating | undefined> => {
  const triggers = recordsOf(request).flatMap(({ trigger }) => trigger ?? []);
  const issues = triggers
    .filter(({ most }) => most !== Number.POSITIVE_INFINITY)
    .map(({ path }) => {
      const message = "is not available in a session, which passes its rows on in frames. Remove it.";
      return { path: `${path}.most`, message };
    });
  if (issues.length > 0) throw new ConfigError(issues);
  if (triggers.length === 0) return undefined;
  return { ...(await import("../../record/gated.ts")), ...(await import("../../record/gated-reader.ts")) };
};

/** Collects the records of a session across its runs, and divides them into frames. */
export class Frames {
  readonly #front: Frontend;
  readonly #conditions: Conditions;
  #gated: Gating | undefined;
  readonly #dt: number;
  #parts: readonly LoopPart[] = [];
  #collectors: readonly Collecting[] = [];
  /** Steps before the present frame, and up to its end. */
  #first: number;
  #reached: number;
  /** When the session last began to compute; undefined while it does not. */
  #began: number | undefined;
  /** Wall-clock time of the present frame before that, ms. */
  #spent = 0;
  /** Steps for which a frame has room. */
  room = Infinity;
  /** Finished frames that wait for the receiver. */
  readonly held: Frame[] = [];

  constructor(front: Frontend, conditions: Conditions, step: number) {
    this.#front = front;
    this.#conditions = conditions;
    this.#dt = front.checked.settings.dt;
    this.#first = step;
    this.#reached = step;
  }

  /** Number of steps for which the present frame has room. */
  get left(): number {
    const spikes = this.#collectors.reduce((sum, { spikeCount }) => sum + spikeCount, 0);
    return spikes * SPIKE >= FRAME_BYTES ? 0 : this.room - (this.#reached - this.#first);
  }

  /** Whether the present frame has any steps. */
  get started(): boolean {
    return this.#reached > this.#first;
  }

  /** Collects the records of a run. Returns its parts with the collectors. */
  join(parts: readonly LoopPart[], setup: Setup, step: number): readonly LoopPart[] {
    const before = this.#collectors;
    const isSame = before.length > 0 && parts.every(({ population }, p) => population === this.#parts[p]!.population);
    if (!isSame) {
      this.finish();
      this.#parts = parts;
      this.#collectors = parts.map((part) => this.#collectorsFor(part, setup));
      for (const [k, collector] of this.#collectors.entries()) {
        const former = before[k];
        if (former) collector.resume(former);
        else collector.jump(step);
      }
    }
    return parts.map((part, p) => ({ ...part, collectors: this.#collectors[p]! }));
  }

  #collectorsFor({ record, population, reader, scenery = NO_SCENERY }: LoopPart, { rows }: Setup): Collecting {
    const options = { record, rows, dt: this.#dt, streamed: false, room: SPIKE_ROOM };
    const { started } = this.#conditions;
    if (!hasTriggers(record)) return reader ?? new Collectors(population, options);
    const { GatedCollectors, GatedReader } = this.#gated!;
    if (reader) return new GatedReader(reader, record, scenery, started);
    return new GatedCollectors(population, options, started, { scenery });
  }

  /** Notes how far the session has come. */
  reach(step: number): void {
    this.#reached = step;
  }

  /** Starts to count the wall-clock time. */
  resume(now: number): void {
    this.#began = now;
  }

  /** Stops counting it. */
  rest(now: number): void {
    this.#spent += now - (this.#began ?? now);
    this.#began = undefined;
  }

  /** Makes a frame of the present records, if it has any steps, and holds it. */
  finish(): void {
    if (!this.started) return;
    const extent = { first: this.#first, last: this.#reached };
    const own = this.#collectors.map((collector, k) =>
      ownRecords(collector.results(this.#dt), extent, this.#dt, this.#parts[k]!.record.spikes?.trigger !== undefined),
    );
    const now = performance.now();
    const computes = this.#began !== undefined;
    this.rest(now);
    if (computes) this.resume(now);
    this.held.push(frameOf(this.#recordsOf(own), extent, this.#dt, this.#spent / 1000));
    this.#clear();
    this.#first = this.#reached;
  }

  #recordsOf(own: readonly object[]): object {
    const { network, populations } = this.#front;
    if (!network) return own[0]!;
    const [readouts, ...others] = own;
    const named = populations.map(({ name, component: { units } }, p) => {
      const count = units.reduce((product, size) => product * size, 1);
      return [name, { name, units: count, ...others[p] }];
    });
    const weights = others[populations.length];
    return { ...Object.fromEntries(named), readouts, ...(weights && { weights }) };
  }

  #clear(): void {
    this.#spent = 0;
    for (const collector of this.#collectors) collector.clear();
  }

  /** Discards the present records, and continues after a step. */
  discard(step: number): void {
    this.#clear();
    this.#first = step;
    this.#reached = step;
  }

  /** The same, if the records before the step are unknown. */
  jump(step: number): void {
    this.discard(step);
    for (const collector of this.#collectors) collector.jump(step);
  }

  /** Records something else from now on; `gated` collects records with conditions. */
  renew(room: number, gated: Gating | undefined): void {
    this.finish();
    this.room = room;
    this.#gated = gated;
    this.#collectors = [];
    this.#parts = [];
  }
}
