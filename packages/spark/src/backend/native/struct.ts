/*
 * Describes a C struct that TypeScript fills. One table of its members prints the C text and puts values in order. All
 * members have the same size, which the compiler checks.
 */

export type Word = bigint | number;

export interface Struct<Member extends string> {
  /** C text of the type. */
  readonly text: string;
  /** Size in bytes. */
  readonly bytes: number;
  /** Values of all members, in order. */
  words(values: Readonly<Record<Member, Word>>): Word[];
}

/** Describes a struct by the C types of its members, which take 8 bytes each by default. */
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
