import type { Span } from "./problems.ts";

/* The parts of a text of equations, as they are written. */

/** Words with a meaning in expressions. Names that equal them are written in backquotes. */
export const keywords: readonly string[] = ["and", "or", "xor", "not", "true", "false"];

/** Operators with two operands, by their binding strength; a larger number binds more tightly. */
export const strength = {
  or: 1,
  xor: 2,
  and: 3,
  "<": 5,
  "<=": 5,
  ">": 5,
  ">=": 5,
  "==": 5,
  "!=": 5,
  "+": 6,
  "-": 6,
  "*": 7,
  "/": 7,
  "^": 9,
} as const;
/** Binding strength of "not", and of the minus sign of one operand. */
export const NOT = 4;
export const MINUS = 8;

export type Operator = keyof typeof strength;

/** A number; `unit` as the author spells it, if there is one. */
export interface NumberNode extends Span {
  readonly kind: "number";
  readonly value: number;
  readonly unit?: string;
}
export interface NameNode extends Span {
  readonly kind: "name";
  readonly name: string;
}
export interface TruthNode extends Span {
  readonly kind: "truth";
  readonly value: boolean;
}
export interface UnaryNode extends Span {
  readonly kind: "unary";
  readonly op: "neg" | "not";
  readonly arg: Node;
}
export interface BinaryNode extends Span {
  readonly kind: "binary";
  readonly op: Operator;
  /** Place of the operator. */
  readonly at: Span;
  readonly left: Node;
  readonly right: Node;
}
export interface CallNode extends Span {
  readonly kind: "call";
  readonly name: string;
  readonly at: Span;
  readonly args: readonly (Node | TextNode)[];
}
/** A text in quotes: the purpose of a random draw. */
export interface TextNode extends Span {
  readonly kind: "text";
  readonly text: string;
}
export type Node = NumberNode | NameNode | TruthNode | UnaryNode | BinaryNode | CallNode;

/** A name and its place. */
export interface Named extends Span {
  readonly name: string;
}

/** A unit after a colon, as the library reads it. */
export interface UnitText extends Span {
  readonly text: string;
}

/** Words in parentheses after an equation, such as (unless refractory) or (> 0). */
export interface Flag extends Span {
  readonly text: string;
  /** The expression of (relative to …). */
  readonly relative?: Node;
}

/** `v = …`, with the sign of the assignment. */
export interface Assignment extends Span {
  readonly target: Named;
  readonly sign: "=" | "+=" | "-=" | "*=" | "/=";
  readonly value: Node;
}

/** A line that gives a name a value: dv/dt = …, next v = …, gL = …, or of a synapse: observe x = …. */
export interface Definition extends Span {
  readonly kind: "differential" | "next" | "definition" | "observe";
  readonly target: Named;
  readonly value: Node;
  readonly unit?: UnitText;
  readonly flags: readonly Flag[];
  /** The comment at the end of its line. */
  readonly comment?: string;
}

/** `input dendrite : current (on potential)`. */
export interface InputLine extends Span {
  readonly kind: "input";
  readonly target: Named;
  readonly payload: Named;
  readonly unit?: UnitText;
  readonly flags: readonly Flag[];
  readonly comment?: string;
}

/** `spike: …` or `refractory: …` of a soma, `current: …` or `jump: …` of a synapse, with the place of its word. */
export interface ValueSection extends Span {
  readonly kind: "spike" | "refractory" | "current" | "jump";
  readonly at: Span;
  readonly value: Node;
}
/** `reset: …` of a soma, `arrive: …` of a synapse, or `start: …`. */
export interface AssignmentSection extends Span {
  readonly kind: "reset" | "arrive" | "start";
  readonly at: Span;
  readonly assignments: readonly Assignment[];
}
/** `potential: u`. */
export interface PotentialSection extends Span {
  readonly kind: "potential";
  readonly at: Span;
  readonly target: Named;
}
/** A line that starts with a word and a colon. */
export type Section = ValueSection | AssignmentSection | PotentialSection;

export type Statement = Definition | InputLine | Section;
