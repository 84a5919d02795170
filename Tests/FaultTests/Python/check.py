"""Checks the invariants I1 to I10 of a service from outside, sharing no code with it.

Usage: check.py DATA [--ledger FILE] [--settled MILLISECONDS] [--canary TEXT]... [--said FILE]...

DATA is the data directory of a service that is stopped, or a copy. The ledger is what clients wrote down, one JSON
object a line, synced line by line:

    {"sent": key, "path": …, "digest": …, "at": ns}          before a request leaves
    {"acked": key, "status": …, "answer": text, "at": ns}    when its answer is there
    {"note": text, "at": ns}                                 a checkpoint seen
    {"restart": milliseconds}                                how long the service took to be there again

Prints one JSON object: the counts of what was checked, and `violations`, each with its invariant. Exit code 1 when there
is one.
"""

import argparse
import base64
import contextlib
import json
import os
import shutil
import sqlite3
import struct
import sys
import tempfile
import urllib.parse

import entries as form
import promises
import tables
import tree


class Findings:
    """What is wrong, by invariant; more than the first few of one say nothing new."""

    LIMIT = 20

    def __init__(self):
        self.found, self.counts = [], {}

    def report(self, invariant, what):
        self.counts[invariant] = self.counts.get(invariant, 0) + 1
        if self.counts[invariant] <= self.LIMIT:
            self.found.append({"invariant": invariant, "what": what})


class Database:
    """Everything that is stored, read from a copy, so that the original stays as it is: evidence."""

    def __init__(self, data):
        with tempfile.TemporaryDirectory() as folder:
            for name in ("punctual.sqlite", "punctual.sqlite-wal"):
                with contextlib.suppress(FileNotFoundError):
                    shutil.copy(os.path.join(data, name), folder)
            with contextlib.closing(sqlite3.connect(os.path.join(folder, "punctual.sqlite"))) as connection:
                self.read(connection)
        with open(os.path.join(data, "log.vkey")) as file:
            self.key = tree.Key(file.readline())
        with open(os.path.join(data, "anchor"), "rb") as file:
            self.anchor = read_anchor(file.read())

    def read(self, connection):
        rows = connection.execute
        self.integrity = rows("PRAGMA integrity_check").fetchone()[0]
        stored = rows("SELECT seq, request, body, leaf_hash FROM entry ORDER BY seq").fetchall()
        self.sequence = [row[0] for row in stored]
        self.requests = [row[1] for row in stored]
        self.bodies = [row[2] for row in stored]
        self.leaves = [row[3] for row in stored]
        self.tiles = {(level, number): hashes for level, number, hashes in rows("SELECT level, idx, hashes FROM tile")}
        self.notes = dict(rows("SELECT size, note FROM checkpoint"))
        self.cosignatures = {}
        for size, line in rows("SELECT size, line FROM cosignature"):
            self.cosignatures.setdefault(size, set()).add(line)
        self.head = rows("SELECT size, root, last_leaf_hash, last_time FROM head").fetchall()
        self.openings = {row[0]: row[1:] for row in rows("SELECT seq, tenant, holder, document FROM opening")}
        self.subjects = {row[:2]: row[2] for row in rows("SELECT tenant, holder, key32 FROM subject")}
        self.tables = {name: self.table(connection, name, key) for name, key in tables.Rows.KEYS.items()}

    @staticmethod
    def table(connection, name, key):
        cursor = connection.execute(f"SELECT * FROM {name}")
        columns = [column[0] for column in cursor.description]
        found = (dict(zip(columns, row)) for row in cursor)
        return {tuple(row[column] for column in key): row for row in found}


def read_anchor(data):
    """The later of the two heads in the file, as size and root; None when neither slot is whole."""
    heads = []
    for slot in (data[:512], data[512:1024]):
        if len(slot) == 512 and slot[:8] == b"PunctAnc" and tree.sha256(slot[:480]) == slot[480:]:
            _, counter, size = struct.unpack(">QQQ", slot[8:32])
            heads.append((counter, size, slot[32:64]))
    return max(heads)[1:] if heads else None


class Ledger:
    """What the clients know."""

    def __init__(self, path):
        self.sent, self.answers, self.notes, self.restarts = {}, {}, set(), []
        with open(path, "rb") as file:
            lines = file.read().split(b"\n")
        # A line that the writer did not end was not said.
        for line in map(json.loads, lines[:-1]):
            if "sent" in line:
                self.sent.setdefault(line["sent"], line["at"])
            elif "acked" in line:
                self.answers.setdefault(line["acked"], []).append(line)
            elif "note" in line:
                self.notes.add(line["note"])
            else:
                self.restarts.append(line["restart"])

    def accepted(self):
        """The first answer to each command that was done, by key."""
        return {
            key: answers[0] for key, answers in self.answers.items() if answers and answers[0]["status"] < 300}


def check(data, ledger=None, settled=None, canaries=(), said=()):
    """All invariants; gives the findings and what was counted."""
    findings = Findings()
    report = findings.report
    try:
        database = Database(data)
    except (sqlite3.Error, OSError, ValueError) as error:
        report("I5", f"the database cannot be read: {error}")
        return findings, {}
    entries, leaves = check_log(database, ledger, report)
    counts = {"entries": len(entries), "checkpoints": len(database.notes)}
    if all(entries):
        openings = tables.opened(entries, database.openings, database.subjects, report)
        counts |= check_state(database, entries, openings, leaves, settled, report)
        if ledger:
            check_acknowledged(ledger, entries, openings, database, report)
            counts |= {
                "acknowledged": len(ledger.accepted()), "notes": len(ledger.notes), "restarts": len(ledger.restarts),
                "slowestRestart": max(ledger.restarts, default=0)}
    check_secrets(database, canaries, said, report)
    return findings, counts


def check_log(database, ledger, report):
    """I5, I7 and of the notes I4 and I6."""
    if database.integrity != "ok":
        report("I5", f"the file of the database: {database.integrity}")
    if database.sequence != list(range(len(database.bodies))):
        report("I5", "the sequence numbers have a gap")
    entries, leaves = form.read(database.bodies, report)
    for seq, (leaf, stored) in enumerate(zip(leaves, database.leaves)):
        if leaf != stored:
            report("I5", f"entry {seq}: the stored leaf hash is another")
    for seq, (entry, request) in enumerate(zip(entries, database.requests)):
        if entry and entry.get("rid") != request:
            report("I5", f"entry {seq}: filed under another request")
    for place, hashes in (tree.tiles(leaves).items() ^ database.tiles.items()):
        report("I5", f"tile {place}: {len(hashes) // 32} hashes that only one of log and store has")
    keys = form.keys(entries, database.key)
    origin = entries[0]["origin"] if entries and entries[0] else None
    seen = {note: "a note that was seen" for note in (ledger.notes if ledger else ())}
    seen |= {note: f"checkpoint {size}" for size, note in database.notes.items()}
    heads = {}
    for note, name in seen.items():
        try:
            heads[note] = tree.read_note(note.encode(), keys)
        except ValueError as error:
            report("I5" if name.startswith("checkpoint") else "I6", f"{name}: {error}")
    roots = tree.roots(leaves, [size for _, size, _ in heads.values()] + [database.anchor[0] if database.anchor else 0])
    for note, (name, size, root) in heads.items():
        if name != origin or roots.get(size) != root:
            # Consistent with these entries is consistent with each other: both are prefixes of one list.
            report("I4", f"{seen[note]}: signed for other entries, {size} of them")
        own, others = tree.split_note(note, keys)
        if own != database.notes.get(size) or not others <= database.cosignatures.get(size, set()):
            report("I6", f"{seen[note]}: {size} entries were signed, and the signature is not in the database")
    check_head(database, entries, leaves, roots, report)
    return entries, leaves


def check_head(database, entries, leaves, roots, report):
    size = len(entries)
    last = entries[-1]["t"] if entries and entries[-1] else None
    expected = [(size, tree.roots(leaves, [size])[size], leaves[-1] if leaves else None, last)]
    if last is not None and database.head != expected:
        report("I5", "the head is not that of the entries")
    if size not in database.notes:
        report("I5", f"no checkpoint of all {size} entries")
    if database.anchor is None:
        report("I4", "there is no anchor")
    elif roots.get(database.anchor[0]) != database.anchor[1]:
        report("I4", f"the anchor is of other entries, {database.anchor[0]} of them")


def check_state(database, entries, openings, leaves, settled, report):
    """I3 and I2: the rows follow from the entries, each key was used once, the books balance."""
    used = {}
    for entry in entries:
        key = openings.get(entry["seq"], {}).get("idempotency")
        if key:
            tenant = database.openings[entry["seq"]][0]
            if used.setdefault((tenant, key["key"]), entry["seq"]) != entry["seq"]:
                report("I2", f"entry {entry['seq']}: {key['key']} had its effect in {used[tenant, key['key']]} already")
    claims = [entry["facts"]["claimKey"] for entry in entries if entry["type"] == "compensation.post"]
    for claim in {claim for claim in claims if claims.count(claim) > 1}:
        report("I2", f"paid twice: {claim}")
    balances = {}
    for row in database.tables["journal"].values():
        place = row["tx"], row["unit"]
        balances[place] = balances.get(place, 0) + row["minor"]
    for place, balance in balances.items():
        if balance:
            report("I3", f"transaction {place} leaves {balance}")
    try:
        found = promises.check(entries, openings, report, settled)
        # Rows of people who were erased cannot be told from the entries alone.
        if not any(entry["type"] == "subject.erased" for entry in entries):
            tables.compare(tables.rebuild(entries, openings, leaves), database.tables, report)
    except (KeyError, TypeError, ValueError, AttributeError, StopIteration) as error:
        report("I3", f"the entries do not say what happened: {error!r}")
        return {}
    breaches = sum(promise.breached is not None for promise in found.values())
    return {"requests": len(found), "breaches": breaches, "payments": len(claims)}


def check_acknowledged(ledger, entries, openings, database, report):
    """I1, I2, I6 and I8: what clients were told."""
    places = {}
    for entry in entries:
        key = openings.get(entry["seq"], {}).get("idempotency")
        if key:
            places[key["key"]] = entry
    order = []
    for key, answers in ledger.answers.items():
        told = {(answer["status"], answer["answer"]) for answer in answers if answer["status"] < 500}
        if len(told) > 1:
            report("I2", f"{key} was answered in {len(told)} ways")
    for key, answer in ledger.accepted().items():
        entry = places.get(key)
        if entry is None:
            report("I1", f"{key} was acknowledged and is not in the log")
            continue
        check_answer(key, json.loads(answer["answer"]), entry, entries, openings, report)
        order.append((ledger.sent[key], answer["at"], entry["seq"], key))
    check_order(order, report)


def check_answer(key, answer, entry, entries, openings, report):
    """What was answered follows from the entry, signatures included."""
    seq, opened = entry["seq"], openings[entry["seq"]]
    if answer.get("id") != entry.get("rid"):
        report("I1", f"{key}: entry {seq} is about another request than was answered")
    if "receipt" in answer and answer["receipt"] != opened.get("receipt"):
        report("I6", f"{key}: the receipt that was given is not in the database")
    if "credential" in answer:
        following = openings.get(seq + 1, {}) if seq + 1 < len(entries) else {}
        if answer["credential"] != following.get("credential"):
            report("I6", f"{key}: the credential that was given is not in the database")


def check_order(order, report):
    """I8: what was acknowledged before another was sent stands before it. Linear after sorting, by the clock of one
    machine."""
    acknowledged = sorted(order, key=lambda item: item[1])
    highest, position = -1, 0
    for sent, _, seq, key in sorted(order):
        while position < len(acknowledged) and acknowledged[position][1] < sent:
            highest = max(highest, acknowledged[position][2])
            position += 1
        if highest > seq:
            report("I8", f"{key} stands at {seq}, before {highest}, which was acknowledged before it was sent")


def check_secrets(database, canaries, said, report):
    """I10: no planted text in anything that leaves the service by itself, in any usual coding."""
    public = [body for body in database.bodies if isinstance(body, bytes)]
    public += [hashes for hashes in database.tiles.values()] + [note.encode() for note in database.notes.values()]
    for path in said:
        with contextlib.suppress(FileNotFoundError), open(path, "rb") as file:
            public.append(file.read())
    everything = b"\n".join(public)
    for canary in canaries:
        data = canary.encode()
        codings = {data, data.hex().encode(), data.hex().upper().encode(), urllib.parse.quote(canary, "").encode()}
        for shift in range(3):
            # What base64 makes of it in the middle of something else, whatever stands before and after.
            coded = base64.b64encode(bytes(shift) + data)
            middle = coded[4 if shift else 0 : len(coded) - len(coded) % 4 - 4]
            codings |= {middle, middle.replace(b"+", b"-").replace(b"/", b"_")}
        if any(coding in everything for coding in codings):
            report("I10", f"{canary} is public")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data")
    parser.add_argument("--ledger")
    parser.add_argument("--settled", type=int)
    parser.add_argument("--canary", action="append", default=[])
    parser.add_argument("--said", action="append", default=[])
    arguments = parser.parse_args()
    ledger = Ledger(arguments.ledger) if arguments.ledger else None
    findings, counts = check(arguments.data, ledger, arguments.settled, arguments.canary, arguments.said)
    print(json.dumps(counts | {"violations": findings.found}))
    sys.exit(1 if findings.found else 0)


if __name__ == "__main__":
    main()
