import type { Roles } from "../model/component.ts";
import type { Declarations } from "./declare.ts";
import type { Definition, Flag } from "./syntax.ts";

/* Words in parentheses at the end of a line. */

const roleFlags: Readonly<Record<string, keyof Roles>> = { "threshold shift": "thresholdShift" };

/** Refuses flags that a line does not take. Returns the first that it takes. */
export const refuseFlags = (
  { lowering }: Declarations,
  { flags }: Definition,
  known: readonly string[],
): Flag | undefined => {
  const of = (flag: Flag): boolean => known.includes(flag.text.replaceAll(/\s+/g, " "));
  for (const flag of flags) {
    if (of(flag) || flag.text in roleFlags || (flag.relative && known.includes("relative to"))) continue;
    const hint = flag.relative
      ? "Only next lines take it."
      : known.length > 0
        ? `Known: (${known.join("), (")}).`
        : "Remove it.";
    lowering.problems.add(flag, `(${flag.text}) has no meaning here. ${hint}`);
  }
  return flags.find(of);
};
