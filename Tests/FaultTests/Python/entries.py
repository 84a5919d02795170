"""The entries of the log, one by one and as a chain: what the pages of the log's format say of them."""

import base64
import hashlib
import hmac
import json

import tree

MEMBERS = {"cm", "facts", "origin", "prev", "rid", "rn", "rprev", "seq", "t", "type", "v"}


def canonical(value):
    """RFC 8785, for values without fractions."""
    if isinstance(value, dict):
        members = sorted(value.items(), key=lambda member: member[0].encode("utf-16-be"))
        return "{" + ",".join(canonical(name) + ":" + canonical(item) for name, item in members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, float):
        raise ValueError("a number with a fraction")
    return json.dumps(value, ensure_ascii=False)


def commitment(subject_key, seq, field, value):
    """What an entry says instead of a personal value."""
    name, data = field.encode(), canonical(value).encode()
    extracted = hmac.digest(bytes(32), subject_key, "sha256")
    salt = hmac.digest(extracted, seq.to_bytes(8, "big") + name + b"\1", "sha256")
    message = b"vc-audit commit v1" + len(name).to_bytes(2, "big") + name + len(data).to_bytes(4, "big") + data
    return base64.b64encode(hmac.digest(salt, message, "sha256")).decode()


def read(bodies, report):
    """Parses the entries and checks the chain. `report` is told the invariant and what is wrong."""
    entries, leaves, requests = [], [], {}
    origin, previous, time = None, None, 0
    for seq, body in enumerate(bodies):
        leaf = tree.leaf_hash(body)
        try:
            entry = json.loads(body)
            if canonical(entry).encode() != body or entry["v"] != 1 or not MEMBERS.issuperset(entry):
                raise ValueError("not in the form of an entry")
            if origin is None:
                origin = entry["origin"]
                previous = hashlib.sha256(f"vc-audit genesis v1\n{origin}\n".encode()).digest()
            if entry["origin"] != origin or entry["seq"] != seq:
                raise ValueError(f"says {entry['origin']} {entry['seq']}")
            if base64.b64decode(entry["prev"]) != previous:
                raise ValueError("does not follow from the entry before")
            if "rid" in entry:
                number, last = requests.get(entry["rid"], (0, None))
                if entry["rn"] != number or entry.get("rprev") != (last and base64.b64encode(last).decode()):
                    raise ValueError("does not follow from the request's entry before")
                requests[entry["rid"]] = number + 1, leaf
            if entry["t"] < time:
                report("I7", f"entry {seq}: its time is {time - entry['t']} ms before that of the entry before")
            time = max(time, entry["t"])
        except (ValueError, KeyError, TypeError) as error:
            report("I5", f"entry {seq}: {error!r}")
            entry = None
        entries.append(entry)
        leaves.append(leaf)
        previous = leaf
    return entries, leaves


def keys(entries, first_key):
    """The keys that sign for the log: the first, and those that later entries add to it."""
    found = [first_key]
    for entry in entries:
        if entry and entry["type"] == "log.key" and entry["facts"].get("state") == "added":
            found.append(tree.Key(entry["facts"]["key"]))
    return found
