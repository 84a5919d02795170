"""Ed25519 signatures (RFC 8032, 5.1.7), to verify and nothing else: the checker has no library of the service's."""

import functools
import hashlib

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def decode(encoded):
    """The point of 32 bytes as (X, Y, Z, T), or None when there is none."""
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P == -u % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if v * x * x % P != u or x == 0 and sign:
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


BASE = decode(bytes.fromhex("58" + "66" * 31))


@functools.lru_cache(maxsize=64)
def multiples(point):
    """For each of the 64 half bytes of a scalar, what its 16 values add: one key verifies many signatures."""
    table = []
    for _ in range(64):
        row = [(0, 1, 1, 0)]
        for _ in range(15):
            row.append(add(row[-1], point))
        table.append(row)
        point = add(row[15], point)
    return table


def sum_of(scalar, table, sum):
    for row in table:
        if scalar & 15:
            sum = add(sum, row[scalar & 15])
        scalar >>= 4
    return sum


def encode(point):
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def verify(key, message, signature):
    """Whether the signature is the key's: R = [S]B - [k]A."""
    if len(key) != 32 or len(signature) != 64:
        return False
    point, s = decode(key), int.from_bytes(signature[32:], "little")
    if point is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    minus = (P - point[0], point[1], 1, P - point[3])
    sum = sum_of(s, multiples(BASE), (0, 1, 1, 0))
    return encode(sum_of(k, multiples(minus), sum)) == signature[:32]
