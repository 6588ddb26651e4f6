/*
 * The networks of the examples as experiment documents. The programs are the source of every number; this writes an
 * experiment.json next to each:
 *
 *     npx tsx examples/network-documents.ts
 */
import { fileURLToPath } from "node:url";
import type { Brain, Component, Drive, Json, JsonObject, Synapse } from "spark-snn";
import { writeAtomic } from "spark-snn/node";
import * as ofBrunel from "./brunel/network.ts";
import * as ofCuba from "./cuba/network.ts";
import * as ofMicrocircuit from "./microcircuit/network.ts";

/** Brains whose populations have one soma each, like all of these networks. */
type SomaBrain = Brain<Readonly<Record<string, Component>>>;
type RunPart = Readonly<Record<"duration" | "dt" | "inputs" | "initial", unknown>>;

const partOf = (key: "soma" | "synapse", { model, config }: Component | Synapse): Record<string, unknown> => ({
  [key]: model.name,
  ...(config.units && { units: config.units }),
  ...config.settings,
});

const mapped = <T>(record: Readonly<Record<string, T>>, change: (value: T) => unknown): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));

/** A brain as a document, with every spike recorded. */
const documentOf = (brain: SomaBrain, description: string, run: Partial<RunPart>): JsonObject => {
  const withSynapse = <T extends { readonly synapse?: Synapse }>({ synapse, ...rest }: T): object => ({
    ...rest,
    ...(synapse && { synapse: partOf("synapse", synapse) }),
  });
  const document = {
    $schema: "../../packages/spark/schema/experiment.schema.json",
    ...{ name: brain.name, description },
    model: {
      populations: mapped(brain.populations, (population) => partOf("soma", population)),
      projections: mapped(brain.projections, withSynapse),
      drives: mapped(brain.drives, ({ drive, ...rest }: { readonly drive: Drive }) => {
        return { ...withSynapse(rest), poisson: drive.config.settings };
      }),
    },
    ...run,
    record: mapped(brain.populations, () => ({ outSpikes: true })),
  };
  // Removes undefined values and the types of arrays, like a file would.
  return JSON.parse(JSON.stringify(document)) as Json as JsonObject;
};

const tenth = ofMicrocircuit.microcircuit(0.1);

/** Contents of each experiment.json, by the folder of its example. */
export const documents = {
  cuba: documentOf(
    ofCuba.cuba(),
    "The current-based network of Brette et al., J. Comput. Neurosci. 23:349 (2007), after Vogels and Abbott (2005). See network.ts.",
    { duration: 2000, dt: ofCuba.dt, initial: ofCuba.initial },
  ),
  brunel: documentOf(
    ofBrunel.brunel(),
    "Sparsely connected excitatory and inhibitory units: Brunel, J. Comput. Neurosci. 8:183 (2000), at g 5 and η 2. See network.ts.",
    { duration: 1000, dt: ofBrunel.dt },
  ),
  microcircuit: documentOf(
    tenth.brain,
    "A tenth of the cortical microcircuit of Potjans and Diesmann, Cereb. Cortex 24:785 (2014), scaled as van Albada et al. (2015) do. See network.ts.",
    { duration: 1500, dt: ofMicrocircuit.dt, inputs: tenth.inputs, initial: tenth.initial },
  ),
} as const;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, document] of Object.entries(documents)) {
    const path = fileURLToPath(new URL(`${name}/experiment.json`, import.meta.url));
    await writeAtomic(path, `${JSON.stringify(document, null, 2)}\n`);
  }
}
