import { checkProgram } from "./check.ts";
import type { BundlePart, NetworkProgram, Shard } from "./network.ts";
import type { Buffer } from "./program.ts";

/* The rules that every network obeys, in addition to those of its programs. Only tests import this file. */

type Issues = string[];

/** Number of slots that 16-bit targets can address. */
const NARROW = 2 ** 16;

/** The slots of the units in a shard. */
const ownSlots = (network: NetworkProgram, shard: Shard): Set<number> => {
  const own = new Set<number>();
  for (const { population, first, end } of shard.units) {
    for (const { firstSlot } of network.populations[population]!.receptors) {
      for (let unit = first; unit < end; unit++) own.add(firstSlot + unit);
    }
  }
  return own;
};

/** Number of the receptor that owns a slot, counted over all populations. */
const receptorAt = ({ populations }: NetworkProgram, slot: number): number =>
  populations
    .flatMap(({ program, receptors }) =>
      receptors.map(({ firstSlot }) => [firstSlot, firstSlot + program.padded] as const),
    )
    .findIndex(([first, end]) => slot >= first && slot < end);

const checkPopulations = (network: NetworkProgram, issues: Issues): void => {
  let sources = 0;
  let slots = 0;
  for (const { name, program, firstSource, receptors } of network.populations) {
    issues.push(...checkProgram(program));
    if (program.precision !== network.precision) issues.push(`${name} has the precision ${program.precision}.`);
    if (network.longestDelay > 0 && program.spikes === undefined) issues.push(`${name} has no spikes to deliver.`);
    if (firstSource !== sources) issues.push(`${name} has the first source ${firstSource}, not ${sources}.`);
    sources += program.units;
    for (const { buffer, firstSlot } of receptors) {
      const { role, type, length } = program.buffers[buffer] ?? {};
      if (role !== "state" || type !== "float" || length !== program.padded) {
        issues.push(`${name} has a receptor at buffer ${buffer}, which is not a state with a float for each unit.`);
      }
      if (firstSlot % 32 !== 0 || firstSlot < slots)
        issues.push(`${name} has a receptor at slot ${firstSlot}; it must be a multiple of 32 and at least ${slots}.`);
      slots = firstSlot + program.padded;
    }
  }
  if (slots > network.slots) issues.push(`The network has ${network.slots} slots; its receptors need ${slots}.`);
};

const checkShards = (network: NetworkProgram, issues: Issues): void => {
  const { shards, populations } = network;
  populations.forEach(({ name, program: { units } }, population) => {
    const runs = shards
      .flatMap((shard) => shard.units.filter((run) => run.population === population))
      .sort((a, b) => a.first - b.first);
    let next = 0;
    for (const { first, end } of runs) {
      if (first !== next) issues.push(`Shards of ${name} continue at unit ${first}, not ${next}.`);
      if (end <= first || (end % 64 !== 0 && end !== units)) issues.push(`A shard of ${name} ends at unit ${end}.`);
      next = end;
    }
    if (next !== units) issues.push(`Shards of ${name} cover ${next} of ${units} units.`);
  });
  shards.forEach((shard, k) => {
    const { units, thread } = shard;
    if (!Number.isInteger(thread) || thread < 0) issues.push(`Shard ${k} has the thread ${thread}.`);
    const own = units.map(({ population }) => population);
    if (new Set(own).size !== own.length) issues.push(`Shard ${k} has two ranges of one population.`);
    const slots = [...ownSlots(network, shard)];
    if (slots.some((slot) => slot < shard.firstSlot)) issues.push(`Shard ${k} has slots before its first slot.`);
    if (!shard.wide && slots.some((slot) => slot >= shard.firstSlot + NARROW)) issues.push(`Shard ${k} must be wide.`);
  });
};

const checkBundle = (network: NetworkProgram, b: number, issues: Issues): void => {
  const bundle = network.bundles[b]!;
  const say = (text: string): void => void issues.push(`Bundle ${b} ${text}.`);
  const { delays, sources, population, shards, weights } = bundle;
  if (sources !== network.populations[population]?.program.units) say(`has ${sources} sources, not one for each unit`);
  if (delays.some((delay, k) => delay < 1 || (k > 0 && delay <= delays[k - 1]!)))
    say(`has the delays ${delays}; they must be ascending and at least 1`);
  if ((delays.at(-1) ?? 0) > network.longestDelay) say(`has a delay beyond the longest, ${network.longestDelay}`);
  if (shards.length !== network.shards.length) say(`has parts for ${shards.length} of ${network.shards.length} shards`);
  shards.forEach(({ offsets, synapses, row, procedure }, s) => {
    if (offsets.some((offset, k) => k > 0 && offset < offsets[k - 1]!)) say(`has descending offsets in shard ${s}`);
    if (procedure && (delays.length > 1 || weights !== "source")) say(`has a procedure with ${delays.length} delays`);
    if (procedure && row) say(`has rows and a procedure in shard ${s}`);
    if (procedure && (procedure.targets === "drawn") !== (procedure.draws !== undefined))
      say("has draws although its targets are not drawn, or the reverse");
    if (row && (row.length % 16 !== 0 || weights !== "synapse")) say(`has rows of ${row.length} weights in shard ${s}`);
    if (procedure) return;
    if (offsets.length !== sources * delays.length + 1) say(`has ${offsets.length} offsets in shard ${s}`);
    if (offsets.at(-1) !== synapses) say(`has ${synapses} synapses in shard ${s}, but offsets up to ${offsets.at(-1)}`);
  });
};

/** Targets in lists must be slots of their shard. Targets in rows may also be slots of the padding. */
const checkTargets = (
  network: NetworkProgram,
  b: number,
  parts: readonly BundlePart[],
  issues: Issues,
): Set<number> => {
  const receptors = new Set<number>();
  parts.forEach(({ targets }, s) => {
    const shard = network.shards[s]!;
    const { row, procedure, synapses } = network.bundles[b]!.shards[s]!;
    const reach = (target: number): void => void receptors.add(receptorAt(network, shard.firstSlot + target));
    if (row && synapses > 0) reach(row.first);
    if (procedure) reach(procedure.slot);
    const own = ownSlots(network, shard);
    targets.forEach(reach);
    const wrong = targets.find((target) => !own.has(shard.firstSlot + target));
    if (wrong !== undefined)
      issues.push(`Bundle ${b} has the slot ${shard.firstSlot + wrong}, which is not in shard ${s}.`);
  });
  return receptors;
};

/** Signals read states and write inputs, within their lengths. */
const checkSignals = ({ signals = [], populations, rules = [] }: NetworkProgram, issues: Issues): void => {
  signals.forEach(({ population, buffer, units, sums, target, length, first }, k) => {
    const say = (text: string): void => void issues.push(`Signal ${k} ${text}.`);
    const find = (p: number, name: string): Buffer | undefined =>
      populations[p]?.program.buffers.find((own) => own.name === name);
    const from = find(population, buffer);
    if (from?.role !== "state" || from.type !== "float") say(`reads ${buffer}, which is not a state of floats`);
    if (units.some((unit) => unit < 0 || unit >= (from?.length ?? 0))) say("reads a unit that does not exist");
    if (units.length === 0 || length < 1) say("is empty");
    if (!sums && length !== units.length) say(`writes ${length} values of ${units.length} units`);
    if ("rule" in target) {
      const { space, type } = rules[target.rule]?.buffers[target.buffer] ?? {};
      if (space !== "rule" || type !== "float") say("writes to a buffer that is not a float of a rule");
      if (first + length > 1) say(`writes ${first + length} values to a rule`);
      return;
    }
    const to = find(target.population, target.buffer);
    if (to?.role !== "input" || to.type !== "float") say(`writes ${target.buffer}, which is not an input of floats`);
    if (first < 0 || first + length > (to?.length ?? 0)) say("writes beyond its target");
  });
};

/**
 * Lists the rules that a network and its programs violate, one sentence per rule. To check targets too, pass the
 * synapses of each bundle as the machine stores them.
 */
export const checkNetwork = (network: NetworkProgram, parts?: readonly (readonly BundlePart[])[]): string[] => {
  const issues: Issues = [];
  const { bundles, longestDelay } = network;
  checkPopulations(network, issues);
  checkShards(network, issues);
  checkSignals(network, issues);
  const taken = new Set<string>();
  bundles.forEach(({ population }, b) => {
    if (b > 0 && population < bundles[b - 1]!.population)
      issues.push(`Bundle ${b} comes after bundles of later populations.`);
    checkBundle(network, b, issues);
    for (const receptor of parts ? checkTargets(network, b, parts[b]!, issues) : []) {
      const key = `${population} ${receptor}`;
      if (taken.has(key)) issues.push(`Bundle ${b} shares receptor ${receptor} with another bundle of its population.`);
      taken.add(key);
    }
  });
  const longest = Math.max(0, ...bundles.map(({ delays }) => delays.at(-1) ?? 0));
  if (longest !== longestDelay) issues.push(`longestDelay is ${longestDelay}; it must be ${longest}.`);
  return issues;
};
