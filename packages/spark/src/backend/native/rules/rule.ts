import { BackendError } from "../../../errors/errors.ts";
import { incomingOf } from "../../../program/incoming.ts";
import type { RuleMemory, View } from "../../../program/machine.ts";
import { bytesOf, fillInitial, viewOf } from "../../../program/memory.ts";
import type { BundlePart, NetworkProgram } from "../../../program/network.ts";
import { type RuleBuffer, type RuleProgram, visitsTargets } from "../../../program/rule.ts";
import type { CompilerOptions } from "../compiler.ts";
import { addressOf, programLibrary } from "../library.ts";
import { allocate, type Block, LINE, writeWords } from "../memory.ts";
import { printRule, ruleMembers } from "./print.ts";

/** The functions of a rule and the address of its memory for a shard. */
export interface PlacedRule {
  readonly begin: bigint;
  readonly arrive: bigint;
  readonly finish: bigint;
  readonly context: bigint;
  /** Index of the target population, whose spikes `finish` reads. */
  readonly target: number;
}

/** A plasticity rule in machine code, with its memory. */
export class NativeRule {
  readonly program: RuleProgram;
  readonly memory: RuleMemory;
  /** For each shard. */
  readonly placed: readonly PlacedRule[];
  readonly #network: NetworkProgram;
  readonly #contexts: readonly Block[];
  /** Memory that only this list keeps alive. */
  readonly #kept: ArrayBuffer[] = [];
  readonly #parts: readonly BundlePart[];
  #complete = false;

  /** @throws BackendError if the rule cannot be compiled; MemoryError if it does not fit */
  constructor(program: RuleProgram, network: NetworkProgram, parts: readonly BundlePart[], options: CompilerOptions) {
    this.program = program;
    this.#network = network;
    this.#parts = parts;
    const { text, floats, ints } = printRule(program, network.precision);
    const functions = new BigUint64Array(3);
    programLibrary(text, options).parts(addressOf(functions.buffer));
    const [begin, arrive, finish] = functions as unknown as [bigint, bigint, bigint];
    const { units } = network.populations[program.target]!.program;
    const { sources, delays, shards } = network.bundles[program.bundle]!;
    const arrivals = sources * delays.length;
    this.memory = program.buffers.map((buffer, k): View[] => {
      if (k === 0) return parts.map(({ weights }) => weights);
      if (buffer.of !== undefined) return [];
      if (buffer.space === "target") return [this.#make(buffer, units * (buffer.rows ?? 1))];
      return shards.map(({ synapses }) => {
        const lengths = { rule: 1, arrival: arrivals, target: units, synapse: synapses };
        return this.#make(buffer, lengths[buffer.space]);
      });
    });
    const real = { type: "float", initial: 0 } as const;
    const constants = this.#make(real, floats.length);
    constants.set(floats);
    const numbers = this.#make({ type: "int", initial: 0 }, ints.length);
    numbers.set(ints);
    const everies = this.#make({ type: "int", initial: 0 }, program.ends.length);
    everies.set(program.ends.map(({ every }) => every));
    const signs = this.#make({ type: "float", initial: 1 }, arrivals);
    if (program.signs) for (let k = 0; k < arrivals; k++) signs[k] = program.signs[Math.floor(k / delays.length)]!;
    const size = 8 * (ruleMembers.length + program.buffers.length);
    this.#contexts = shards.map(({ offsets, synapses }, s) => {
      if (synapses > 0x7fffffff) {
        throw new BackendError(
          `${program.name} must have at most 2147483647 plastic synapses a thread; received ${synapses}. Use more threads.`,
        );
      }
      const { firstSlot, wide, units: runs } = network.shards[s]!;
      const own = runs.find(({ population }) => population === program.target);
      const { targets } = parts[s]!;
      const words: Readonly<Record<(typeof ruleMembers)[number][0], bigint | number>> = {
        floats: placeOf(constants),
        ints: placeOf(numbers),
        offsets: placeOf(offsets),
        targets: placeOf(targets),
        wide: wide ? 1 : 0,
        signs: placeOf(signs),
        arrivals,
        firstTarget: firstSlot - program.firstSlot,
        firstUnit: own?.first ?? 0,
        endUnit: own?.end ?? 0,
        units,
        everies: placeOf(everies),
        // Known when the synapses are written.
        starts: 0,
        synapses: 0,
        sources: 0,
      };
      // The states of the target population are known when its program is attached.
      const views = this.memory.map((list) =>
        list.length === 0 ? 0 : placeOf(list.length === 1 ? list[0]! : list[s]!),
      );
      const block = allocate(size, program.name);
      writeWords(block, 0, [...ruleMembers.map(([name]) => words[name]), ...views]);
      return block;
    });
    this.placed = this.#contexts.map(({ address: context }) => ({
      begin,
      arrive,
      finish,
      context,
      target: program.target,
    }));
  }

  /** Finds the states of the target population, which attached programs move. */
  connect(find: (population: number, buffer: string) => View): void {
    this.program.buffers.forEach(({ of }, k) => {
      if (of === undefined) return;
      const place = placeOf(find(this.program.target, of));
      for (const block of this.#contexts) writeWords(block, 8 * (ruleMembers.length + k), [place]);
    });
  }

  /** Lists the synapses of each target unit, once, when all of them are written. */
  complete(): void {
    if (this.#complete) return;
    this.#complete = true;
    const { program } = this;
    if (!visitsTargets(program)) return;
    this.#contexts.forEach((block, s) => {
      const { starts, synapses, arrivals } = incomingOf(this.#network, program, s, this.#parts[s]!, LINE);
      const places = [starts, synapses, arrivals].map((list) => {
        this.#kept.push(list.buffer as ArrayBuffer);
        return placeOf(list);
      });
      const first = ruleMembers.findIndex(([name]) => name === "starts");
      writeWords(block, 8 * first, places);
    });
  }

  /** A buffer that vectors may read beyond its end. */
  #make(buffer: Pick<RuleBuffer, "type" | "initial">, length: number): View {
    const { precision } = this.#network;
    const memory = allocate(length * bytesOf(buffer, { precision }) + LINE, this.program.name);
    this.#kept.push(memory.memory);
    const view = viewOf(buffer, { precision }, memory.memory, memory.start, length);
    if (buffer.initial !== 0) fillInitial(buffer, view);
    return view;
  }
}

const placeOf = (view: View | Uint16Array): bigint => addressOf(view.buffer as ArrayBuffer) + BigInt(view.byteOffset);
