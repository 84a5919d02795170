"""The tree of a coverage statement, from the page of the room Coverage and nothing else of the project.

Reads one JSON object a line, {"size", "units", "leaves": [{"request", "salt", "breached", "sums"}]}, with salts in
hexadecimal and sums as {unit: [paid, owed, waived]}; prints the root in base64 and the sum of the root, a line each.
"""

import base64
import hashlib
import hmac
import json
import sys


def u64(number):
    return number.to_bytes(8, "big")


def numbers_of(leaf, units):
    numbers = [1, leaf["breached"]]
    for unit in units:
        numbers += leaf["sums"].get(unit, [0, 0, 0])
    return numbers


def opening(leaf, size):
    sums = [
        {"owed": owed, "paid": paid, "unit": unit, "waived": waived}
        for unit, (paid, owed, waived) in sorted(leaf["sums"].items(), key=lambda item: item[0].encode())
        if (paid, owed, waived) != (0, 0, 0)
    ]
    value = {"breached": leaf["breached"], "request": leaf["request"], "size": size, "sums": sums}
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def leaf_node(leaf, size, units):
    field, value = f"coverage/{size}".encode(), opening(leaf, size)
    message = b"vc-audit commit v1" + len(field).to_bytes(2, "big") + field + len(value).to_bytes(4, "big") + value
    commitment = hmac.new(bytes.fromhex(leaf["salt"]), message, hashlib.sha256).digest()
    numbers = numbers_of(leaf, units)
    order = hashlib.sha256(leaf["request"].encode()).digest()
    text = b"punctual coverage v1 leaf\n" + order + commitment + b"".join(map(u64, numbers))
    return order, hashlib.sha256(text).digest(), numbers


def join(nodes):
    if len(nodes) == 1:
        return nodes[0]
    half = 1
    while half * 2 < len(nodes):
        half *= 2
    (left, a), (right, b) = join(nodes[:half]), join(nodes[half:])
    text = b"punctual coverage v1 node\n" + left + b"".join(map(u64, a)) + right + b"".join(map(u64, b))
    return hashlib.sha256(text).digest(), [x + y for x, y in zip(a, b)]


def tree(case):
    nodes = sorted(leaf_node(leaf, case["size"], case["units"]) for leaf in case["leaves"])
    if not nodes:
        return hashlib.sha256(b"punctual coverage v1 none\n").digest(), [0] * (2 + 3 * len(case["units"]))
    return join([(digest, numbers) for _, digest, numbers in nodes])


for line in sys.stdin:
    root, numbers = tree(json.loads(line))
    print(base64.b64encode(root).decode(), " ".join(map(str, numbers)))
