import { formats, isSonataRecording, looksLikeRecording, openRecording } from "@spark-snn/formats";
import type { Files } from "../core/files-of.ts";

/* Files with data, which a document names: tables, arrays and recordings. */

/** Endings of tables and arrays. Recordings are found by their content. */
const tables = /\.(csv|tsv|txt|dat|gdf|atf|npy|npz)$/i;

/** Bytes that contain a zero are no text. */
const isBinary = (bytes: Uint8Array): boolean => bytes.subarray(0, 4096).includes(0);

const arrays = /\.(npy|npz)$/i;

/** Whether a file is data for the present document rather than a document or a model. */
export const isData = (name: string, bytes: Uint8Array): boolean =>
  tables.test(name) || (looksLikeRecording(bytes) && !formats.nir.looksLike!(bytes));

const listed = (names: readonly string[], noun: string): string => {
  const shown = names.slice(0, 5).join(", ");
  if (names.length === 0) return "";
  const more = names.length > 5 ? ` and ${names.length - 5} more` : "";
  return `${names.length === 1 ? noun : `${noun}s`} ${shown}${more}`;
};

/** Whether an HDF5 file contains results of SONATA. A damaged one is reported when it is opened. */
const isResults = (bytes: Uint8Array): Promise<boolean> => isSonataRecording(bytes).catch(() => false);

/** What a recording contains, and how a document names it. @throws Error with a sentence for the user */
const recordingText = async (name: string, bytes: Uint8Array): Promise<string> => {
  if (isBinary(bytes) && (await isResults(bytes))) {
    throw new Error(
      `${name} contains results of SONATA. Convert it with "npx spark-snn convert ${name} --out table.csv", and open the table.`,
    );
  }
  const recording = await openRecording([{ name, bytes }]).catch((error: unknown) => {
    if (!/\.(h5|hdf5)$/i.test(name)) throw error;
    throw new Error(
      `${name} contains neither a recording nor a model on its own. Open a network of SONATA with its configuration and all of its files: choose them together, or put them into a zip.`,
    );
  });
  const { channels, spikes } = recording;
  const of = (kind: "recorded" | "command") => channels.filter((channel) => channel.kind === kind);
  const named = ({ name: own, unit }: (typeof channels)[number]): string => (unit === "" ? own : `${own} in ${unit}`);
  const sweeps = Math.max(0, ...channels.map((channel) => channel.sweeps.length));
  const content = [
    listed(of("recorded").map(named), "channel"),
    listed(of("command").map(named), "command"),
    sweeps > 1 ? `${sweeps} sweeps` : "",
    spikes ? `${spikes.times.length} ${spikes.times.length === 1 ? "spike" : "spikes"}` : "",
  ].filter((part) => part !== "");
  return `${name} is attached: ${recording.format} with ${content.join("; ") || "no channels"}. ${nameIt(recording, name)}`;
};

/** An example of the keys with which a document names a recording. */
const nameIt = ({ format, channels, spikes }: Awaited<ReturnType<typeof openRecording>>, name: string): string => {
  const command = channels.find(({ kind }) => kind === "command");
  const channel = command ?? channels[0];
  const sweep = (channel?.sweeps.length ?? 0) > 1 ? { sweep: 0 } : {};
  const keys = /^ABF/.test(format)
    ? { abf: name, ...(command ? { command: command.name } : { channel: channel?.name ?? 0 }), ...sweep }
    : /^NEST/.test(format)
      ? { nest: name, ...(channel && !spikes && { column: channel.name.replace(/ of .*$/, "") }) }
      : { nwb: name, ...(channel && { series: channel.name }) };
  const shown = Object.entries(keys).map(([key, value]) => `"${key}": ${JSON.stringify(value)}`);
  return `The document can name it, such as { ${shown.join(", ")} }.`;
};

const tableText = (name: string, bytes: Uint8Array): string => {
  if (!arrays.test(name) && isBinary(bytes)) {
    throw new Error(
      `${name} is not text, and no recording that the studio reads (ABF, NWB, NEST). Save it as a table (CSV) in the program that wrote it.`,
    );
  }
  const form = /\.npz$/i.test(name) ? "npz" : /\.npy$/i.test(name) ? "npy" : "csv";
  return `${name} is attached. The document can name it, such as { "${form}": "${name}", … }.`;
};

/** What is in files of data, for the user. @throws Error with a sentence for the user if one cannot be used */
export const attachmentText = async (files: Files): Promise<string> => {
  const texts: string[] = [];
  for (const [name, bytes] of Object.entries(files)) {
    texts.push(looksLikeRecording(bytes) ? await recordingText(name, bytes) : tableText(name, bytes));
  }
  return `${texts.join(" ")} Save keeps the document and its files in one archive.`;
};
