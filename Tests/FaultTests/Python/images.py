"""Every crash that a disk may make of a run: unsynced writes lost, torn and put out of order; and bits that flip.

Usage: images.py FOLDER --seed N --images N [--flips N] [--lies N] [--workers N]

One run of `faultrun` is recorded with strace: each write, truncation and sync of the data directory with its bytes, and
what was acknowledged between them. What was synced holds. Of what was not, any sector may have any of the contents that
were written to it since, or the one before, at 512 or 4096 bytes a sector. Of each image that a seed draws the program is
started: it must go on, with everything that was acknowledged by then. With a bit flipped in what was synced, it may
instead refuse, or its audit must tell; nothing may be lost or changed in silence.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import random
import re
import shutil
import sys

import service as punctual
import sweep

# The shared memory beside the log is made anew by whoever comes first.
FILES = ("punctual.sqlite", "punctual.sqlite-wal", "anchor")
CALL = re.compile(r'^\d+ +(\w+)\((\d+)<([^>]*)>(?:, "((?:\\x[0-9a-f]{2})*)"(\.\.\.)?)?(.*)$')


def record(template, key, folder):
    """What happened to the files, in order: ("write", name, offset, bytes), ("truncate", name, length),
    ("sync", name), ("said", bytes). And the directory as it was before."""
    directory = sweep.Directory(template, key, f"{folder}/recorded")
    trace = f"{directory.path}/trace"
    code = directory.live(
        "image", ["strace", "-D", "-f", "-qq", "-y", "-xx", "-s", "20000", "-o", trace, "-e",
                  "trace=pwrite64,write,fdatasync,fsync,ftruncate"])
    if code != sweep.DONE:
        raise punctual.Failure(f"the recorded run ended with {code}: {directory.heard()}")
    events = []
    with open(trace) as file:
        for line in file:
            call = CALL.match(line)
            if not call:
                continue
            name, descriptor, path, text, cut, rest = call.groups()
            path = bytes.fromhex(path.replace("\\x", "")).decode() if path.startswith("\\x") else path
            base = os.path.basename(path)
            data = bytes.fromhex(text.replace("\\x", "")) if text is not None else b""
            if cut:
                raise punctual.Failure("a write was longer than what is recorded of one")
            if name == "write" and descriptor == "1":
                events.append(("said", data))
            elif base in FILES and name == "pwrite64":
                events.append(("write", base, int(re.findall(r"\d+", rest)[1]), data))
            elif base in FILES and name == "ftruncate":
                events.append(("truncate", base, int(re.findall(r"\d+", rest)[0])))
            elif base in FILES:
                events.append(("sync", base))
    return events


class Disk:
    """The contents of one file: what is durable, and what was done to it since."""

    def __init__(self, data):
        self.durable, self.pending = bytearray(data), []

    def apply(self, content, event):
        if event[0] == "truncate":
            del content[event[2]:]
            content.extend(bytes(event[2] - len(content)))
        else:
            _, _, offset, data = event
            content.extend(bytes(max(0, offset + len(data) - len(content))))
            content[offset : offset + len(data)] = data

    def sync(self):
        for event in self.pending:
            self.apply(self.durable, event)
        self.pending = []

    def after_crash(self, chance, sector):
        """One of the contents that may be found."""
        content = bytearray(self.durable)
        kept = chance.choice(["none", "all", "first", "any", "torn"])
        events = list(self.pending)
        if kept == "none":
            events = []
        elif kept == "first":
            events = events[: chance.randrange(len(events) + 1)]
        elif kept == "any":
            events = [event for event in events if chance.random() < 0.5]
        for event in events:
            if kept == "torn" and event[0] == "write":
                for piece in sectors(event, sector):
                    if chance.random() < 0.5:
                        self.apply(content, piece)
            else:
                self.apply(content, event)
        return content


def sectors(event, size):
    """A write in pieces that each reach the disk whole or not at all."""
    _, name, offset, data = event
    start = offset
    while start < offset + len(data):
        end = min((start // size + 1) * size, offset + len(data))
        yield "write", name, start, data[start - offset : end - offset]
        start = end


def crash(template, events, point, chance, is_lying=False):
    """The files, and what had been said, when the power fails after some event. A disk that lies syncs nothing."""
    disks = {}
    for name in FILES:
        path = os.path.join(template, name)
        with open(path, "rb") if os.path.exists(path) else open(os.devnull, "rb") as file:
            disks[name] = Disk(file.read())
    said = b""
    for event in events[:point]:
        if event[0] == "said":
            said += event[1]
        elif event[0] == "sync":
            if not is_lying:
                disks[event[1]].sync()
        else:
            disks[event[1]].pending.append(event)
    sector = chance.choice([512, 4096])
    return {name: disk.after_crash(chance, sector) for name, disk in disks.items()}, said


def put(directory, files, said):
    for name, content in files.items():
        with open(os.path.join(directory.data, name), "wb") as file:
            file.write(content)
    for name in ("punctual.sqlite-shm", "control.sock"):
        if os.path.exists(os.path.join(directory.data, name)):
            os.remove(os.path.join(directory.data, name))
    with open(directory.ledger.path, "wb") as file:
        file.write(said)


def crash_image(template, key, events, folder, seed, is_lying=False):
    """One image; gives what is wrong."""
    chance = random.Random(seed)
    point = chance.randrange(len(events) + 1)
    directory = sweep.Directory(template, key, folder)
    put(directory, *crash(template, events, point, chance, is_lying))
    code = directory.live("image")
    if code != sweep.DONE:
        found = [{"invariant": "progress", "what": f"did not start after a crash: {code}: {directory.heard()}"}]
    else:
        found = directory.verdict()
    if found:
        return [violation | {"image": seed, "point": point} for violation in found], "crash"
    directory.close()
    return [], "crash"


def lying_image(template, key, events, folder, seed):
    """One image of a disk that keeps nothing of what it promised: most of them must be told, or the others say
    nothing."""
    found, _ = crash_image(template, key, events, folder, seed, is_lying=True)
    shutil.rmtree(folder, ignore_errors=True)
    return [], "lie told" if found else "lie not told"


def flipped_image(template, key, events, folder, seed):
    """One image of a disk that changed a bit that it had promised to keep."""
    chance = random.Random(seed)
    point = chance.randrange(len(events) // 4, len(events) + 1)
    synced = [event for event in events[:point]]
    files, said = crash(template, synced + [("sync", name) for name in FILES], len(synced) + len(FILES), chance)
    name = chance.choice([name for name in FILES if files[name]])
    place = chance.randrange(len(files[name]) * 8)
    files[name][place // 8] ^= 1 << place % 8
    directory = sweep.Directory(template, key, folder)
    put(directory, files, said)
    verify, out, error = punctual.run(["audit", "verify", "--data", directory.data])
    code = directory.live("image")
    is_refused = code in (sweep.REFUSED, sweep.FAILED, sweep.DOUBT, sweep.FULL)
    outcome = "refused" if is_refused else "audited" if verify != 0 else "harmless"
    # A bit of the anchor is one slot less; a page that only an index needs is told when it is needed.
    found = [] if outcome != "harmless" else [v for v in directory.verdict() if "file of the database" not in v["what"]]
    if outcome == "harmless" and code != sweep.DONE:
        found.append({"invariant": "progress", "what": f"{verify} {out}{error}, then {code}: {directory.heard()}"})
    if found:
        return [violation | {"flip": seed, "file": name, "bit": place} for violation in found], f"flip {outcome}"
    directory.close()
    return [], f"flip {outcome}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--images", type=int, default=150)
    parser.add_argument("--flips", type=int, default=0)
    parser.add_argument("--lies", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    folder = arguments.folder
    template, key = punctual.make(folder)
    events = record(template, key, folder)
    found, outcomes = [], collections.Counter()
    with concurrent.futures.ProcessPoolExecutor(arguments.workers) as pool:
        futures = [
            pool.submit(make, template, key, events, f"{folder}/{make.__name__}-{n}", f"{arguments.seed}-{n}")
            for make, count in (
                (crash_image, arguments.images), (flipped_image, arguments.flips), (lying_image, arguments.lies))
            for n in range(count)]
        for future in concurrent.futures.as_completed(futures):
            violations, outcome = future.result()
            found += violations
            outcomes[outcome] += 1
    kinds = collections.Counter(event[0] for event in events)
    print(json.dumps({"recorded": dict(kinds), "images": dict(outcomes), "seed": arguments.seed, "violations": found}))
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
