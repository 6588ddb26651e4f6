import { MemoryError } from "../../../errors/errors.ts";
import { lines } from "../../../program/memory.ts";
import type { BundlePart } from "../../../program/network.ts";
import type {
  BuildCounts,
  BuildRequest,
  DelayPlaces,
  Recipe,
  RecipeWeights,
  SynapseBuilder,
} from "../../../program/recipe.ts";
import type { Work } from "../../../program/work.ts";
import { processors, threadsObstacle } from "../threads/shared.ts";
import { Team } from "../threads/team.ts";
import { MOST_CHOICES } from "./draws.ts";
import { type BuildVariant, emitBuild, MOST_PAGES } from "./module.ts";
import { CLIPPED, MANY, NOTE, NOTES, tallyWords } from "./records.ts";
import { type BuildLayout, blocksOf, bytesOfBuild, layOutBuild, Places, writeBuild } from "./tables.ts";

const PAGE = 65_536;
/** Number of blocks per thread and round, so that the others do not wait for a delayed thread. */
const SLOTS = 4;
/** Number of draws in a task that counts source units. */
const TALLY = 16_384;

type Task = (record: number, first: number, slot: number, task: number) => void;
type JobName = "tally" | "count" | "fill";
const jobNames: readonly JobName[] = ["tally", "count", "fill"];

/** Draws and writes synapses in WebAssembly, on the calling thread or on a team of threads. */
class WasmBuilder implements SynapseBuilder {
  readonly #team: Team | undefined;
  readonly #slots: number;
  readonly #memory: WebAssembly.Memory;
  readonly #starts = new WeakMap<Recipe, Uint32Array>();
  #variant = "";
  #tasks: Readonly<Record<JobName, Task>> | undefined;

  constructor(team?: Team) {
    this.#team = team;
    this.#slots = team ? SLOTS * team.seats : 1;
    this.#memory = new WebAssembly.Memory(team ? { initial: 1, maximum: MOST_PAGES, shared: true } : { initial: 1 });
  }

  fits(request: BuildRequest): boolean {
    const { projections, sources } = request;
    if (sources >= MOST_CHOICES || projections.some(({ recipe }) => recipe.partners.choices >= MOST_CHOICES))
      return false;
    const delays = projections.reduce((most, { recipe }) => {
      const { delays: own } = recipe;
      return Math.max(most, "steps" in own ? own.steps : own.lowest + own.thresholds.length);
    }, 1);
    return delays < MANY / 4 && bytesOfBuild(request, delays, 2 * this.#slots) < (MOST_PAGES * PAGE) / 2;
  }

  *count(request: BuildRequest, delays: DelayPlaces): Work<BuildCounts> {
    const starts = yield* this.#startsOf(request);
    const { blocks, layout } = this.#layOut(request, delays, starts);
    const load = this.#load({ wide: request.wide, precision: "f32" });
    if (load) yield load;
    const memory = this.#grow(layout.end);
    writeBuild(memory, layout, request, { starts, blocks, delays, weights: false });
    const table = new Uint32Array(memory, layout.table, request.shards * request.sources * delays.delays);
    table.fill(0);
    const clippedOf = (slot: number): Uint32Array =>
      new Uint32Array(memory, layout.slots + slot * layout.slotBytes + CLIPPED, request.projections.length);
    for (let slot = 0; slot < this.#slots; slot++) clippedOf(slot).fill(0);
    for (let block = 0; block < blocks.length - 1; block += this.#slots) {
      yield this.#round("count", [layout.head, block, 0]);
    }
    const tallies = starts.map((list, projection) => {
      let clipped = 0;
      for (let slot = 0; slot < this.#slots; slot++) clipped += clippedOf(slot)[projection]!;
      return { synapses: list[request.sources]!, clipped };
    });
    return { counts: table.slice(), tallies };
  }

  *fill(
    request: BuildRequest,
    delays: DelayPlaces,
    offsets: readonly Uint32Array[],
    parts: readonly BundlePart[],
    weighs: boolean,
  ): Work<void> {
    const starts = yield* this.#startsOf(request);
    const { blocks, layout } = this.#layOut(request, delays, starts);
    const precision = parts.some(({ weights }) => weights instanceof Float64Array) ? "f64" : "f32";
    const load = this.#load({ wide: request.wide, precision });
    if (load) yield load;
    const memory = this.#grow(layout.end);
    writeBuild(memory, layout, request, { starts, blocks, delays, weights: weighs });
    const rows = request.sources * delays.delays;
    const bases = offsets.map((own, shard) => {
      new Uint32Array(memory, layout.table + shard * rows * 4, rows).set(own.subarray(0, rows));
      const base = new Uint32Array(memory, layout.bases + shard * blocks.length * 4, blocks.length);
      for (let block = 0; block < blocks.length; block++) base[block] = own[blocks[block]! * delays.delays]!;
      return base;
    });
    const writer = new Writer(memory, layout, { request, parts, bases, weighs, precision });
    const count = blocks.length - 1;
    const write = (first: number, firstSlot: number): void => {
      for (let task = 0; task < this.#slots && first + task < count; task++) {
        writer.write(first + task, firstSlot + task);
      }
    };
    // The threads fill one set of slots while this one empties the other.
    let written = 0;
    let firstSlot = 0;
    for (let block = 0; block < count; block += this.#slots) {
      const before = written;
      const slotBefore = this.#slots - firstSlot;
      const empty = (): void => {
        if (block > 0) write(before, slotBefore);
      };
      if (this.#team) yield this.#round("fill", [layout.head, block, firstSlot], empty);
      else {
        this.#round("fill", [layout.head, block, 0]);
        write(block, 0);
        yield;
      }
      written = block;
      firstSlot = this.#slots - firstSlot;
    }
    if (this.#team && count > 0) write(written, this.#slots - firstSlot);
  }

  dispose(): void {
    this.#team?.dispose();
    this.#tasks = undefined;
  }

  #layOut(request: BuildRequest, { delays }: DelayPlaces, starts: readonly Uint32Array[]) {
    const { blocks, most } = blocksOf(starts, request.sources);
    const slots = this.#team ? 2 * this.#slots : 1;
    return { blocks, layout: layOutBuild(request, { delays, blocks: blocks.length - 1, most, slots }) };
  }

  /** For each projection: the number of the first synapse of each source unit, followed by the number of synapses. */
  *#startsOf({ projections, sources }: BuildRequest): Work<Uint32Array[]> {
    const all: Uint32Array[] = [];
    for (const { recipe } of projections) {
      const { outgoing } = recipe;
      let starts = this.#starts.get(recipe);
      if (!starts) {
        starts =
          "each" in outgoing
            ? Uint32Array.from({ length: sources + 1 }, (_, source) => source * outgoing.each)
            : yield* this.#drawStarts(outgoing, sources);
        this.#starts.set(recipe, starts);
      }
      all.push(starts);
    }
    return all;
  }

  *#drawStarts(
    { total, schedule }: Extract<Recipe["outgoing"], { readonly total: number }>,
    sources: number,
  ): Work<Uint32Array> {
    const places = new Places();
    const record = places.take(tallyWords.bytes);
    const tableBytes = lines(sources * 4);
    const tables = places.take(tableBytes * this.#slots);
    const slotBytes = 16 * PAGE;
    const slots = places.take(slotBytes * this.#slots);
    const load = this.#load({ wide: false, precision: "f32" });
    if (load) yield load;
    const memory = this.#grow(places.end);
    const words = new Int32Array(memory, record, tallyWords.bytes / 4);
    const values = { total, tables, tableBytes, slots, slotBytes, chunk: 0, units: sources };
    for (const [name, value] of Object.entries(values)) words[tallyWords[name as keyof typeof values] / 4] = value;
    words.set(schedule, tallyWords.key0 / 4);
    new Uint8Array(memory, tables, tableBytes * this.#slots).fill(0);
    for (let first = 0; first < Math.ceil(total / 2); first += TALLY * this.#slots) {
      yield this.#round("tally", [record, first, TALLY]);
    }
    const starts = new Uint32Array(sources + 1);
    for (let slot = 0; slot < this.#slots; slot++) {
      const counts = new Uint32Array(memory, tables + slot * tableBytes, sources);
      for (let source = 0; source < sources; source++) starts[source + 1]! += counts[source]!;
    }
    for (let source = 0; source < sources; source++) starts[source + 1]! += starts[source]!;
    return starts;
  }

  /** Loads another module into the threads, if the current one does not match. */
  #load(own: Omit<BuildVariant, "shared">): Promise<void> | undefined {
    const variant = `${own.wide} ${own.precision}`;
    if (variant === this.#variant) return undefined;
    this.#variant = variant;
    const memory = this.#memory;
    const module = new WebAssembly.Module(emitBuild({ ...own, shared: this.#team !== undefined }));
    if (!this.#team) {
      const { exports } = new WebAssembly.Instance(module, { spark: { memory } });
      this.#tasks = exports as unknown as Readonly<Record<JobName, Task>>;
      return undefined;
    }
    const tasks = Array.from({ length: this.#slots }, (_, slot) => [0, slot]);
    const jobs = jobNames.map((name) => ({ names: [name], tasks }));
    return this.#team.load({ modules: [{ name: "", module }], memory, jobs });
  }

  #round(job: JobName, first: readonly [number, number, number], meanwhile?: () => void): void | Promise<void> {
    if (this.#team) return this.#team.round(jobNames.indexOf(job), first, meanwhile);
    this.#tasks![job](...first, 0);
  }

  #grow(bytes: number): ArrayBuffer {
    const missing = Math.ceil((bytes - this.#memory.buffer.byteLength) / PAGE);
    try {
      if (missing > 0) this.#memory.grow(missing);
    } catch (cause) {
      const megabytes = (bytes / 1e6).toFixed(0);
      throw new MemoryError(
        `Drawing the synapses needs ${megabytes} MB of WebAssembly memory, which the system refused. Use fewer units or threads.`,
        { cause },
      );
    }
    return this.#memory.buffer;
  }
}

interface Written {
  readonly request: BuildRequest;
  readonly parts: readonly BundlePart[];
  /** For each shard: position of the first synapse of each block. */
  readonly bases: readonly Uint32Array[];
  readonly weighs: boolean;
  readonly precision: "f32" | "f64";
}

/** Copies the synapses of blocks to their final positions. */
class Writer {
  readonly #memory: ArrayBuffer;
  readonly #layout: BuildLayout;
  readonly #written: Written;

  constructor(memory: ArrayBuffer, layout: BuildLayout, written: Written) {
    this.#memory = memory;
    this.#layout = layout;
    this.#written = written;
  }

  write(block: number, slot: number): void {
    const { request, parts, bases, weighs, precision } = this.#written;
    const { slots, slotBytes, inSlot } = this.#layout;
    const start = slots + slot * slotBytes;
    const total = bases.reduce((sum, base) => sum + base[block + 1]! - base[block]!, 0);
    const Targets = request.wide ? Uint32Array : Uint16Array;
    const Weights = precision === "f64" ? Float64Array : Float32Array;
    const targets = new Targets(this.#memory, start + inSlot.outTargets, total);
    const weights = new Weights(this.#memory, start + inSlot.outWeights, weighs ? total : 0);
    if (weighs) this.#redraw(start, weights);
    let from = 0;
    bases.forEach((base, shard) => {
      const to = from + base[block + 1]! - base[block]!;
      parts[shard]!.targets.set(targets.subarray(from, to), base[block]!);
      if (weighs) parts[shard]!.weights.set(weights.subarray(from, to), base[block]!);
      from = to;
    });
  }

  /** Draws the weights that are out of bounds again. */
  #redraw(start: number, weights: Float32Array | Float64Array): void {
    const [notes] = new Uint32Array(this.#memory, start + NOTES, 1);
    const words = new Uint32Array(this.#memory, start + this.#layout.inSlot.log, (notes! * NOTE) / 4);
    for (let k = 0; k < words.length; k += 4) {
      const [number, place, source, projection] = words.subarray(k, k + 4);
      const { recipe, signs } = this.#written.request.projections[projection!]!;
      const { again } = recipe.weights as Extract<RecipeWeights, { readonly kind: "normal" }>;
      weights[place!] = again(number!) * (signs ? signs[source!]! : 1);
    }
  }
}

/** Number of synapses below which starting threads takes longer than it saves. */
const LEAST_SYNAPSES = 4e6;

/** A synchronous builder on the calling thread. */
export const builderAtOnce = (): SynapseBuilder => new WasmBuilder();

/**
 * Opens a builder for about the given number of synapses. It uses several threads if that is faster and they can share
 * memory. `joins`: whether the calling thread works too.
 */
export const openBuilder = async (
  synapses: number,
  threads: number | "all",
  { joins = true, leastSynapses = LEAST_SYNAPSES }: { readonly joins?: boolean; readonly leastSynapses?: number } = {},
): Promise<SynapseBuilder> => {
  if (threads === 1 || synapses < leastSynapses || threadsObstacle() !== undefined) return builderAtOnce();
  const most = await processors();
  const team = new Team(threads === "all" ? most : threads, joins, most);
  try {
    return new WasmBuilder(team);
  } catch {
    // Shared memory reserves addresses, which the system may refuse even if it grants plain memory.
    team.dispose();
    return builderAtOnce();
  }
};
