import type { Expr, Float } from "../expr/expr.ts";

/**
 * How a differential equation is integrated.
 * - "exact": the solution of a linear equation whose coefficients are constant within the step.
 * - "exponentialEuler": exact for an equation that is linear in its own variable, if the others are constant (Rush and
 *   Larsen 1978); otherwise the exponential Rosenbrock–Euler method.
 * - "euler", "heun" and "rk4": explicit Runge–Kutta methods of order 1, 2 and 4.
 */
export type IntegrationMethod = "exact" | "exponentialEuler" | "euler" | "heun" | "rk4";

/** Names of all methods. */
export const integrationMethods: readonly IntegrationMethod[] = ["exact", "exponentialEuler", "euler", "heun", "rk4"];

/** The right-hand sides of differential equations, by variable. */
export type Equations = Readonly<Record<string, Float>>;

/** The differential equations of a declaration, as data. */
export interface Differential {
  /** The derivative of each integrated variable with respect to time, as the author wrote it: its unit per ms. */
  readonly equations: Equations;
  /** The method of each equation. */
  readonly methods: Readonly<Record<string, IntegrationMethod>>;
  /** Number of equal parts of dt in which the equations are integrated. */
  readonly substeps: number;
  /** What `step` returned, with the symbols of `after` for the integrated values. */
  readonly step: Readonly<Record<string, Expr>>;
}
