/** Key of the context in which the canvas gives its nodes the studio. */
export const studioKey = Symbol("studio");
