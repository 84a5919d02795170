"""Wilson's score interval with the standard library, exactly: fractions, and the integer root of a scaled square.

Reads lines `halves count` and prints `low high` in hundredths of a percent, rounded outwards. z is 1.96. Written from
the textbook's form, (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n); shares nothing with what it checks.
"""
from fractions import Fraction
from math import isqrt
import sys

Z = Fraction(196, 100)
DIGITS = 10**40


def root(square: Fraction) -> tuple[Fraction, Fraction]:
    scaled = square.numerator * DIGITS * DIGITS // square.denominator
    low = isqrt(scaled)
    return Fraction(low, DIGITS), Fraction(low + 1, DIGITS)


def wilson(halves: int, count: int) -> tuple[int, int]:
    p, n = Fraction(halves, 2 * count), Fraction(count)
    square = p * (1 - p) / n + Z * Z / (4 * n * n)
    below, above = root(square)
    if below * below == square:
        above = below
    middle, whole = p + Z * Z / (2 * n), 1 + Z * Z / n
    low = max(Fraction(0), (middle - Z * above) / whole) * 10_000
    high = min(Fraction(1), (middle + Z * above) / whole) * 10_000
    return low.numerator // low.denominator, -(-high.numerator // high.denominator)


for line in sys.stdin:
    print(*wilson(*map(int, line.split())))
