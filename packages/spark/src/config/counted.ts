/** A number with its noun: "1 value", "2 values". */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** A noun with its article: "a Float32Array", "an Int32Array". */
export const withArticle = (noun: string): string => `${/^[AEIOU]/i.test(noun) ? "an" : "a"} ${noun}`;
