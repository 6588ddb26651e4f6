/** Whether shortcuts use the command key. */
export const mac: boolean = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.userAgent);
