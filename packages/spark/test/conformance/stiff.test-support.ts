const stiff = ["HodgkinHuxleySoma", "MorrisLecarSoma", "PinskyRinzelSoma", "TraubMilesSoma"];

/**
 * Whether a soma needs a step of 0.05 ms or less. With a step of 0.5 ms and strong input, its equations grow beyond all
 * bounds, and infinite numbers say little about equal bits.
 */
export const isStiff = (name: string): boolean => stiff.includes(name);
