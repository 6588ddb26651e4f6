/** Primitive polynomials and first direction numbers of dimensions 2 to 21: [degree, coefficients, numbers]. */
const directions: readonly (readonly [number, number, readonly number[]])[] = [
  [1, 0, [1]],
  [2, 1, [1, 3]],
  [3, 1, [1, 3, 1]],
  [3, 2, [1, 1, 1]],
  [4, 1, [1, 1, 3, 3]],
  [4, 4, [1, 3, 5, 13]],
  [5, 2, [1, 1, 5, 5, 17]],
  [5, 4, [1, 1, 5, 5, 5]],
  [5, 7, [1, 1, 7, 11, 19]],
  [5, 11, [1, 1, 5, 1, 1]],
  [5, 13, [1, 1, 1, 3, 11]],
  [5, 14, [1, 3, 5, 5, 31]],
  [6, 1, [1, 3, 3, 9, 7, 49]],
  [6, 13, [1, 1, 1, 15, 21, 21]],
  [6, 16, [1, 3, 1, 13, 27, 49]],
  [6, 19, [1, 1, 1, 15, 7, 5]],
  [6, 22, [1, 3, 1, 15, 13, 25]],
  [6, 25, [1, 1, 5, 5, 19, 61]],
  [7, 1, [1, 3, 7, 11, 23, 15, 103]],
  [7, 4, [1, 3, 7, 13, 13, 15, 69]],
];

const BITS = 32;

/** Largest number of dimensions. */
export const SOBOL_DIMENSIONS: number = directions.length + 1;

/** The 32 direction numbers of a dimension, from 0. */
const numbersOf = (dimension: number): Uint32Array => {
  const numbers = new Uint32Array(BITS);
  if (dimension === 0) {
    for (let k = 0; k < BITS; k++) numbers[k] = 2 ** (BITS - 1 - k);
    return numbers;
  }
  const [degree, coefficients, first] = directions[dimension - 1]!;
  for (let k = 0; k < BITS; k++) {
    if (k < degree) {
      numbers[k] = first[k]! * 2 ** (BITS - 1 - k);
      continue;
    }
    let value = numbers[k - degree]! ^ (numbers[k - degree]! >>> degree);
    for (let j = 1; j < degree; j++) {
      if ((coefficients >>> (degree - 1 - j)) & 1) value ^= numbers[k - j]!;
    }
    numbers[k] = value;
  }
  return numbers;
};

/**
 * The first points of the Sobol sequence in [0, 1), by Gray code, with the direction numbers of Joe and Kuo (2008). The
 * first point is the origin.
 */
export const sobolPoints = (count: number, dimensions: number): Float64Array[] => {
  const numbers = Array.from({ length: dimensions }, (_, dimension) => numbersOf(dimension));
  const state = new Uint32Array(dimensions);
  return Array.from({ length: count }, (_, index) => {
    if (index > 0) {
      // The position of the lowest zero bit of the index before.
      const bit = 31 - Math.clz32(index & -index);
      for (let d = 0; d < dimensions; d++) state[d] = state[d]! ^ numbers[d]![bit]!;
    }
    return Float64Array.from(state, (value) => value / 2 ** BITS);
  });
};
