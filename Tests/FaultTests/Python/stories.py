"""Faults that are told one by one: each a short story with the end that it must have.

Usage: stories.py FOLDER NAME --seed N
"""

import argparse
import json
import os
import random
import shutil
import sqlite3
import sys
import time

import check
import images
import service as punctual
import sweep


class Story:
    """What a story needs: chance, a service that is made, and a list of what is wrong."""

    def __init__(self, folder, seed):
        self.folder, self.seed = folder, seed
        self.chance = random.Random(seed)
        self.found, self.counts = [], {}
        # Nothing becomes due while a story is told, so that commits are those of its commands.
        self.template, self.key = punctual.make(folder, target="PT1H", tier="PT1H")

    def expect(self, holds, what):
        self.counts["checked"] = self.counts.get("checked", 0) + 1
        if not holds:
            self.found.append({"invariant": "story", "what": what})

    def directory(self, name):
        return sweep.Directory(self.template, self.key, f"{self.folder}/{name}")

    def check(self, directory, canaries=()):
        self.found += directory.verdict()

    def copy(self, directory, name):
        """A copy of everything, ledger included."""
        copy = sweep.Directory(directory.data, self.key, f"{self.folder}/{name}")
        shutil.copy(directory.ledger.path, copy.ledger.path)
        return copy

    def killed(self, name, commands=sweep.COMMANDS):
        """A directory that was left by a kill, so that everything is in the log of the database."""
        directory = self.directory(name)
        code = directory.live(name, count=commands, end=["killed"])
        self.expect(code == sweep.KILLED, f"the run was to be killed at its end, and ended with {code}")
        return directory


def audit(data):
    return punctual.run(["audit", "verify", "--data", data])[0]


def failed_sync(story):
    """Finding 2: a commit whose sync failed may come back after a crash. The process stops, nothing of it was
    acknowledged, and both outcomes are taken up by the next start."""
    before = story.killed("before")
    for sync in range(1, 12, 2):
        directory = story.copy(before, f"sync-{sync}")
        name = f"doubt-{sync}"
        trace = f"{directory.path}/trace"
        code = directory.live(name, sweep.strace(
            trace, directory.data, "-e", "trace=fdatasync", "-e", f"inject=fdatasync:error=EIO:when={sync}"))
        story.expect(code == sweep.DOUBT, f"sync {sync} failed and the process ended with {code}")
        known = check.Ledger(directory.ledger.path)
        asked, answered = ({key for key in keys if key.startswith(name)} for keys in (known.sent, known.answers))
        story.expect(len(asked - answered) == 1 and len(answered) >= sync // 2 - 1, f"sync {sync}: {answered}")
        with open(f"{before.data}/punctual.sqlite-wal", "rb") as file:
            size = len(file.read())
        for outcome in ("kept", "torn", "lost"):
            after = story.copy(directory, f"sync-{sync}-{outcome}")
            wal = f"{after.data}/punctual.sqlite-wal"
            whole = os.path.getsize(wal)
            if sync == 1 and outcome != "kept":
                os.truncate(wal, size if outcome == "lost" else story.chance.randrange(size, whole))
            story.expect(after.live(name) == sweep.DONE, f"did not go on after sync {sync}, {outcome}: {after.heard()}")
            story.check(after)


def flipped_log(story):
    """Finding 3: one flipped bit in the middle of the write-ahead log drops every later commit, and SQLite finds nothing
    wrong. The start must refuse, the audit must tell, and the unharmed file must be taken up again."""
    before = story.killed("before")
    wal = "punctual.sqlite-wal"
    with open(f"{before.data}/{wal}", "rb") as file:
        whole = file.read()
    page = 24 + 8192
    frames = (len(whole) - 32) // page
    silent, all = 0, len(check.Database(before.data).bodies)
    places = [("header", bit) for bit in (3, 100, 200)] + [
        ("frame", story.chance.randrange((32 + frame * page) * 8, (32 + (frame + 1) * page) * 8))
        for frame in sorted(story.chance.sample(range(frames), 24)) + [frames - 1]]
    for where, bit in places:
        directory = story.copy(before, "flipped")
        data = bytearray(whole)
        data[bit // 8] ^= 1 << bit % 8
        with open(f"{directory.data}/{wal}", "wb") as file:
            file.write(data)
        database = check.Database(directory.data)
        silent += database.integrity == "ok" and len(database.bodies) < all
        story.expect(audit(directory.data) == 1, f"the audit did not tell of bit {bit} in a {where}")
        code = directory.live("after")
        story.expect(code == sweep.REFUSED, f"bit {bit} in a {where}: ended with {code}: {directory.heard()}")
        with open(f"{directory.data}/{wal}", "wb") as file:
            file.write(whole)
        story.expect(directory.live("after") == sweep.DONE, f"did not take up the unharmed log: {directory.heard()}")
        story.check(directory)
    story.counts["flips"], story.counts["silent"] = len(places), silent
    story.expect(silent > len(places) // 2, "SQLite told of the flips itself, so the test shows nothing")


def rolled_back(story):
    """An older copy of the database is put back; the anchor alone tells. Where the anchor is put back with it, nothing on
    this machine can tell: that takes a witness."""
    directory = story.directory("log")
    for name in ("first", "second"):
        if name == "second":
            old = story.copy(directory, "old")
        story.expect(directory.live(name) == sweep.DONE, directory.heard())
    new = story.copy(directory, "new")
    for files, expected in (
            (["punctual.sqlite"], sweep.REFUSED), (["punctual.sqlite", "anchor"], sweep.DONE), (["anchor"], sweep.DONE)):
        copy = story.copy(new, "back-" + "-".join(files))
        for name in files:
            shutil.copy(f"{old.data}/{name}", f"{copy.data}/{name}")
        code = copy.live("third")
        story.expect(code == expected, f"{files} were put back, and the start ended with {code}: {copy.heard()}")
        if files != ["punctual.sqlite", "anchor"]:
            story.expect(audit(copy.data) == (1 if expected else 0), f"{files} were put back: the audit")
        lost = {violation["invariant"] for violation in copy.verdict()}
        # The old database has lost what the clients know of; the checker sees that in any case.
        story.expect(({"I1"} <= lost) == ("punctual.sqlite" in files), f"{files} were put back: {lost}")
    empty = story.copy(new, "no-anchor")
    os.remove(f"{empty.data}/anchor")
    story.expect(empty.live("third") == sweep.REFUSED, "started without an anchor")
    story.check(new)


def forgotten(story):
    """Database and anchor are put back together, so that nothing on this machine can tell: the witness alone does."""
    directory = story.directory("log")
    witness = punctual.Witness(story.folder, directory.data)

    def serve(witnessed):
        service = punctual.Service(directory.data, story.key, directory.path)
        service.wait()
        client = service.client()
        client.command(directory.ledger, witnessed, "/v1/requests", punctual.request_body("urn:x:1", "none"))
        size = client.send("GET", "/checkpoint")[1].split("\n")[1]
        for _ in range(600):
            status, note = client.send("GET", "/checkpoint/witnessed")
            if status == 200 and int(note.split("\n")[1]) >= int(size):
                break
            time.sleep(0.05)
        client.observe(directory.ledger)
        story.expect(status == 200, f"{witnessed} was not witnessed")
        story.expect(service.stop() == 0, "did not stop")

    serve("first")
    old = story.copy(directory, "old")
    serve("second")
    new = story.copy(directory, "new")
    for name in ("punctual.sqlite", "anchor"):
        shutil.copy(f"{old.data}/{name}", f"{directory.data}/{name}")
    code, _, error = punctual.run(["serve", "--data", directory.data, "--listen", "127.0.0.1:0"])
    story.expect(code == sweep.REFUSED and "Witness W" in error, f"the forgotten entries: {code} {error}")
    story.expect(os.path.exists(f"{directory.data}/fork-evidence.json"), "no evidence was kept")
    witness.kill()
    # The evidence outlives the witness.
    story.expect(directory.live("third") == sweep.REFUSED, "started with the evidence beside it")
    story.check(new)


def two_processes(story):
    """Two processes on one database: the second is refused, however it comes, and the first goes on."""
    data, ledger = story.template, punctual.Ledger(f"{story.folder}/ledger")
    first = punctual.Service(data, story.key, story.folder)
    first.wait()
    threads = punctual.under_load(first, ledger, "load", story.seed, limit=20)
    for _ in range(3):
        code, _, error = punctual.run(["serve", "--data", data, "--listen", "127.0.0.1:0"])
        story.expect(code == 2 and "another process" in error, f"the second process ended with {code}: {error}")
    directory = sweep.Directory.__new__(sweep.Directory)
    directory.data, directory.key, directory.ledger, directory.said = data, story.key, ledger, f"{story.folder}/second.txt"
    story.expect(directory.live("second") == sweep.FAILED, "a second writer was let in")
    # The operator's commands go through the first.
    punctual.must(["institution", "add", "--data", data, "--name", "Another"])
    for thread in threads:
        thread.join()
    first.kill()
    # The lock ends with its process, also a killed one.
    second = punctual.Service(data, story.key, story.folder)
    second.wait()
    punctual.repeat_some(second, ledger, story.chance, 20)
    story.expect(second.stop() == 0, "did not stop")
    story.found += punctual.verdict(data, ledger, said=[second.said])[0]


CLOCKS = ["+0", "+1h", "-1h", "+0", "-10y", "2026-01-01 00:00:00", "+0 x1000", "+10y", "-1h"]


def stepped_clock(story):
    """The clock of each process is another one: an hour ahead, ten years behind, standing still, racing."""
    if not shutil.which("faketime"):
        raise punctual.Failure("faketime is not on this machine")
    directory = story.directory("clock")
    for order in range(3):
        for number, clock in enumerate(CLOCKS if order == 0 else story.chance.sample(CLOCKS, len(CLOCKS))):
            # Only the clock that people read: steps of it must not look like long waits.
            faketime = ["faketime", "--exclude-monotonic", "-f", clock]
            code = directory.live(f"clock-{order}-{number}", faketime, count=8)
            story.expect(code == sweep.DONE, f"{clock}: ended with {code}: {directory.heard()}")
    story.check(directory)
    for arguments in (["audit", "verify"], ["audit", "recompute"]):
        code, out, error = punctual.run([*arguments, "--data", directory.data, "--json"])
        report = json.loads(out)
        story.expect(report.get("missed", 0) == 0 and report.get("double", 0) == 0, f"{arguments}: {out[:600]}")
        story.expect(code == 0 or arguments[1] == "recompute", f"{arguments}: {code} {out[:900]}{error}")
    story.counts["clocks"] = 3 * len(CLOCKS)


STORIES = {
    "failed-sync": failed_sync, "flipped-log": flipped_log, "rolled-back": rolled_back,
    "forgotten": forgotten, "two-processes": two_processes,
    "stepped-clock": stepped_clock}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("name", choices=STORIES)
    parser.add_argument("--seed", type=int, required=True)
    arguments = parser.parse_args()
    story = Story(arguments.folder, arguments.seed)
    STORIES[arguments.name](story)
    print(json.dumps(story.counts | {"story": arguments.name, "seed": arguments.seed, "violations": story.found}))
    sys.exit(1 if story.found else 0)


if __name__ == "__main__":
    main()
