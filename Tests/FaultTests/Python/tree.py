"""The tree of the log (RFC 6962, 2.1), its tiles (C2SP tlog-tiles), its notes (C2SP signed-note, tlog-checkpoint)."""

import base64
import functools
import hashlib

import ed25519

WIDTH = 256


def sha256(data):
    return hashlib.sha256(data).digest()


def leaf_hash(entry):
    return sha256(b"\0" + entry)


def node_hash(left, right):
    return sha256(b"\1" + left + right)


class Growing:
    """The right edge of a tree: the roots of the perfect subtrees that it consists of, largest first."""

    def __init__(self):
        self.size, self.edge = 0, []

    def append(self, leaf):
        size, hash = self.size, leaf
        while size & 1:
            hash = node_hash(self.edge.pop(), hash)
            size >>= 1
        self.edge.append(hash)
        self.size += 1

    def root(self):
        if not self.edge:
            return sha256(b"")
        return functools.reduce(lambda right, left: node_hash(left, right), reversed(self.edge))


def roots(leaves, sizes):
    """The roots of the trees of these sizes, by size; of none that is larger than the tree."""
    tree, found = Growing(), {}
    wanted = set(sizes)
    if 0 in wanted:
        found[0] = tree.root()
    for leaf in leaves:
        tree.append(leaf)
        if tree.size in wanted:
            found[tree.size] = tree.root()
    return found


def tiles(leaves):
    """Every tile of the tree, by level and number."""
    found, level, hashes = {}, 0, list(leaves)
    while hashes:
        for number in range(0, (len(hashes) + WIDTH - 1) // WIDTH):
            found[level, number] = b"".join(hashes[number * WIDTH : (number + 1) * WIDTH])
        full = len(hashes) // WIDTH
        hashes = [perfect_root(hashes[n * WIDTH : (n + 1) * WIDTH]) for n in range(full)]
        level += 1
    return found


def perfect_root(hashes):
    while len(hashes) > 1:
        hashes = [node_hash(hashes[n], hashes[n + 1]) for n in range(0, len(hashes), 2)]
    return hashes[0]


class Key:
    """A verifier key as C2SP writes it, of Ed25519."""

    def __init__(self, vkey):
        self.name, identifier, encoded = vkey.strip().split("+", 2)
        raw = base64.b64decode(encoded, validate=True)
        self.public = raw[1:]
        self.id = sha256(self.name.encode() + b"\n" + raw)[:4]
        if raw[0] != 1 or len(raw) != 33 or self.id.hex() != identifier:
            raise ValueError("not a key of a log: " + vkey)


@functools.lru_cache(maxsize=1 << 18)
def signature_holds(public, text, signature):
    return ed25519.verify(public, text, signature)


def read_note(note, keys):
    """Origin, size and root of a checkpoint that one of these keys signed; ValueError for everything else."""
    text, blank, lines = note.rpartition(b"\n\n")
    text += b"\n"
    if not blank or not lines.endswith(b"\n"):
        raise ValueError("not a signed note")
    signed = False
    for line in lines.decode().removesuffix("\n").split("\n"):
        dash, name, blob = line.split(" ")
        raw = base64.b64decode(blob, validate=True)
        if dash != "\u2014" or base64.b64encode(raw).decode() != blob:
            raise ValueError("not a signature line: " + line)
        for key in keys:
            if name == key.name and raw[:4] == key.id:
                if not signature_holds(key.public, text, raw[4:]):
                    raise ValueError("the signature of " + name + " does not hold")
                signed = True
    if not signed:
        raise ValueError("not signed by the log")
    origin, size, root = text.decode().removesuffix("\n").split("\n")
    if not size.isdecimal() or str(int(size)) != size or len(base64.b64decode(root, validate=True)) != 32:
        raise ValueError("not a checkpoint")
    return origin, int(size), base64.b64decode(root, validate=True)


def split_note(note, keys):
    """The note with the lines of these keys alone, and the other lines."""
    text, _, lines = note.rpartition("\n\n")
    mine, others = [], set()
    for line in lines.removesuffix("\n").split("\n"):
        _, name, blob = line.split(" ")
        is_mine = any(name == key.name and base64.b64decode(blob)[:4] == key.id for key in keys)
        mine.append(line) if is_mine else others.add(line)
    return text + "\n\n" + "".join(line + "\n" for line in mine), others
