/**
 * Steps from one fading to the next, by the number of the step since the start: neither chunks nor pauses nor threads
 * change it. A value that relaxes with a time constant of four steps or more does not get from the threshold of fading
 * to the subnormal numbers in this time.
 */
export const FADE_STEPS = 64;

/** Whether a step, counted from 0, is followed by a fading; its number may have wrapped to 32 bits. */
export const fadesAfter = (step: number): boolean => ((step + 1) & (FADE_STEPS - 1)) === 0;
