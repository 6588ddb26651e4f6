/** The item of the palette that is being dragged. */
export const dragged: { item: string | undefined } = { item: undefined };
