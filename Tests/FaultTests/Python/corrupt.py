"""Shows that the checker can fail: each corruption of a small history must be told by the name of the invariant that it
breaks, and the history itself by none.

Usage: corrupt.py FOLDER
"""

import argparse
import base64
import contextlib
import glob
import hashlib
import json
import os
import shutil
import sqlite3
import sys
import time

import check
import ed25519
import entries as form
import service as punctual
import tree


def sign(seed, message):
    """RFC 8032, 5.1.6: a forger has the key."""
    expanded = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(expanded[:32], "little") & ((1 << 254) - 8) | (1 << 254)
    public = multiple(scalar)
    r = int.from_bytes(hashlib.sha512(expanded[32:] + message).digest(), "little") % ed25519.L
    first = multiple(r)
    k = int.from_bytes(hashlib.sha512(first + public + message).digest(), "little") % ed25519.L
    return first + ((r + k * scalar) % ed25519.L).to_bytes(32, "little")


def multiple(scalar):
    return ed25519.encode(ed25519.sum_of(scalar, ed25519.multiples(ed25519.BASE), (0, 1, 1, 0)))


class History:
    """A copy of the history, in the hands of somebody who has everything: database, keys, anchor, even the ledger."""

    def __init__(self, data, ledger):
        self.data, self.ledger_path = data, ledger
        self.database = sqlite3.connect(os.path.join(data, "punctual.sqlite"), isolation_level=None)
        for (name,) in self.database.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            self.sql(f'DROP TRIGGER "{name}"')
        self.said = os.path.join(data, "said")

    def sql(self, text, *values):
        return self.database.execute(text, values).fetchall()

    def entries(self):
        return [json.loads(body) for (body,) in self.sql("SELECT body FROM entry ORDER BY seq")]

    def find(self, type, number=0):
        return [entry["seq"] for entry in self.entries() if entry["type"] == type][number]

    def note(self, origin, size, root):
        """A checkpoint, signed with the log's key."""
        with open(glob.glob(os.path.join(self.data, "keys", "log*.pem"))[0]) as file:
            seed = base64.b64decode("".join(file.read().split("\n")[1:-2]))[-32:]
        with open(os.path.join(self.data, "log.vkey")) as file:
            key = tree.Key(file.readline())
        text = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"
        blob = base64.b64encode(key.id + sign(seed, text.encode())).decode()
        return f"{text}\n\u2014 {key.name} {blob}\n"

    def rewrite(self, order, change=lambda entry: None):
        """Writes the log anew with these entries, by their old numbers: a consistent forgery of entries, openings,
        tiles, checkpoints and head. The rows of the tables stay."""
        old = self.entries()
        openings = {seq: row for seq, *row in self.sql("SELECT seq, tenant, holder, document FROM opening")}
        keys = {(tenant, holder): key for tenant, holder, key in self.sql("SELECT tenant, holder, key32 FROM subject")}
        for table in ("entry", "opening", "tile"):
            self.sql(f"DELETE FROM {table}")
        origin, leaves, requests = old[0]["origin"], [], {}
        previous = hashlib.sha256(f"vc-audit genesis v1\n{origin}\n".encode()).digest()
        for seq, number in enumerate(order):
            entry = json.loads(json.dumps(old[number]))
            entry.update(seq=seq, prev=base64.b64encode(previous).decode())
            change(entry)
            entry.pop("rprev", None)
            if "rid" in entry:
                entry["rn"], last = requests.get(entry["rid"], (0, None))
                if last:
                    entry["rprev"] = base64.b64encode(last).decode()
            if number in openings:
                tenant, holder, document = openings[number]
                values = json.loads(document)
                entry["cm"] = {
                    field: form.commitment(keys[tenant, holder], seq, field, value) for field, value in values.items()}
                self.sql(
                    "INSERT INTO opening (seq, tenant, holder, document) VALUES (?, ?, ?, ?)", seq, *openings[number])
            body = form.canonical(entry).encode()
            previous = tree.leaf_hash(body)
            leaves.append(previous)
            if "rid" in entry:
                requests[entry["rid"]] = entry["rn"] + 1, previous
            self.sql(
                "INSERT INTO entry (seq, request, body, leaf_hash) VALUES (?, ?, ?, ?)", seq, entry.get("rid"), body,
                previous)
        for (level, number), hashes in tree.tiles(leaves).items():
            self.sql("INSERT INTO tile (level, idx, hashes) VALUES (?, ?, ?)", level, number, hashes)
        sizes = {size for (size,) in self.sql("SELECT size FROM checkpoint") if size <= len(leaves)} | {len(leaves)}
        self.sql("DELETE FROM checkpoint")
        roots = tree.roots(leaves, sizes)
        for size in sizes:
            self.sql("INSERT INTO checkpoint (size, note) VALUES (?, ?)", size, self.note(origin, size, roots[size]))
        self.sql(
            "UPDATE head SET size = ?, root = ?, last_leaf_hash = ?, last_time = ?", len(leaves), roots[len(leaves)],
            previous, entry["t"])

    def lines(self):
        with open(self.ledger_path) as file:
            return [json.loads(line) for line in file]

    def write_lines(self, lines):
        with open(self.ledger_path, "w") as file:
            file.writelines(json.dumps(line) + "\n" for line in lines)

    def answer(self, change):
        """Changes the last answer that has a receipt, as a service would that says one thing and writes another."""
        lines = self.lines()
        line = next(line for line in reversed(lines) if "acked" in line and "credential" in json.loads(line["answer"]))
        answer = json.loads(line["answer"])
        change(answer)
        line["answer"] = json.dumps(answer)
        self.write_lines(lines)

    def file(self, name, change):
        path = os.path.join(self.data, name)
        with open(path, "rb") as file:
            data = bytearray(file.read())
        change(data)
        with open(path, "wb") as file:
            file.write(data)


def all_but(history, *types):
    return [entry["seq"] for entry in history.entries() if entry["type"] not in types]


def swapped(history):
    """The first and the last request change places, each with its entries."""
    entries = history.entries()
    ids = [entry["rid"] for entry in entries if entry["type"] == "request.accepted"]
    first, last = ([entry["seq"] for entry in entries if entry.get("rid") == id] for id in (ids[0], ids[-1]))
    middle = [entry["seq"] for entry in entries if entry.get("rid") not in (ids[0], ids[-1])]
    begin = min(first)
    return [n for n in middle if n < begin] + last + [n for n in middle if n > begin] + first


def set_anchor(history):
    def change(data):
        for start in (0, 512):
            data[start + 40] ^= 1
            data[start + 480 : start + 512] = hashlib.sha256(data[start : start + 480]).digest()
    history.file("anchor", change)


def flip(history, sql, column, where):
    (value,), = history.sql(f"SELECT {column} FROM {sql} WHERE {where}")
    data = bytearray(value if isinstance(value, bytes) else value.encode())
    data[len(data) // 2] ^= 1
    changed = bytes(data) if isinstance(value, bytes) else data.decode()
    history.sql(f"UPDATE {sql} SET {column} = ? WHERE {where}", changed)


def change_facts(history, kind, **facts):
    """Other facts in every entry of a kind, in a log that fits."""
    history.rewrite(range(len(history.entries())), lambda entry: entry["type"] == kind and entry["facts"].update(facts))


def repeat_last_line(history, **change):
    lines = history.lines()
    line = dict(next(line for line in reversed(lines) if "acked" in line))
    history.write_lines(lines + [line | change])


def forked_note(history):
    history.write_lines(history.lines() + [{"note": history.note("test.example/log", 4, bytes(32))}])


def say(history, data):
    with open(history.said, "wb") as file:
        file.write(data)


REQUEST = "WHERE id = (SELECT min(id) FROM request)"
TABLE = [
    ("I1", "the last acknowledged request is gone, and all is made to fit",
     lambda h: h.rewrite(range(h.find("request.accepted", -1)))),
    ("I1", "another request was written than was answered", lambda h: h.answer(lambda a: a.update(id="another"))),
    ("I2", "a command has its effect twice",
     lambda h: h.rewrite([*range(len(h.entries())), h.find("request.approved")])),
    ("I2", "a payment is made twice", lambda h: h.rewrite([*range(len(h.entries())), h.find("compensation.post")])),
    ("I2", "a retry is answered otherwise", lambda h: repeat_last_line(h, answer='{"id":"another"}')),
    ("I2", "a retry is refused", lambda h: repeat_last_line(h, status=409)),
    ("I3", "a request's state is changed", lambda h: h.sql(f"UPDATE request SET state = 'revoked' {REQUEST}")),
    ("I3", "a deadline is moved", lambda h: h.sql(f"UPDATE request SET due_at = due_at + 1 {REQUEST}")),
    ("I3", "an assessment is put off", lambda h: h.sql(f"UPDATE request SET assess_at = 9 {REQUEST}")),
    ("I3", "a payment is taken away", lambda h: h.sql("DELETE FROM payment")),
    ("I3", "a wallet is filled", lambda h: h.sql("UPDATE lot SET remaining = 1000000")),
    ("I3", "a premium window is made longer", lambda h: h.sql("UPDATE premium SET ends = ends + 1")),
    ("I3", "a journal line is changed", lambda h: h.sql("UPDATE journal SET minor = minor + 1 WHERE line = 0")),
    ("I3", "a notice is not sent", lambda h: h.sql("DELETE FROM outbox WHERE seq = (SELECT max(seq) FROM outbox)")),
    ("I3", "a place in a list is another's", lambda h: h.sql("UPDATE status SET idx = idx + 100000")),
    ("I3", "a key is forgotten", lambda h: h.sql("DELETE FROM answer WHERE seq = (SELECT max(seq) FROM answer)")),
    ("I3", "an answer is invented", lambda h: h.sql(
        "INSERT INTO answer (tenant, idempotency_key, digest, seq) SELECT tenant, 'x', digest, seq FROM answer LIMIT 1")),
    ("I3", "a private fact is changed", lambda h: flip(
        h, "opening", "document", f"seq = {h.find('request.accepted')}")),
    ("I3", "a private fact is removed", lambda h: h.sql(
        "DELETE FROM opening WHERE seq = (SELECT max(seq) FROM opening)")),
    ("I3", "a person's key is exchanged", lambda h: h.sql("UPDATE subject SET key32 = zeroblob(32)")),
    ("I3", "a payment is half of what is owed, in a log that fits",
     lambda h: change_facts(h, "compensation.post", minor=250)),
    ("I3", "nobody was paid, in a log that fits",
     lambda h: h.rewrite(all_but(h, "sla.breach", "compensation.post", "notice.queued"))),
    ("I3", "a notice is left out, in a log that fits", lambda h: h.rewrite(all_but(h, "notice.queued"))),
    ("I3", "a deadline is another than the policy's, in a log that fits",
     lambda h: change_facts(h, "request.accepted", dueAt=h.entries()[-1]["t"])),
    ("I4", "another log was shown to somebody", forked_note),
    ("I4", "the anchor is of another log", set_anchor),
    ("I4", "the anchor is gone", lambda h: h.file("anchor", lambda data: data.clear())),
    ("I4", "history is written anew", lambda h: h.rewrite(range(len(h.entries())), lambda e: e.update(t=e["t"] + 1))),
    ("I5", "a bit of an entry", lambda h: flip(h, "entry", "body", "seq = 5")),
    ("I5", "a bit of a leaf hash", lambda h: flip(h, "entry", "leaf_hash", "seq = 5")),
    ("I5", "an entry filed under another request", lambda h: h.sql("UPDATE entry SET request = 'x' WHERE seq = 5")),
    ("I5", "a bit of a tile", lambda h: flip(h, "tile", "hashes", "level = 0")),
    ("I5", "a tile too many", lambda h: h.sql("INSERT INTO tile VALUES (1, 0, zeroblob(32))")),
    ("I5", "a tile that is missing", lambda h: h.sql("DELETE FROM tile")),
    ("I5", "an entry removed", lambda h: h.sql("DELETE FROM entry WHERE seq = 4")),
    ("I5", "two entries exchanged", lambda h: h.sql(
        "UPDATE entry SET body = (SELECT body FROM entry e WHERE e.seq = 15 - entry.seq) WHERE seq IN (7, 8)")),
    ("I5", "a bit of the root", lambda h: flip(h, "head", "root", "1")),
    ("I5", "the time of the head", lambda h: h.sql("UPDATE head SET last_time = 0")),
    ("I5", "the newest checkpoint is gone", lambda h: h.sql(
        "DELETE FROM checkpoint WHERE size = (SELECT max(size) FROM checkpoint)")),
    ("I5", "a bit of a signature", lambda h: h.sql(
        "UPDATE checkpoint SET note = replace(note, substr(note, -30, 1), char(unicode(substr(note, -30, 1)) + 1))")),
    ("I5", "a page of the file", lambda h: h.file(
        "punctual.sqlite", lambda data: data.__setitem__(slice(8192, 8192 + 64), bytes(64)))),
    ("I6", "a checkpoint that was seen is not stored", lambda h: h.sql(
        "DELETE FROM checkpoint WHERE size < (SELECT max(size) FROM checkpoint)")),
    ("I6", "a credential that was given is not stored", lambda h: h.answer(lambda a: a["credential"].update(proof={}))),
    ("I6", "a receipt that was given is not stored", lambda h: h.answer(lambda a: a["receipt"].update(proof={}))),
    ("I7", "time runs backwards, in a log that fits",
     lambda h: h.rewrite(range(len(h.entries())), lambda e: e["seq"] == 9 and e.update(t=e["t"] - 60_000))),
    ("I8", "two requests change places, in a log that fits", lambda h: h.rewrite(swapped(h))),
    ("I10", "a name in the output", lambda h: say(h, punctual.CANARIES[2].encode())),
    ("I10", "a name in base64 in the output", lambda h: say(
        h, base64.b64encode(b"x" + punctual.CANARIES[2].encode() + b"yz"))),
    ("I10", "a name in hexadecimal in the output", lambda h: say(h, punctual.CANARIES[0].encode().hex().encode())),
    ("I10", "a name in percent signs in the output", lambda h: say(h, b"Canary%20Name%20%C3%9C9")),
    ("I10", "a name in an entry, in a log that fits",
     lambda h: h.rewrite(range(len(h.entries())), lambda e: e["facts"].update(who=punctual.CANARIES[0]))),
]


def make(folder):
    """A short history in which everything happens; gives data directory and ledger."""
    data, key = punctual.make(folder, target="PT1S", tier="PT1S")
    ledger = punctual.Ledger(f"{folder}/ledger")
    service = punctual.Service(data, key, folder)
    service.wait()
    client = service.client()

    def ask(name, review):
        body = punctual.request_body(f"urn:{punctual.CANARIES[0]}:{name}", review)
        answer = client.command(ledger, name, "/v1/requests", body)
        client.observe(ledger)
        return json.loads(answer[1])["id"]

    ids = [ask(f"ask-{n}", "none" if n % 2 else "manual") for n in range(6)]
    for id, action, body in [
            (ids[0], "hold", {"reason": "legal-hold", "evidence": "court-order", "note": punctual.CANARIES[3]}),
            (ids[0], "resume", {}), (ids[0], "approve", {}), (ids[2], "cancel", {}), (ids[1], "revoke", {})]:
        client.command(ledger, f"{action}-{id}", f"/v1/requests/{id}/{action}", body)
        client.observe(ledger)
    # The second tier gives premium access: then everything that can happen has happened.
    with contextlib.closing(sqlite3.connect(f"file:{data}/punctual.sqlite?mode=ro", uri=True)) as database:
        for _ in range(1200):
            if database.execute("SELECT count(*) FROM premium").fetchone()[0]:
                break
            time.sleep(0.05)
    ask("ask-last", "none")
    client.observe(ledger)
    service.stop()
    ledger.close()
    return data, ledger.path


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    folder = parser.parse_args().folder
    data, ledger = make(folder)
    settled = int(time.time() * 1000)
    missed = []
    for number, (invariant, name, corrupt) in enumerate([(None, "nothing", lambda h: None), *TABLE]):
        copy = f"{folder}/copy-{number}"
        shutil.copytree(data, copy, ignore=shutil.ignore_patterns("headroom", "*.sock"))
        shutil.copy(ledger, f"{copy}/ledger")
        history = History(copy, f"{copy}/ledger")
        corrupt(history)
        history.database.close()
        findings, _ = check.check(
            copy, check.Ledger(history.ledger_path), settled, punctual.CANARIES, [history.said])
        if (invariant not in findings.counts) if invariant else findings.counts:
            missed.append({
                "corruption": name, "expected": invariant, "found": findings.counts, "what": findings.found[:3]})
        shutil.rmtree(copy)
    print(json.dumps({"corruptions": len(TABLE), "missed": missed}))
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
