const upperHalfOfLn2 = 0.6931471803691238
const lowerHalfOfLn2 = 1.9082149292705877e-10

/** Coefficients of the polynomial that stands for log(1+f), odd and even ones apart. */
const [l1, l2, l3, l4, l5, l6, l7] = [
  0.6666666666666735, 0.3999999999940942, 0.2857142874366239, 0.22222198432149784, 0.1818357216161805,
  0.15313837699209373, 0.14798198605116586,
] as const

/**
 * The natural logarithm of an integer from 1 to 2^53, to the last bit as Go computes it on amd64; `Math.log` differs in
 * that bit for some arguments, first at 14. The method is FreeBSD's: `x = 2^k·(1+f)`, then a polynomial in `f/(2+f)`.
 */
export function goLog(x: number): number {
  let fraction = x
  let k = 0
  while (fraction >= 1) {
    fraction /= 2
    k++
  }
  if (fraction < Math.SQRT1_2) {
    fraction *= 2
    k--
  }
  const f = fraction - 1
  const s = f / (2 + f)
  const s2 = s * s
  const s4 = s2 * s2
  const odd = s2 * (l1 + s4 * (l3 + s4 * (l5 + s4 * l7)))
  const even = s4 * (l2 + s4 * (l4 + s4 * l6))
  const half = 0.5 * f * f
  return k * upperHalfOfLn2 - (half - (s * (half + (odd + even)) + k * lowerHalfOfLn2) - f)
}
