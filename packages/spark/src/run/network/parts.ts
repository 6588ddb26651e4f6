import { sizeOf } from "../../config/shape.ts";
import { StateError } from "../../errors/errors.ts";
import type { BuiltBrain } from "../../graph/build.ts";
import type { NetworkMachine } from "../../program/machine.ts";
import type { Recorded } from "../../record/collectors.ts";
import type { RecordSink } from "../../record/sink.ts";
import type { LoopPart } from "../loop.ts";
import type { Settings } from "../options.ts";
import { headerOf } from "../read.ts";
import type { Plan } from "../session.ts";
import type { Filtered } from "./readout/filtered.ts";
import { type ReadoutPlan, recordOf } from "./readout/plan.ts";
import { ReadoutReader } from "./readout/reader.ts";

/** One run on a machine. */
export interface RunParts {
  readonly brain: BuiltBrain;
  readonly filtered: readonly Filtered[];
  readonly settings: Settings;
  readonly plans: readonly Plan[];
  readonly readouts: readonly ReadoutPlan[];
  /** Spikes of each population that there is room for. */
  readonly room: readonly number[];
  /** Undefined where the run is aborted before its first step. */
  readonly machine: NetworkMachine | undefined;
  readonly before: number;
  readonly sinks: Readonly<Record<string, RecordSink | undefined>>;
}

/** Stands for the part of a machine that was not made: a run that is aborted before its first step asks nothing of it. */
const unbuilt = ({ program }: Plan): Recorded => ({
  program,
  view: () => {
    throw new StateError("BrainSimulation was asked for a network that is not built. Report this as a bug.");
  },
});

/**
 * What a run goes through, chunk by chunk: the read-outs and then every population. A sink of a population may fail; the
 * filters of read-outs have then taken all that the machine has done.
 */
export const partsOf = (run: RunParts): LoopPart[] => {
  const { brain, settings, plans, room, machine, before, sinks } = run;
  const populations = plans.map((plan, k): LoopPart => {
    const { component, name } = brain.populations[k]!;
    const header = headerOf(component, settings, plan.record, before);
    return { plan, machine: machine?.populations[k] ?? unbuilt(plan), room: room[k]!, header, sink: sinks[name] };
  });
  return [readoutPart(run, populations), ...populations];
};

const readoutPart = (
  { brain, filtered, settings, plans, readouts, before, sinks }: RunParts,
  populations: readonly LoopPart[],
): LoopPart => {
  const sink = sinks["readouts"];
  const collectors = new ReadoutReader(
    populations.map(({ machine }) => machine),
    {
      filtered,
      plans: readouts,
      recorded: plans.map(({ record }) => record.traces.length),
      streamed: sink !== undefined,
    },
  );
  const record = recordOf(readouts);
  const header = headerOf(
    { model: brain, units: [brain.populations.reduce((sum, { component }) => sum + sizeOf(component.units), 0)] },
    settings,
    record,
    before,
  );
  const { plan, machine } = populations[0]!;
  return { plan: { ...plan, feeds: [], record }, machine, room: 0, header, sink, collectors };
};
