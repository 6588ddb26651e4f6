import type { Site } from "../config/place.ts";
import { type RuleTypes, rules } from "../connectivity/rule.ts";
import type { Brain } from "../graph/brain.ts";
import { isNeuron, type Population } from "../graph/neuron.ts";
import type { WiredPopulation, WiredProjection } from "../graph/wiring.ts";
import type { Synapse } from "../model/synapse.ts";
import type { Given, Json, JsonObject } from "./document.ts";
import {
  type NamedTypes,
  shapeIn,
  writeComponent,
  writeDrive,
  writePlasticity,
  writeSynapse,
} from "./written-parts.ts";
import { jsonObject, writeValue } from "./written-values.ts";

/* Networks as the `model` of a document. */

type NetworkSite = Site<NamedTypes>;

/** Writes { populations, projections, drives, readouts, signals, positions }. Adds issues for everything that it cannot write. */
export const writeNetwork = (brain: Brain, site: NetworkSite): JsonObject => {
  const { wiring } = brain;
  const eachOf = <T>(
    kind: string,
    parts: Iterable<readonly [string, T]>,
    write: (part: T, own: NetworkSite) => Json | undefined,
  ): readonly [string, Json | undefined] => {
    const written = jsonObject(Array.from(parts, ([name, part]) => [name, write(part, site.at(kind, name))]));
    return [kind, kind !== "populations" && Object.keys(written).length === 0 ? undefined : written];
  };
  const named = <T extends { readonly name: string }>(parts: readonly T[]): (readonly [string, T])[] =>
    parts.map((part) => [part.name, part]);
  return jsonObject([
    eachOf("populations", Object.entries(brain.populations), writePopulation),
    eachOf("projections", named(wiring.projections), (wired, own) => writeProjection(brain, wired, own)),
    eachOf("drives", named(wiring.drives), ({ name, target, drive }, own) => {
      const { to, synapse } = brain.drives[name]!;
      const ends = writeEnd({ to, synapse }, wiring.populations[target]!, own);
      return jsonObject([
        ...ends,
        ["poisson", writeDrive(drive, own.at("drive"), shapeOf(wiring.populations[target]!))],
      ]);
    }),
    eachOf("readouts", Object.entries(brain.readouts), (readout, own) => writeValue(readout, own)),
    eachOf("signals", Object.entries(brain.signals), (signal, own) => writeValue(signal, own)),
    eachOf("positions", Object.entries(brain.positions), (positions, own) => writeValue(positions, own)),
  ]);
};

const shapeOf = ({ component }: WiredPopulation) => shapeIn(component);

/** Writes a soma, a source of spikes, or a neuron with its synapses. */
const writePopulation = (population: Population, site: NetworkSite): JsonObject | undefined => {
  if (!isNeuron(population)) return writeComponent(population, site);
  const { soma, synapses, inhibitory } = population;
  const written = writeComponent(soma, site);
  const units = shapeIn(soma);
  const grouped: Record<string, Json> = {};
  for (const [name, synapse] of Object.entries(synapses as Readonly<Record<string, Synapse>>)) {
    const keys = name.split(".");
    const one = writeSynapse(synapse, site.at("synapses", ...keys), units);
    const [outer, inner] = keys as [string, string?];
    // Synapses of a compartment are listed together.
    if (one)
      grouped[outer] = inner === undefined ? one : { ...(grouped[outer] as JsonObject | undefined), [inner]: one };
  }
  return (
    written && {
      ...written,
      ...(Object.keys(grouped).length > 0 && { synapses: grouped }),
      ...(inhibitory !== false && { inhibitory }),
    }
  );
};

/** The target of a projection or drive, and its synapse unless the target names one. */
const writeEnd = (
  { to, synapse }: { readonly to: string; readonly synapse?: Synapse | undefined },
  target: WiredPopulation,
  site: NetworkSite,
): (readonly [string, Json | undefined])[] => [
  ["to", to],
  ["synapse", synapse && writeSynapse(synapse, site.at("synapse"), shapeOf(target))],
];

const writeProjection = (brain: Brain, wired: WiredProjection, site: NetworkSite): JsonObject => {
  const { name, target, rule, plasticity } = wired;
  const { from, to, synapse, connect, plasticity: _, ...rest } = brain.projections[name]!;
  return jsonObject([
    ["from", from],
    ...writeEnd({ to, synapse }, brain.wiring.populations[target]!, site),
    ["connect", writeRule(rule, site.at("connect"))],
    ...Object.entries(rest satisfies Given).map(
      ([key, value]) => [key, value === undefined ? undefined : writeValue(value, site.at(key))] as const,
    ),
    ["plasticity", plasticity && writePlasticity(plasticity, site.at("plasticity"))],
  ]);
};

const writeRule = ({ name, declaration, given }: WiredProjection["rule"], site: NetworkSite): Json | undefined => {
  const known: RuleTypes = { ...(rules as RuleTypes), ...site.context.rules };
  if (Object.hasOwn(known, name) && known[name]!.rule === declaration) {
    return jsonObject([[name, writeValue(given, site.at(name))]]);
  }
  return site.refuse(
    `is a connection rule of your own, which a document cannot contain. Pass rules: { ${name} } to documentOf and to experiment.`,
  );
};
