/* Names of parts of a document. */

/** Names that a network cannot give to a population, because its runs have them. */
const reserved = new Set(
  "model units dt dtype seed backend steps duration start complete stoppedBy warnings changes wallTime synapses buildTime populations brain readouts weights PARTIAL outSpikes".split(
    " ",
  ),
);

/** Returns a function that makes each name unique and valid: letters and digits, and not reserved. "in_spikes" becomes "inSpikes". */
export const safeNames = (): ((name: string) => string) => {
  const taken = new Set<string>();
  return (name) => {
    const joined = name
      .split(/[^A-Za-z0-9]+/)
      .filter((word) => word !== "")
      .map((word, k) => (k === 0 ? word : `${word[0]!.toUpperCase()}${word.slice(1)}`))
      .join("");
    const cleaned = /^[A-Za-z]/.test(joined) ? joined : `part${joined}`;
    const base = reserved.has(cleaned) || cleaned in Object.prototype ? `${cleaned}Part` : cleaned;
    let free = base;
    for (let count = 2; taken.has(free); count++) free = `${base}${count}`;
    taken.add(free);
    return free;
  };
};

/** A name that begins with a small letter, as the names of synapses: "AMPA" becomes "ampa", "NmdaFast" "nmdaFast". */
export const camelCase = (name: string): string =>
  name.replace(/^[^A-Za-z]*[A-Z]+(?![a-z])|^[^A-Za-z]*[A-Z]/, (start) => start.toLowerCase());
