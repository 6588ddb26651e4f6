/*
 * CartPole-v1: a cart on a track balances a pole. Barto, Sutton and Anderson, IEEE Trans. Syst. Man Cybern. 13:834 (1983),
 * with the constants of Gymnasium. The pole is half as long as in the paper, and friction is absent.
 */

const gravity = 9.8; // m/s²
const massOfPole = 0.1; // kg
const massTotal = 1.1; // kg
/** Half of the length of the pole, m. */
export const halfLength = 0.5;
const momentOfPole = massOfPole * halfLength;
const force = 10; // N
const timeStep = 0.02; // s

/** An episode fails if the cart is farther from the middle, m. */
export const positionMax = 2.4;
/** An episode fails if the pole leans more: 12 degrees, rad. */
export const angleMax = (12 * 2 * Math.PI) / 360;
/** An episode that does not fail ends after this number of steps. */
export const stepsMax = 500;

/** Position (m), velocity (m/s), angle (rad, positive to the right) and angular velocity (rad/s). */
export type State = readonly [position: number, velocity: number, angle: number, angularVelocity: number];

/** Pushes the cart to the left (0) or to the right (1). */
export type Action = 0 | 1;

/** The state after a push of 0.02 s, by the method of Euler. */
export const pushed = ([position, velocity, angle, angularVelocity]: State, action: Action): State => {
  const push = action === 1 ? force : -force;
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const part = (push + momentOfPole * angularVelocity ** 2 * sine) / massTotal;
  const angularAcceleration =
    (gravity * sine - cosine * part) / (halfLength * (4 / 3 - (massOfPole * cosine ** 2) / massTotal));
  const acceleration = part - (momentOfPole * angularAcceleration * cosine) / massTotal;
  return [
    position + timeStep * velocity,
    velocity + timeStep * acceleration,
    angle + timeStep * angularVelocity,
    angularVelocity + timeStep * angularAcceleration,
  ];
};

/** Whether the cart has left the track or the pole has fallen. */
export const failed = ([position, , angle]: State): boolean =>
  Math.abs(position) > positionMax || Math.abs(angle) > angleMax;

/** Random numbers from 0 to 1: mulberry32, so that the episodes are the same everywhere. */
export const randomNumbers = (seed: number) => {
  let state = seed | 0;
  return (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** The start of an episode: each value is drawn from −0.05 to 0.05. */
export const drawnStart = (random: () => number): State => {
  const draw = () => -0.05 + 0.1 * random();
  return [draw(), draw(), draw(), draw()];
};
