/*
 * A struct of C that TypeScript fills is described once, by a table of its members, which prints the C text and puts
 * values in order. All members take the same number of bytes, which the compiler checks.
 */

export type Word = bigint | number;

export interface Struct<Member extends string> {
  /** C text of its type. */
  readonly text: string;
  /** Bytes of one. */
  readonly bytes: number;
  /** Values of all members, in order. */
  words(values: Readonly<Record<Member, Word>>): Word[];
}

/** Describes a struct by the C types of its members, which take 8 bytes each where nothing else is said. */
export const struct = <const Members extends Readonly<Record<string, string>>>(
  name: string,
  members: Members,
  memberBytes = 8,
): Struct<keyof Members & string> => {
  const names = Object.keys(members);
  const lines = names.map((member) => `  ${members[member]} ${member};`);
  return {
    text: `typedef struct {\n${lines.join("\n")}\n} ${name};\n_Static_assert(sizeof(${name}) == ${memberBytes * names.length}, "${name}");\n`,
    bytes: memberBytes * names.length,
    words: (values) => names.map((member) => values[member as keyof Members & string]),
  };
};
