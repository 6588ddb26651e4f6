/**
 * Steps between two fadings, counted from the start of the run, so that chunks, pauses and threads do not change the
 * result. In this time, a value that decays with a time constant of at least four steps cannot get from the fading
 * threshold to the subnormal numbers.
 */
export const FADE_STEPS = 64;

/** Whether fading follows a step. The step is counted from 0 and may have wrapped around at 32 bits. */
export const fadesAfter = (step: number): boolean => ((step + 1) & (FADE_STEPS - 1)) === 0;
