/**
 * Returns a function that computes the power |X_k|² of the discrete Fourier transform X_k = Σ x_n exp(−2πi kn/N) of N
 * real values, at k = 0 … floor(N/2). N can be any positive integer. Lengths that are powers of two use Cooley and
 * Tukey's algorithm, others Bluestein's convolution over the next power of two above 2N. The time grows with N log N.
 * Angles are first reduced to one turn in integer arithmetic, so errors stay close to double precision for N below
 * 2^26. Cooley, Tukey 1965, Math. Comput. 19:297; Bluestein 1970, IEEE Trans. Audio Electroacoust. 18:451.
 */
export function fourierPower(count: number): (values: Float64Array) => Float64Array {
  const transform = isPower(count) ? halving(count) : convolving(count);
  return (values) => {
    const real = Float64Array.from(values);
    const imaginary = new Float64Array(count);
    transform(real, imaginary);
    return Float64Array.from({ length: Math.floor(count / 2) + 1 }, (_, k) => real[k]! ** 2 + imaginary[k]! ** 2);
  };
}

/** An in-place transform of `real + i·imaginary`. */
type Transform = (real: Float64Array, imaginary: Float64Array) => void;

const isPower = (count: number): boolean => 2 ** Math.round(Math.log2(count)) === count;

/** For a power of two: bit reversal of the index, then butterflies of increasing width. */
function halving(count: number): Transform {
  const cosines = Float64Array.from({ length: count / 2 }, (_, k) => Math.cos((2 * Math.PI * k) / count));
  const sines = Float64Array.from({ length: count / 2 }, (_, k) => Math.sin((2 * Math.PI * k) / count));
  return (real, imaginary) => {
    reverseBits(real, imaginary);
    for (let half = 1; half < count; half *= 2) {
      const stride = count / (2 * half);
      for (let start = 0; start < count; start += 2 * half) {
        for (let k = 0, top = start; k < half; k++, top++) {
          const bottom = top + half;
          const cosine = cosines[k * stride]!;
          const sine = sines[k * stride]!;
          const a = real[bottom]! * cosine + imaginary[bottom]! * sine;
          const b = imaginary[bottom]! * cosine - real[bottom]! * sine;
          real[bottom] = real[top]! - a;
          imaginary[bottom] = imaginary[top]! - b;
          real[top]! += a;
          imaginary[top]! += b;
        }
      }
    }
  };
}

function reverseBits(real: Float64Array, imaginary: Float64Array): void {
  const count = real.length;
  for (let index = 1, mirror = 0; index < count; index++) {
    let bit = count >> 1;
    for (; mirror & bit; bit >>= 1) mirror ^= bit;
    mirror ^= bit;
    if (index >= mirror) continue;
    for (const part of [real, imaginary]) {
      const value = part[index]!;
      part[index] = part[mirror]!;
      part[mirror] = value;
    }
  }
}

/** For any length, with kn = (k² + n² − (k − n)²)/2: a convolution with a chirp, computed with `halving`. */
function convolving(count: number): Transform {
  const room = 2 ** Math.ceil(Math.log2(2 * count - 1));
  const transform = halving(room);
  // k² is reduced modulo 2N in integer arithmetic, exact for N below 2^26.
  const turns = Float64Array.from({ length: count }, (_, k) => ((k * k) % (2 * count)) / (2 * count));
  const cosines = turns.map((turn) => Math.cos(2 * Math.PI * turn));
  const sines = turns.map((turn) => Math.sin(2 * Math.PI * turn));
  const chirp = { real: new Float64Array(room), imaginary: new Float64Array(room) };
  for (let k = 0; k < count; k++) {
    for (const index of k === 0 ? [0] : [k, room - k]) {
      chirp.real[index] = cosines[k]!;
      chirp.imaginary[index] = sines[k]!;
    }
  }
  transform(chirp.real, chirp.imaginary);
  return (real, imaginary) => {
    const a = new Float64Array(room);
    const b = new Float64Array(room);
    for (let k = 0; k < count; k++) {
      a[k] = real[k]! * cosines[k]! + imaginary[k]! * sines[k]!;
      b[k] = imaginary[k]! * cosines[k]! - real[k]! * sines[k]!;
    }
    transform(a, b);
    for (let k = 0; k < room; k++) {
      const product = a[k]! * chirp.real[k]! - b[k]! * chirp.imaginary[k]!;
      // Conjugated, because the transform of the conjugate is the inverse transform.
      b[k] = -(a[k]! * chirp.imaginary[k]! + b[k]! * chirp.real[k]!);
      a[k] = product;
    }
    transform(a, b);
    for (let k = 0; k < count; k++) {
      real[k] = (a[k]! * cosines[k]! - b[k]! * sines[k]!) / room;
      imaginary[k] = (-b[k]! * cosines[k]! - a[k]! * sines[k]!) / room;
    }
  };
}
