import { byDefault, choice, custom, flag, optional, type Read, type Written, whole } from "../config/options.ts";
import { describe } from "../config/shape.ts";

/* How a text table is written. The same options hold in code, in experiments and in fits. */

const separators = [",", ";", "\t", " "] as const;
type Separator = (typeof separators)[number];
const prefixes = "#%/!;'\"";

export const tableOptions = {
  /** Separator between cells. A space stands for one or more spaces or tabs. Default: a comma. */
  separator: byDefault(",", {
    ...choice("Separator between cells. A space stands for one or more spaces or tabs.", separators),
    read: (value, site) =>
      separators.includes(value as Separator)
        ? (value as Separator)
        : site.refuse(
            `must be ",", ";", a tab, or " " for spaces; received ${describe(value)}. Convert the file if it has another one.`,
          ),
  }),
  /** Whether a line names the columns. Without one, request columns by their index. Default true. */
  header: flag(true, "Whether a line names the columns. Without one, request columns by their index, counted from 0."),
  /** Lines to skip at the start of the file. Default 0. */
  skipLines: byDefault(0, whole("Lines to skip at the start of the file.", 0, undefined, "Give the number of lines.")),
  /** Lines that start with this text are skipped. Default: none. */
  comment: optional(
    custom<string>({
      about: 'Lines that start with this text are skipped, such as "#".',
      takes: 'the start of a comment, such as "#"',
      schema: {
        description: 'Lines that start with this text are skipped, such as "#".',
        type: "string",
        minLength: 1,
        maxLength: 3,
        pattern: `^[${prefixes.replace("/", "\\/")}]+$`,
      },
      read: (value, site) =>
        typeof value === "string" &&
        value.length >= 1 &&
        value.length <= 3 &&
        [...value].every((character) => prefixes.includes(character))
          ? value
          : site.refuse(
              `must be one to three of ${[...prefixes].join(" ")}; received ${describe(value)}. Give the characters at the start of a comment line.`,
            ),
    }),
  ),
  /** Decimal separator of the numbers. Default: a point. */
  decimal: byDefault(".", choice("Decimal separator of the numbers.", [".", ","], 'Give "." or ",".')),
  /** Whether the line below the names gives the unit of each column. Default false. */
  unitsRow: flag(false, "Whether the line below the names gives the unit of each column."),
};

/** How a text table is written. */
export type TableOptions = Written<typeof tableOptions>;

/** The options with their defaults. */
export type ReadTableOptions = Read<typeof tableOptions>;
