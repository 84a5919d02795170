"""Reads and writes C2SP logs with aics-tlog, an independent implementation.

    logs.py read URL VKEY        audits the log there and proves entries and trees; prints what it saw as JSON
    logs.py make FOLDER COUNT    writes a log as files; prints its verifier key
    logs.py proof FILE ENTRY VKEY  judges a .tlog-proof of the entry in a file
"""

import base64
import json
import sys

from aics_tlog import (
    Checkpoint,
    DirectoryTileStore,
    HttpTileReader,
    IncrementalTileWriter,
    VerifiedTileReader,
    audit_tiles,
    consistency_proof_from_tiles,
    inclusion_proof_from_tiles,
    leaf_hash,
    parse_note,
    parse_vkey,
    sign_checkpoint,
    tree_root_from_tiles,
    verify_checkpoint,
    verify_consistency,
    verify_inclusion,
    vkey_from_ed25519,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def verified(note, vkey):
    result = verify_checkpoint(parse_note(note), parse_vkey(vkey), [], quorum=0)
    assert result.ok, result
    return result


def read(url, vkey):
    reader = HttpTileReader([url], proxies={})
    note = reader.fetch_checkpoints()[0].data
    checkpoint = verified(note, vkey)
    size, root = checkpoint.size, checkpoint.root
    report = audit_tiles(reader, size, root)
    tiles = VerifiedTileReader(reader, size, root)
    records = trees = 0
    for part in sorted({1, 2, 255, 256, 257, size // 2, size - 1, size}):
        if not 0 < part <= size:
            continue
        old = tree_root_from_tiles(tiles, part)
        proof = consistency_proof_from_tiles(tiles, part, size)
        assert verify_consistency(part, size, old, root, proof)
        trees += 1
        index = part - 1
        entry = tiles.entry(index)
        assert verify_inclusion(leaf_hash(entry), index, size, inclusion_proof_from_tiles(tiles, index, size), root)
        records += 1
    return {
        "origin": checkpoint.origin, "size": size, "root": base64.b64encode(root).decode(), "records": records,
        "trees": trees, "tiles": report.tiles, "bundles": report.bundles,
    }


def make(folder, count):
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    origin = "aics.example/log"
    store = DirectoryTileStore(folder)
    writer = IncrementalTileWriter(store, size=0)
    writer.append([f"record {n} of aics".encode() for n in range(int(count))])
    store.write_checkpoint(sign_checkpoint(Checkpoint(origin, writer.size, writer.root()), key, origin).to_bytes())
    vkey = vkey_from_ed25519(origin, key.public_key())
    material = base64.b64encode(bytes([vkey.key_type]) + vkey.public_key).decode()
    return {"vkey": f"{vkey.name}+{vkey.key_id.hex()}+{material}"}


def proof(file, entry, vkey):
    with open(file, "rb") as opened:
        head, _, note = opened.read().partition(b"\n\n")
    with open(entry, "rb") as opened:
        leaf = leaf_hash(opened.read())
    lines = head.decode().split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1" and lines[1].startswith("index ")
    checkpoint = verified(note, vkey)
    hashes = [base64.b64decode(line, validate=True) for line in lines[2:]]
    return {"ok": verify_inclusion(leaf, int(lines[1][6:]), checkpoint.size, hashes, checkpoint.root)}


print(json.dumps({"read": read, "make": make, "proof": proof}[sys.argv[1]](*sys.argv[2:])))
