export { traceFigure } from "./trace.ts";
