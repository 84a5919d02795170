"""The reference implementation of OpenTimestamps, from the Swift tests. Answers are printed as JSON.

    timestamps.py make SEED COUNT   files that the library makes from random trees
    timestamps.py judge FILES       what it says of files, given in hexadecimal as a JSON list
    timestamps.py block FILE HEADER what it says of a file's attestations by a block header, both in hexadecimal"""

import json
import random
import sys
import warnings

from bitcoin.core import CBlockHeader
from opentimestamps.core.notary import (
    BitcoinBlockHeaderAttestation, PendingAttestation, UnknownAttestation, VerificationError,
)
from opentimestamps.core.op import OpAppend, OpHexlify, OpPrepend, OpReverse, OpSHA256
from opentimestamps.core.serialize import (
    BytesDeserializationContext, BytesSerializationContext, DeserializationError,
)
from opentimestamps.core.timestamp import DetachedTimestampFile, Timestamp

warnings.simplefilter("ignore")


def written(thing):
    context = BytesSerializationContext()
    thing.serialize(context)
    return context.getbytes()


def described(file):
    return sorted([written(attestation).hex(), message.hex()] for message, attestation in
                  file.timestamp.all_attestations())


def grow(stamp, chance, depth):
    """Adds operations below a stamp, until each path ends in an attestation."""
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        if depth > 0 and chance.random() < 0.85:
            operation = chance.choice([OpSHA256(), OpSHA256(), OpReverse(), OpHexlify(),
                                       OpAppend(chance.randbytes(chance.randint(1, 40))),
                                       OpPrepend(chance.randbytes(chance.randint(1, 40)))])
            if len(stamp.msg) < 1000:
                grow(stamp.ops.add(operation), chance, depth - 1)
                continue
        stamp.attestations.add(chance.choice([
            PendingAttestation("https://calendar.example/%d" % chance.randint(0, 99)),
            BitcoinBlockHeaderAttestation(chance.choice([0, 127, 128, 358391, 2**40])),
            UnknownAttestation(chance.randbytes(8), chance.randbytes(chance.randint(0, 200)))]))


def make(seed, count):
    chance = random.Random(int(seed))
    for _ in range(int(count)):
        file = DetachedTimestampFile(OpSHA256(), Timestamp(chance.randbytes(32)))
        grow(file.timestamp, chance, chance.randint(0, 6))
        yield {"file": written(file).hex(), "attestations": described(file)}


def read(text):
    return DetachedTimestampFile.deserialize(BytesDeserializationContext(bytes.fromhex(text)))


def judge(path):
    with open(path) as file:
        for text in json.load(file):
            try:
                yield {"attestations": described(read(text))}
            except (DeserializationError, ValueError) as refusal:
                yield {"refused": "%s: %s" % (type(refusal).__name__, refusal)}


def block(text, header):
    header = CBlockHeader.deserialize(bytes.fromhex(header))
    for message, attestation in read(text).timestamp.all_attestations():
        try:
            yield {"time": attestation.verify_against_blockheader(message, header)}
        except VerificationError as refusal:
            yield {"refused": str(refusal)}


tasks = {"make": make, "judge": judge, "block": block}
json.dump(list(tasks[sys.argv[1]](*sys.argv[2:])), sys.stdout)
