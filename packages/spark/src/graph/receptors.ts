import type { Place } from "../config/place.ts";
import type { Synapse } from "../model/synapse.ts";
import type { WiredPopulation } from "./wiring.ts";

/* Receptors of populations: equal synapses share one. */

/** Index of the receptors of a population, to find one among thousands. */
interface Found {
  readonly places: Map<string, number>;
  /** The next number to try for a name that is taken. */
  readonly numbers: Map<string, number>;
  readonly taken: Set<string>;
}

const found = new WeakMap<WiredPopulation["receptors"], Found>();

const foundIn = (receptors: WiredPopulation["receptors"]): Found => {
  const known = found.get(receptors);
  if (known) return known;
  const made: Found = { places: new Map(), numbers: new Map(), taken: new Set() };
  receptors.forEach(({ name, synapse }, place) => {
    const text = textOf(synapse);
    if (!made.places.has(text)) made.places.set(text, place);
    made.taken.add(name);
  });
  found.set(receptors, made);
  return made;
};

/** The existing receptor of an equal synapse, or a new one. */
export const receptorOf = ({ receptors }: WiredPopulation, synapse: Synapse, place: Place): number => {
  const { places, numbers, taken } = foundIn(receptors);
  const text = textOf(synapse);
  const known = places.get(text);
  if (known !== undefined) return known;
  const base = synapse.model.name.replace(/Synapse$/, "").replace(/^./, (letter) => letter.toLowerCase());
  let name = base;
  let count = numbers.get(base) ?? 2;
  while (taken.has(name)) name = `${base}${count++}`;
  numbers.set(base, count);
  taken.add(name);
  places.set(text, receptors.length);
  return receptors.push({ name, synapse, place }) - 1;
};

/** Numbers of synapse models: models of the same name may differ. */
const models = new WeakMap<object, number>();
let modelCount = 0;

const modelNumber = (model: object): number => {
  const number = models.get(model) ?? modelCount++;
  models.set(model, number);
  return number;
};

/** Texts of synapses, which are immutable. Equal synapses have equal texts. */
const texts = new WeakMap<Synapse, string>();

const textOf = (synapse: Synapse): string => {
  const known = texts.get(synapse);
  if (known !== undefined) return known;
  const text = JSON.stringify([modelNumber(synapse.model), synapse.config, synapse.port], (_, value: unknown) =>
    ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<number>) : value,
  );
  texts.set(synapse, text);
  return text;
};
