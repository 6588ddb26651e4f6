import {
  analysis,
  ConfigError,
  decodeNpy,
  decodeNpz,
  encodeNpy,
  encodeNpz,
  eventsFromCsv,
  experiment,
  FileError,
  readCsv,
  traceFromCsv,
} from "../../src/entries/index.ts";
import { bytes, type Row } from "./row.test-support.ts";

const goodNpy = encodeNpy({ data: Float32Array.of(1, 2, 3, 4), shape: [2, 2] });
const goodNpz = encodeNpz({ a: { data: Float32Array.of(1, 2), shape: [2] } });
const changed = (source: Uint8Array, at: number, value: number): Uint8Array => {
  const copy = source.slice();
  copy[at] = value;
  return copy;
};
export const documents: readonly Row[] = [
  [
    "a document that is text",
    () => experiment("{}"),
    ConfigError,
    'experiment takes an object with model, duration, inputs and record; received "{}". Give one.',
  ],
  [
    "an empty document",
    () => experiment({}),
    ConfigError,
    'experiment.model is missing. Give { "soma": "LeakySoma" } with its fields.\nexperiment.duration is missing. Give the duration of the run in ms.',
  ],
  [
    "a model by its name alone",
    () => experiment({ model: "LeakySoma", duration: 1 }),
    ConfigError,
    'experiment.model takes an object such as { "soma": "LeakySoma" }; received "LeakySoma". Give one.',
  ],
  [
    "an unknown soma",
    () => experiment({ model: { soma: "LekySoma" }, duration: 1 }),
    ConfigError,
    'experiment.model.soma must be the name of a soma; received "LekySoma". Did you mean "LeakySoma"?',
  ],
  [
    "a misspelt soma key",
    () => experiment({ model: { sona: "LeakySoma" }, duration: 1 }),
    ConfigError,
    'experiment.model.soma is missing; received "sona" in its place. Rename it.',
  ],
  [
    "a field with a wrong value",
    () => experiment({ model: { soma: "LeakySoma", potentialTau: "20 ms" }, duration: 1 }),
    ConfigError,
    'experiment.model.potentialTau must be a number, an array or an initializer; received "20 ms". The default is 20 ms.',
  ],
  [
    "a key that is not known",
    () => experiment({ model: { soma: "LeakySoma" }, durration: 1 }),
    ConfigError,
    'experiment.durration is unknown. Did you mean "duration"?\nexperiment.duration is missing. Give the duration of the run in ms.',
  ],
  [
    "a number that JSON does not have",
    () => experiment({ model: { soma: "LeakySoma" }, duration: Number.NaN }),
    ConfigError,
    "experiment.duration must be a finite number; received NaN. JSON has no such number: give another.",
  ],
  [
    "a file without a reader",
    () => experiment({ model: { soma: "LeakySoma" }, duration: 1, inputs: { current: { npy: "a.npy" } } }),
    ConfigError,
    'experiment.inputs.current.npy names a file, but files cannot be read here; received "a.npy". Pass readFile, or put the values into the document.',
  ],
];

export const files: readonly Row[] = [
  ["an empty CSV", () => readCsv(""), FileError, "CSV is empty. Write a header and rows."],
  ["a CSV without rows", () => readCsv("t,i\n"), FileError, "CSV has a header but no rows. Write at least one row."],
  [
    "a row that is too short",
    () => readCsv("t,i\n0,1\n2\n"),
    FileError,
    'CSV line 3 must have 2 cells like the header; received 1 in "2". Write one cell per column in each row.',
  ],
  [
    "a cell that is no number",
    () => readCsv("t,i\n0,1\n1,two\n"),
    FileError,
    'CSV line 3 column "i" is not a number; received "two". Write a decimal number such as -12.5.',
  ],
  [
    "an empty cell",
    () => readCsv("t,i\n0,\n"),
    FileError,
    'CSV line 2 column "i" is empty. Write a number, or remove the row.',
  ],
  [
    "NaN in a cell",
    () => readCsv("t,i\n0,nan\n"),
    FileError,
    'CSV line 2 column "i" must be finite; received "nan". Remove the row or fill the gap.',
  ],
  [
    "a number beyond doubles",
    () => readCsv("t\n1e999\n"),
    FileError,
    'CSV line 2 column "t" is too large for a double; received "1e999". Write a finite number.',
  ],
  [
    "a decimal comma",
    () => readCsv('t;i\n0;"1,5"\n', { separator: ";" }),
    FileError,
    'CSV line 2 column "i" is not a number; received "1,5". If it is a decimal number, set decimal to ",".',
  ],
  [
    "a blank line within",
    () => readCsv("t,i\n0,1\n\n1,2\n"),
    FileError,
    "CSV line 3 is blank, but rows follow. Remove the line.",
  ],
  [
    "a column that is not there",
    () => readCsv("time_ms,current\n0,1\n", { columns: ["time"] }),
    FileError,
    'CSV must have the requested column; received "time". Its columns are "time_ms", "current". Did you mean "time_ms"?',
  ],
  [
    "two columns of one name",
    () => readCsv("a,a\n0,1\n"),
    FileError,
    'CSV line 1 gives columns 1 and 2 the same name; received "a". Give each column its own name.',
  ],
  [
    "a quote that does not end",
    () => readCsv('t,i\n0,"1\n'),
    FileError,
    'CSV line 2 opens a quote and does not close it on the same line; received "\\"1". Close it, or remove line breaks from the cell.',
  ],
  [
    "UTF-16 text",
    () => readCsv(Uint8Array.of(0xff, 0xfe, 0x74, 0x00)),
    FileError,
    "CSV is UTF-16 text. Save it as UTF-8.",
  ],
  [
    "a column asked for twice",
    () => readCsv("t,i\n0,1\n", { columns: ["t", 0] }),
    ConfigError,
    'columns[1] repeats column "t". Request each column once.',
  ],
  [
    "a spike at step 0",
    () => eventsFromCsv("step,time_ms,unit\n0,0,1\n"),
    FileError,
    'CSV line 2 column "step" must be a whole number from 1; received 0. Count steps from 1.',
  ],
  [
    "a spike at another dt",
    () => eventsFromCsv("step,time_ms,unit\n2,0.2,1\n", { dt: 0.5 }),
    FileError,
    'CSV line 2 column "time_ms" must be 1 ms, step 2 of 0.5 ms; received 0.2 ms. Give the dt of the run that wrote the file.',
  ],
  [
    "a trace that is cut",
    () => traceFromCsv("step,time_ms,unit,potential_mV\n1,1,0,-60\n1,1,1,-60\n2,2,0,-60\n"),
    FileError,
    "CSV ends at line 4 with 1 of 2 units of step 2. The file is incomplete; copy or save it again.",
  ],
  [
    "text in place of an array",
    () => decodeNpy(bytes("step,time_ms\n")),
    FileError,
    "NPY data is not a NumPy .npy file: byte 0 must be 0x93; received 0x73. Save it with numpy.save.",
  ],
  [
    "an array that is cut",
    () => decodeNpy(goodNpy.subarray(0, goodNpy.length - 3), { name: "a.npy" }),
    FileError,
    "a.npy must contain 16 bytes from byte 128 for shape [2, 2] of f4; received 13. The file is incomplete; copy or save it again.",
  ],
  [
    "an array with something behind it",
    () => decodeNpy(Uint8Array.from([...goodNpy, 0]), { name: "a.npy" }),
    FileError,
    "a.npy must contain 16 bytes from byte 128 for shape [2, 2] of f4; received 17. Save one array per file.",
  ],
  [
    "an empty array file",
    () => decodeNpy(new Uint8Array()),
    FileError,
    "NPY data is not a NumPy .npy file: byte 0 must be 0x93; received the end of the file. Save it with numpy.save.",
  ],
  [
    "a format of the future",
    () => decodeNpy(changed(goodNpy, 6, 9), { name: "a.npy" }),
    FileError,
    "a.npy byte 6 must give .npy format 1.0, 2.0 or 3.0; received 9.0. Save it with numpy.save.",
  ],
  [
    "an archive that is cut",
    () => decodeNpz(goodNpz.subarray(0, 40), { name: "a.npz" }),
    FileError,
    "a.npz begins like a zip but has no directory at its end, byte 40. The file is incomplete; copy or save it again.",
  ],
  [
    "an archive that is damaged",
    () => decodeNpz(changed(goodNpz, 170, 7), { name: "a.npz" }),
    FileError,
    'a.npz member "a.npy" has CRC-32 0x0f131ea9, but the zip directory gives 0xe7abca9a. The file is damaged; copy or save it again.',
  ],
  [
    "an archive that is text",
    () => decodeNpz(bytes("hello"), { name: "a.npz" }),
    FileError,
    'a.npz is not a zip: byte 0 must begin with "PK". Save it as a zip, or with numpy.savez.',
  ],
  [
    "an archive beyond its limit",
    () => decodeNpz(goodNpz, { name: "a.npz", limit: 10 }),
    FileError,
    'a.npz member "a.npy" takes the arrays to 136 bytes, more than the limit of 10. Raise the limit if you trust the file.',
  ],
];

export const analyses: readonly Row[] = [
  [
    "times that go back",
    () => analysis.coefficientOfVariation([1, 3, 2]),
    ConfigError,
    "coefficientOfVariation.times[2] must not be earlier than the spike before it, 3 ms; received 2 ms. Sort the times in ascending order.",
  ],
  [
    "a window without width",
    () => analysis.firingRate([1, 2], { from: 5, to: 5 }),
    ConfigError,
    "firingRate.to must be finite and greater than from, 5 ms; received 5 ms. Give an end after the start.",
  ],
  [
    "a unit that is not there",
    () => analysis.trainsOf({ steps: [1], units: [2] }, { dt: 1, unitCount: 2 }),
    ConfigError,
    "trainsOf.events.units[0] must be a whole number in 0 … 1; received 2. Give flat indices of units and their number as unitCount.",
  ],
];
