import { pastsOf } from "../compile/rule.ts";
import type { Precision } from "../config/parse.ts";
import { sizeOf } from "../config/shape.ts";
import type { Synapses } from "../connectivity/synapses.ts";
import { MemoryError } from "../errors/errors.ts";
import type { BuiltBrain } from "../graph/build.ts";
import type { WiredProjection } from "../graph/wiring.ts";
import { type Layout, layoutOf, rowWeights } from "../layout/layout.ts";
import { endsOf, type Space, spaceOf } from "../model/rule-model.ts";
import type { Setup } from "../program/machine.ts";
import { paddedTo } from "../program/program.ts";
import { type ReadoutPlan, recordOf } from "../readouts/plan.ts";
import { SPIKE_BYTES } from "../record/held.ts";
import { lookBackMemory, NOTHING, planMemory, type WeightPlan } from "../record/plan.ts";
import type { RunRequest } from "./frontend.ts";
import { setupMemory } from "./memory.ts";
import { memoryText } from "./memory-refusals.ts";

/**
 * Largest number of bytes in a chunk. A network advances all its populations step by step, so its chunks do not have to
 * fit in a cache.
 */
export const chunkBytes = (memory: number): number => Math.min(4e6, memory / 16);

/** Each table of offsets exists three times: for counting, in the machine, and for filling. */
const TABLES = 3;

type Laying = Exclude<Layout, "auto">;

/**
 * Bytes of the synapses of a projection. Sparse: a 16-bit target per synapse, and a weight if each synapse has its own.
 * Dense: a weight for every pair and, during filling, a byte. Procedural: a weight per source unit. `isOwned`: whether each synapse has its own weight, because weights are written.
 */
export const synapsesMemory = (synapses: Synapses, precision: Precision, layout: Laying, isOwned = false): number => {
  const { sources, targets, delays, telling } = synapses;
  const float = floatBytes(precision);
  if (layout === "procedural") return sources * (float + (telling?.draws ? 2 * 4 : 0));
  const tables = TABLES * sources * delays.length * 4;
  if (layout === "sparse") return tables + listsMemory(synapses, precision, isOwned);
  return tables + rowWeights(synapses) * float + sources * targets * delays.length;
};

const floatBytes = (precision: Precision): number => (precision === "f64" ? 8 : 4);

/** The part that is proportional to the number of synapses. */
const listsMemory = ({ expected, weight }: Synapses, precision: Precision, isOwned: boolean): number =>
  expected * (2 + (weight === undefined || isOwned ? floatBytes(precision) : 0));

/** Bytes that a plasticity rule needs beside the weights: its state, and lists of the synapses by their targets. */
const learningMemory = (
  { sources, targets, delays, expected }: Synapses,
  { plasticity, ruleFields, synaptic }: Pick<WiredProjection, "plasticity" | "ruleFields" | "synaptic">,
  { precision, dt }: { readonly precision: Precision; readonly dt: number },
): number => {
  const { model } = plasticity!;
  const counts: Readonly<Record<Space, number>> = {
    shared: 1,
    pre: sources * delays.length,
    post: targets,
    synapse: expected,
  };
  const pasts = [...pastsOf(model, ruleFields!, dt).values()].reduce((sum, steps) => sum + steps, 0);
  const states = Object.entries(model.state).reduce(
    (sum, [name, { dtype }]) => sum + counts[spaceOf(name)] * (dtype === "int" ? 4 : floatBytes(precision)),
    0,
  );
  const byTarget = Object.keys(model.moments.fire).length > 0 || endsOf(model).some(({ only }) => only !== undefined);
  const lists = byTarget ? expected * 8 : 0;
  // Values that differ between synapses are kept in double precision, too, as they were drawn.
  const given = Object.keys(synaptic).length * expected * (floatBytes(precision) + 8);
  return states + given + lists + (counts.pre + pasts * targets) * floatBytes(precision);
};

/** Name of the spikes in transit in messages. */
const TRANSIT = "spikes in transit";

interface Table {
  readonly name: string;
  readonly bytes: number;
  /** The bytes that are proportional to the number of synapses. */
  readonly listed: number;
  /** Bytes that another layout would save. */
  readonly saved: number;
  readonly remedy: string;
}

/** WebAssembly delivers the spikes of up to this many steps together: of fewer if delays differ. */
const STEPS_TOGETHER = 32;
const STEPS_AHEAD = 8;

/**
 * Bytes of the spikes in transit, if every unit spikes in every step. WebAssembly and the interpreter list them. In a
 * step, native code lists up to an eighth of all units, and stores the bits of all units if more spike.
 */
export const transitMemory = (
  { populations }: Pick<BuiltBrain, "populations">,
  synapses: readonly Pick<Synapses, "delays">[],
  backend: string,
  precision: Precision,
): number => {
  const ends = synapses.flatMap(({ delays }) => (delays.length > 0 ? [delays[0]!, delays.at(-1)!] : []));
  if (ends.length === 0) return 0;
  const longest = Math.max(...ends);
  const sizes = populations.map(({ component }) => sizeOf(component.units));
  const units = sizes.reduce((sum, size) => sum + size, 0);
  if (backend === "native") {
    const padded = sizes.reduce((sum, size) => sum + paddedTo(size, 32), 0);
    return longest * (padded / 2 + (populations.length + 5) * 8);
  }
  if (backend !== "wasm") return longest * units * 4;
  const differ = new Set(ends).size > 1;
  const slots = populations.reduce((sum, { receptors }, p) => {
    return sum + receptors.filter(({ wired }) => wired).length * sizes[p]!;
  }, 0);
  const steps = longest + Math.min(differ ? STEPS_AHEAD : STEPS_TOGETHER, ...ends);
  return units * steps * 4 + (differ ? slots * (STEPS_AHEAD - 1) * floatBytes(precision) : 0);
};

/** How a network is stored. */
interface Laid {
  readonly precision: Precision;
  readonly backend: string;
  /** The projections that have a weight for each synapse, because weights are written. */
  readonly owned: ReadonlySet<number>;
}

/** Memory of each projection, and the layout that would need less. */
const tablesOf = (
  { projections }: BuiltBrain["wiring"],
  synapses: readonly Synapses[],
  { precision, owned, dt }: Pick<Laid, "precision" | "owned"> & Pick<BuiltBrain, "dt">,
): readonly Table[] => {
  const laid = projections.map((wired, k) => ({ ...wired, synapses: synapses[k]!, isOwned: owned.has(k) }));
  const placeOf = ({ source, target, receptor }: (typeof laid)[number]): string => `${source} ${target} ${receptor}`;
  const groups = new Map<string, (typeof laid)[number][]>();
  for (const one of laid) {
    const group = groups.get(placeOf(one));
    if (group) group.push(one);
    else groups.set(placeOf(one), [one]);
  }
  return laid.map((one): Table => {
    const { name, synapses: own, isOwned, plasticity } = one;
    if (plasticity) {
      const listed = listsMemory(own, precision, true);
      const bytes = synapsesMemory(own, precision, "sparse", true) + learningMemory(own, one, { precision, dt });
      return { name: `projection ${name} (learning)`, bytes, listed, saved: 0, remedy: "" };
    }
    const together = groups.get(placeOf(one))!;
    const chosen = layoutOf(together);
    const layout = isOwned && chosen === "procedural" ? "sparse" : chosen;
    const bytes = synapsesMemory(own, precision, layout, isOwned);
    const other = own.telling && together.length === 1 && !isOwned ? "procedural" : "sparse";
    const saved = bytes - synapsesMemory(own, precision, other, isOwned);
    const remedy = `Set layout: "${other}" for ${name}, which saves ${memoryText(saved)}. `;
    const listed = layout === "sparse" ? listsMemory(own, precision, isOwned) : 0;
    return { name: `projection ${name}${layout === "dense" ? " (dense)" : ""}`, bytes, listed, saved, remedy };
  });
};

/**
 * Checks a network against its budget before memory for its synapses is allocated. Returns the number of spikes of each
 * population that fit.
 * @throws MemoryError that lists what takes how much memory and how to reduce it
 */
export const checkNetworkMemory = (
  brain: BuiltBrain,
  setup: Setup,
  {
    populations: requests,
    readouts,
    weights,
    memory,
  }: RunRequest & { readonly readouts: readonly ReadoutPlan[]; readonly weights: readonly WeightPlan[] },
  synapses: readonly Synapses[],
  { precision, backend, owned }: Laid,
): number[] => {
  const { wiring, populations } = brain;
  const tables = tablesOf(wiring, synapses, { precision, owned, dt: brain.dt });
  const kept = [
    ...requests.map(({ record }, k) => [populations[k]!.name, record] as const),
    ["readouts", recordOf(readouts)] as const,
    ["weights", { ...NOTHING, traces: weights.map(({ trace }) => trace) }] as const,
  ];
  const records = kept.flatMap(([population, record]) =>
    planMemory(record).map(({ name, bytes }) => ({ name: `${population}.${name}`, bytes })),
  );
  const looked = kept.map(([name, record], k) => {
    const own = populations[k];
    // A chunk has at most one row of weights.
    return lookBackMemory(record, own ? sizeOf(own.component.units) : 0, name === "weights" ? 0 : setup.rows);
  });
  const own = looked.reduce((sum, bytes) => sum + bytes, setupMemory(setup));
  const transit = transitMemory(brain, synapses, backend, precision);
  const parts = [{ name: "populations", bytes: own }, { name: TRANSIT, bytes: transit }, ...tables, ...records].filter(
    ({ bytes }) => bytes > 0,
  );
  const total = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > memory) throw tooLarge(parts, total, { memory, tables, recorded: records.length > 0 });
  const units = populations.map(({ component }) => sizeOf(component.units));
  const counted = requests.map(({ record }, k) => (record.spikes ? units[k]! : 0));
  const all = counted.reduce((sum, count) => sum + count, 0);
  const room = Math.floor((memory - total) / SPIKE_BYTES);
  return counted.map((count) => Math.max(1, Math.floor((room * count) / Math.max(1, all))));
};

const tooLarge = (
  parts: readonly { readonly name: string; readonly bytes: number }[],
  total: number,
  {
    memory,
    tables,
    recorded,
  }: { readonly memory: number; readonly tables: readonly Table[]; readonly recorded: boolean },
): MemoryError => {
  const listed = [...parts].sort((a, b) => b.bytes - a.bytes).slice(0, 6);
  const more = parts.length > listed.length ? `, and ${parts.length - listed.length} more` : "";
  const named = listed.map(({ name, bytes }) => `${name} ${memoryText(bytes)}`).join(", ");
  const [best] = tables.filter(({ saved }) => saved > 0).sort((a, b) => b.saved - a.saved);
  const delays = listed[0]!.name === TRANSIT ? "Use shorter delays. " : "";
  // The memory left for synapses, relative to what all of them take.
  const ofSynapses = tables.reduce((sum, { listed: own }) => sum + own, 0);
  const fitting = ofSynapses > 0 ? Math.floor(((memory - total + ofSynapses) / ofSynapses) * 100) : 0;
  const fewer =
    fitting >= 1
      ? `About ${fitting} % of the synapses would fit: use fewer synapses, record less, `
      : `${recorded ? "Record less, use" : "Use"} fewer units, `;
  // A larger budget makes larger chunks.
  const enough = Math.ceil((total + chunkBytes(total * 1.1)) / 1e6) * 1e6;
  return new MemoryError(
    `memory must be at least ${memoryText(total)} for this network (${named}${more}); received ${memoryText(memory)}. ${delays}${best?.remedy ?? ""}${fewer}or raise memory to ${enough}.`,
  );
};
