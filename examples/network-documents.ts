/*
 * The networks of the examples as experiment documents. The programs are the source of every number; this writes an
 * experiment.json next to each:
 *
 *     npx tsx examples/network-documents.ts
 */
import { fileURLToPath } from "node:url";
import { type Brain, type DocumentOfOptions, documentOf, type JsonObject } from "spark-snn";
import { writeAtomic } from "spark-snn/node";
import * as ofBrunel from "./brunel/network.ts";
import * as ofCuba from "./cuba/network.ts";
import * as ofMicrocircuit from "./microcircuit/network.ts";

/** The document of a brain, with every spike recorded. */
const documented = (brain: Brain, description: string, run: DocumentOfOptions): JsonObject => {
  const record = Object.fromEntries(Object.keys(brain.populations).map((name) => [name, { outSpikes: true }]));
  const document = documentOf(brain, { description, ...run, record } as DocumentOfOptions<Brain>);
  return { $schema: "../../packages/spark/schema/experiment.schema.json", ...document } as JsonObject;
};

const tenth = ofMicrocircuit.microcircuit(0.1);

/** Contents of each experiment.json, by the folder of its example. */
export const documents = {
  cuba: documented(
    ofCuba.cuba(),
    "The current-based network of Brette et al., J. Comput. Neurosci. 23:349 (2007), after Vogels and Abbott (2005). See network.ts.",
    { duration: 2000, dt: ofCuba.dt, initial: ofCuba.initial },
  ),
  brunel: documented(
    ofBrunel.brunel(),
    "Sparsely connected excitatory and inhibitory units: Brunel, J. Comput. Neurosci. 8:183 (2000), at g 5 and η 2. See network.ts.",
    { duration: 1000, dt: ofBrunel.dt },
  ),
  microcircuit: documented(
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
