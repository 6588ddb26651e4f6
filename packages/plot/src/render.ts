import {
  type LoggerInterface,
  type Mark,
  parse,
  resetSVGDefIds,
  type Spec,
  SVGStringRenderer,
  textMetrics,
  View,
} from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { measureText } from "./lettering.ts";

// Exports of Vega that its type declarations omit.
declare module "vega" {
  interface TextItem {
    readonly text?: unknown;
    readonly fontSize?: number;
  }
  interface TextMetrics {
    width: (item: TextItem, text?: unknown) => number;
  }
  interface SvgText {
    initialize(element: null, width: number, height: number, origin: readonly number[], scale: number): this;
    background(color: unknown): this;
    render(scene: unknown): this;
    svg(): string;
  }
  const textMetrics: TextMetrics;
  const SVGStringRenderer: new () => SvgText;
}

/**
 * Renders a Vega specification as an SVG string, synchronously, without a canvas or a document. Expressions are
 * interpreted, not compiled, so it also works on a page that forbids `eval`.
 */
export function renderSpec(spec: Spec, size: { readonly width: number; readonly height: number }): string {
  const measured = textMetrics.width;
  const problems: string[] = [];
  const paths: string[] = [];
  const marks = withoutPaths(spec.marks ?? [], paths);
  // If a canvas exists, Vega measures text with it, and labels would move with the fonts of the system.
  textMetrics.width = (item, text) => measureText(String(text ?? item.text ?? ""), item.fontSize ?? 11);
  try {
    resetSVGDefIds();
    const view = new View(parse({ ...spec, marks }, undefined, { ast: true }), {
      renderer: "none",
      expr: expressionInterpreter,
      logger: collector(problems),
    });
    view.run();
    if (problems.length > 0) throw new Error(`renderSpec could not draw the figure: ${problems.join("; ")}`);
    const renderer = new SVGStringRenderer().initialize(null, size.width, size.height, [0, 0], 1);
    const svg = renderer
      .background(spec.background)
      .render((view.scenegraph() as unknown as { readonly root: unknown }).root)
      .svg();
    view.finalize();
    return svg.replace(/ d="M0,0H(\d+)e-9"/g, (_, index: string) => ` d="${paths[Number(index)]}"`);
  } finally {
    textMetrics.width = measured;
  }
}

/** Length of a path from which it is kept from Vega. */
const LONG = 200;

/**
 * The marks with a short path in place of each long one, which is added to `paths`. Vega parses a path to find its
 * bounds, which takes a quarter of the time of a figure. A figure of fixed size does not need the bounds.
 */
function withoutPaths(marks: readonly Mark[], paths: string[]): Mark[] {
  return marks.map((mark) => {
    if (mark.type === "group") return { ...mark, marks: withoutPaths(mark.marks ?? [], paths) };
    if (mark.type !== "path") return mark;
    const { enter } = mark.encode ?? {};
    const path = enter?.path;
    if (!path || !("value" in path) || typeof path.value !== "string" || path.value.length < LONG) return mark;
    const index = paths.push(path.value) - 1;
    return { ...mark, encode: { ...mark.encode, enter: { ...enter, path: { value: `M0,0H${index}e-9` } } } };
  });
}

/** A logger that collects messages. Vega reports errors to it and continues. */
function collector(problems: string[]): LoggerInterface {
  const logger = {
    level: (level?: number) => (level === undefined ? 2 : logger),
    error: (...words: readonly unknown[]) => keep(words),
    warn: (...words: readonly unknown[]) => keep(words),
    info: () => logger,
    debug: () => logger,
  } as LoggerInterface;
  const keep = (words: readonly unknown[]): LoggerInterface => {
    problems.push(words.map(String).join(" "));
    return logger;
  };
  return logger;
}
