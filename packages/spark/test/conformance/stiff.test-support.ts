/**
 * Whether a soma needs a step of 0.05 ms or less: with a longer one, its stiff equations grow beyond all bounds under
 * strong input, and infinite numbers say little about equal bits.
 */
export const isStiff = (name: string): boolean => name === "PinskyRinzelSoma";
