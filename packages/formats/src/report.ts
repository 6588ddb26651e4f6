import { ConfigError, type Issue } from "spark-snn";

/** How well a part of a model survives a conversion. */
export type Fidelity = "faithful" | "approximate" | "unsupported";

/** One node or value of a converted model. */
export interface ReportEntry {
  /** Where it is: keys joined by dots, such as "modules_specs.pool.soma". */
  readonly path: string;
  /** Name of the part in the source, such as "leaky_soma". */
  readonly subject: string;
  readonly fidelity: Fidelity;
  /** The resulting part; "left out" for unsupported parts. */
  readonly result: string;
  /** The difference and its size, or the remedy for an unsupported part. Absent for faithful parts without a remark. */
  readonly note?: string;
}

/** The report of a conversion: one entry for each node or value, in the order of the source. */
export interface Report {
  /** Name of the format, such as "scfg". */
  readonly format: string;
  /** Version or dialect of the file, if the format has one. */
  readonly version?: string;
  readonly direction: "import" | "export";
  readonly entries: readonly ReportEntry[];
  /** Number of entries of each fidelity. */
  readonly counts: Readonly<Record<Fidelity, number>>;
}

/** Collects the entries of a report. */
export interface Reporter {
  faithful(path: string, subject: string, result: string, note?: string): void;
  /** `difference`: what differs, and by how much. */
  approximate(path: string, subject: string, result: string, difference: string): void;
  /** `remedy`: what to do. */
  unsupported(path: string, subject: string, remedy: string): void;
  /** The report. With `strict`, throws if a part is not faithful. @throws ConfigError */
  finish(strict: boolean): Report;
  /** The error for a model of which nothing is left, with all entries that are not faithful. */
  nothingLeft(): ConfigError;
}

const LEFT_OUT = "left out";

/** Starts an empty report. */
export const startReport = (format: string, direction: Report["direction"], version?: string): Reporter => {
  const entries: ReportEntry[] = [];
  return {
    faithful: (path, subject, result, note) =>
      entries.push({ path, subject, fidelity: "faithful", result, ...(note !== undefined && { note }) }),
    approximate: (path, subject, result, note) =>
      entries.push({ path, subject, fidelity: "approximate", result, note }),
    unsupported: (path, subject, note) =>
      entries.push({ path, subject, fidelity: "unsupported", result: LEFT_OUT, note }),
    finish: (strict) => {
      const counts = { faithful: 0, approximate: 0, unsupported: 0 };
      for (const { fidelity } of entries) counts[fidelity]++;
      if (strict && counts.approximate + counts.unsupported > 0) {
        throw refusal(
          `${direction} of ${format}`,
          "is strict, and these parts are not faithful. Change them, or omit strict.",
          entries,
        );
      }
      return { format, ...(version !== undefined && { version }), direction, entries, counts };
    },
    nothingLeft: () =>
      refusal(`${direction} of ${format}`, "leaves nothing of the model. Change these parts.", entries),
  };
};

const refusal = (path: string, message: string, entries: readonly ReportEntry[]): ConfigError => {
  const issues = entries.flatMap(({ path, subject, fidelity, note }): Issue[] =>
    fidelity === "faithful" ? [] : [{ path, message: `is ${fidelity}: ${subject}. ${note}` }],
  );
  return new ConfigError([{ path, message }, ...issues]);
};

/** The report as plain text: the counts, then the entries that are not faithful; with `all`, every entry. */
export const reportText = (report: Report, options: { readonly all?: boolean } = {}): string => {
  const { format, version, direction, entries, counts } = report;
  const shown = entries.filter(({ fidelity }) => options.all === true || fidelity !== "faithful");
  const name = version === undefined ? format : `${format} ${version}`;
  const head = `${direction} of ${name}: ${counts.faithful} faithful, ${counts.approximate} approximate, ${counts.unsupported} unsupported`;
  return [head, ...shown.flatMap(entryLines)].join("\n");
};

const entryLines = ({ path, subject, fidelity, result, note }: ReportEntry): string[] => [
  `  ${fidelity.padEnd(11)}  ${path}: ${subject} → ${result}`,
  ...(note === undefined ? [] : [`               ${note}`]),
];
