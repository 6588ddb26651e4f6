/** A number as it is shown, with its noun: "1 step", "2,000 steps". */
export const counted = (count: number, noun: string, shown = `${count}`): string =>
  `${shown} ${noun}${count === 1 ? "" : "s"}`;
