import { parseArgs } from "node:util";
import { suggestName } from "spark-snn";
import { type Option, Place, Site } from "spark-snn/documents";

export interface OptionSpec {
  /** Name of its value, such as "DIR"; absent for a switch. */
  readonly value?: string;
  /** True if it may be given more than once. */
  readonly many?: boolean;
  readonly about: string;
}

/** The row of help for an option that runs also have in code: its description is that of the declaration. */
export const declaredRow = (
  value: string,
  { about, default: usual }: { readonly about: string; readonly default?: unknown },
  more = usual === undefined ? "" : `Default ${usual}.`,
): OptionSpec => ({ value, about: `${about} ${more}`.trim() });

/** A command as data. Its help and the parsing of its arguments are derived from it. */
export interface CommandSpec {
  readonly name: string;
  /** Names of the operands, in order; those in brackets are optional, and a last one with … may be repeated. */
  readonly operands: readonly string[];
  readonly about: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  readonly examples: readonly (readonly [command: string, meaning: string])[];
}

/** A command whose options may be loaded later, because the help of the program does not show them. */
export interface CommandOutline extends Omit<CommandSpec, "options"> {
  readonly options: CommandSpec["options"] | (() => Promise<CommandSpec["options"]>);
}

/** Parsed arguments: operands by position, options by name. */
export interface Arguments {
  readonly operands: readonly string[];
  /** Whether a switch was given. */
  has(name: string): boolean;
  /** The text of an option. */
  text(name: string): string | undefined;
  /** All texts of an option that may be given more than once. */
  texts(name: string): readonly string[];
}

/** An invalid command line. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * The value of a declared option, read with its declaration; undefined if it is not given. Text that is a number counts
 * as one.
 * @throws UsageError for an invalid value
 */
export const readDeclared = <G, R>(given: Arguments, name: string, option: Option<G, R>): R | undefined => {
  const text = given.text(name);
  if (text === undefined) return undefined;
  const number = text.trim() === "" ? Number.NaN : Number(text);
  const site = new Site(new Place([`--${name}`]), [], undefined);
  const read = option.read(Number.isNaN(number) ? text : number, site);
  if (site.issues.length === 0) return read;
  throw new UsageError(site.issues.map(({ path, message }) => `${path} ${message}`).join("\n"));
};

/** Options that every command takes. */
export const commonOptions: Readonly<Record<string, OptionSpec>> = {
  help: { about: "Explains the command, with examples." },
};

/**
 * Parses the arguments of a command. Every value remains text as typed: 1e3 stays "1e3".
 * @throws UsageError for an option that is unknown, given twice, or has a superfluous or missing value, and for missing
 * or superfluous operands.
 */
export const readArguments = (spec: CommandSpec, argv: readonly string[]): Arguments => {
  const known = { ...spec.options, ...commonOptions };
  const { tokens } = parseArgs({
    args: [...argv],
    strict: false,
    tokens: true,
    allowPositionals: true,
    options: {
      ...Object.fromEntries(
        Object.entries(known).map(([name, { value }]) => [name, { type: value ? "string" : "boolean" } as const]),
      ),
      help: { type: "boolean", short: "h" },
    },
  });
  const operands: string[] = [];
  const values = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === "positional") operands.push(token.value);
    if (token.kind === "option") readOption(spec.name, known, token, values);
  }
  if (!values.has("help")) checkOperands(spec, operands);
  return {
    operands,
    has: (name) => values.has(name),
    text: (name) => values.get(name)?.[0],
    texts: (name) => values.get(name) ?? [],
  };
};

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

const readOption = (
  command: string,
  known: Readonly<Record<string, OptionSpec>>,
  { name, rawName, value, inlineValue }: OptionToken,
  values: Map<string, string[]>,
): void => {
  const names = Object.keys(known);
  if (!Object.hasOwn(known, name)) {
    const flags = names.map((one) => `--${one}`);
    throw new UsageError(`${command} has no option ${rawName}. ${suggestName(rawName, flags)}`);
  }
  const spec = known[name]!;
  if (!spec.value && inlineValue) {
    throw new UsageError(`${rawName} takes no value; received "${value}". Write ${rawName} alone.`);
  }
  // An option in place of a value means that the value was forgotten.
  const missing = value === undefined || value === "";
  const forgotten = !inlineValue && value?.startsWith("--") && names.includes(value.slice(2).split("=")[0]!);
  if (spec.value && (missing || forgotten)) {
    throw new UsageError(
      `${rawName} needs a value${forgotten ? `; received the option ${value}` : ""}. Write ${rawName} ${spec.value}.`,
    );
  }
  if (values.has(name) && !spec.many) throw new UsageError(`${rawName} was given twice. Keep one of them.`);
  values.set(name, [...(values.get(name) ?? []), value ?? ""]);
};

const checkOperands = ({ name, operands: wanted }: CommandSpec, given: readonly string[]): void => {
  const missing = wanted[given.length];
  if (missing !== undefined && !missing.startsWith("[")) {
    throw new UsageError(`${name} needs ${missing}. Write spark-snn ${[name, ...wanted].join(" ")}.`);
  }
  if (given.length > wanted.length && !wanted.at(-1)?.includes("…")) {
    const received = given.slice(wanted.length).map((text) => `"${text}"`);
    throw new UsageError(
      `${name} takes ${wanted.length === 0 ? "nothing" : wanted.join(" ")}; also received ${received.join(", ")}. Remove that, or put an option's name before it.`,
    );
  }
};

/** The help text of a command. */
export const helpText = ({ name, operands, about, options, examples }: CommandSpec): string => {
  const rows = Object.entries({ ...options, ...commonOptions }).map(
    ([key, { value, many, about: text }]): [string, string] => [
      `--${key}${value ? ` ${value}` : ""}`,
      many ? `${text} May be given more than once.` : text,
    ],
  );
  const width = Math.max(...rows.map(([flag]) => flag.length));
  return [
    `spark-snn ${[name, ...operands].join(" ")}${Object.keys(options).length > 0 ? " [options]" : ""}`,
    "",
    about,
    "",
    "Options",
    ...rows.map(([flag, text]) => `  ${flag.padEnd(width)}  ${text}`),
    "",
    "Examples",
    ...examples.flatMap(([command, meaning]) => [`  ${command}`, `      ${meaning}`]),
    "",
  ].join("\n");
};
