"""Makes each system call of a short run fail, one run for each, and checks what is left after the next start.

Usage: sweep.py FOLDER --seed N [--all] [--workers N]

The run is `faultrun`: twenty commands, one commit each, then a close that empties the log of the database. strace counts
the calls of a kind thread by thread, and lets the k-th one fail, or kills the process there. Without --all: the kill at
every call, EIO at every call but every third `pwrite64` (which third follows from the seed), the other errors at every
call but few of those. Prints one JSON object: cases by call and fault, and violations.
"""

import argparse
import collections
import concurrent.futures
import contextlib
import itertools
import json
import os
import re
import shutil
import subprocess
import sys

import service as punctual

CALLS = ("pwrite64", "fdatasync", "fsync", "ftruncate", "openat", "rename", "unlink")
FAULTS = ("signal=KILL", "error=EIO", "error=ENOSPC", "error=EINTR")
COMMANDS = 20
# Lives on one data directory before it is checked and a new one is begun.
SEGMENT = 8
SECONDS_PER_LIFE = 60
RUN = os.path.join(os.path.dirname(punctual.PROGRAM), "faultrun")
# Exit codes of `faultrun`; the signal is the one that strace sends.
DONE, FAILED, FULL, DOUBT, REFUSED, KILLED = 0, 1, 69, 70, 78, -9


class Directory:
    """A data directory with its ledger, copied from one that was made once."""

    def __init__(self, template, key, path):
        self.path, self.key = path, key
        shutil.rmtree(path, ignore_errors=True)
        # The room that is kept for a full disk is large, and nothing here fills the disk.
        shutil.copytree(template, f"{path}/data", ignore=shutil.ignore_patterns("headroom", "*.sock"))
        self.data = f"{path}/data"
        self.ledger = punctual.Ledger(f"{path}/ledger")
        self.said = f"{path}/said.txt"

    def live(self, name, prefix=(), count=COMMANDS, env=None, end=()):
        """One life; gives its exit code. What it said goes to the ledger, whole lines of it."""
        try:
            done = subprocess.run(
                [*prefix, RUN, self.data, self.key, name, str(count), *end], stdin=subprocess.DEVNULL,
                capture_output=True, timeout=SECONDS_PER_LIFE, env={"PATH": "/usr/bin:/bin"} | (env or {}))
        except subprocess.TimeoutExpired:
            return "hangs"
        with open(self.ledger.path, "ab") as file:
            file.write(done.stdout[: done.stdout.rfind(b"\n") + 1])
        with open(self.said, "ab") as file:
            file.write(done.stderr)
        return done.returncode

    def forget_key(self):
        """The public key is written anew by the next start, which renames a file for it."""
        with contextlib.suppress(FileNotFoundError):
            os.remove(f"{self.data}/log.vkey")

    def heard(self):
        with open(self.said, "rb") as file:
            return file.read()[-300:].decode(errors="replace")

    def verdict(self):
        return punctual.verdict(self.data, self.ledger, said=[self.said])[0]

    def close(self):
        self.ledger.close()
        shutil.rmtree(self.path, ignore_errors=True)


def strace(trace, data, *options):
    """Runs a program as our own child with strace beside it, looking at the files of the data directory only."""
    files = [
        "", "/anchor", "/log.vkey", "/log.vkey.new", "/punctual.sqlite", "/punctual.sqlite-wal", "/punctual.sqlite-shm",
        "/punctual.sqlite.lock"]
    paths = itertools.chain.from_iterable(("-P", data + file) for file in files)
    # Faster, but a signal that is to be sent at such a stop is not sent.
    filter = [] if any("signal=" in option for option in options) else ["--seccomp-bpf"]
    return ["strace", "-D", "-f", "-qq", *filter, "-o", trace, *paths, *options]


def is_possible():
    """Whether this machine lets one process trace another."""
    try:
        return subprocess.run(
            ["strace", "-D", "-f", "-qq", "-o", "/dev/null", "true"], capture_output=True, timeout=30).returncode == 0
    except OSError:
        return False


def count_calls(template, key, folder):
    """How many calls of each kind the busiest thread makes in an undisturbed run, and how many all make."""
    directory = Directory(template, key, f"{folder}/count")
    trace = f"{directory.path}/trace"
    directory.forget_key()
    code = directory.live("count", strace(trace, directory.data, "-e", "trace=" + ",".join(CALLS)))
    if code != DONE:
        raise punctual.Failure(f"the undisturbed run ended with {code}: {directory.heard()}")
    by_thread, all = collections.Counter(), collections.Counter()
    with open(trace) as file:
        for line in file:
            thread, _, rest = line.partition(" ")
            name = re.match(r"\s*(\w+)\(", rest)
            if name:
                by_thread[thread, name[1]] += 1
                all[name[1]] += 1
    directory.close()
    return {call: max((n for (_, name), n in by_thread.items() if name == call), default=0) for call in CALLS}, all


def cases(counts, seed, everything):
    """Which call is to fail how: (call, fault, k)."""
    for fault, call in itertools.product(FAULTS, CALLS):
        step = 1
        if call == "pwrite64" and not everything:
            step = {"signal=KILL": 1, "error=EIO": 3}.get(fault, 16)
        yield from ((call, fault, k) for k in range(1 + seed % step, counts[call] + 1, step))


def allowed(call, fault):
    """The ways in which a life with that fault may end."""
    if fault == "signal=KILL":
        return {KILLED, DONE}
    # A call of the start may fail, or one whose failure does no harm. The anchor that cannot be opened is refused.
    return {DONE, FAILED, DOUBT} | ({FULL} if "ENOSPC" in fault else set()) | ({REFUSED} if call == "openat" else set())


def segment(template, key, folder, cases):
    """Some cases on one data directory: after each a start that must succeed, and must repeat every answer."""
    directory = Directory(template, key, folder)
    found, happened = [], collections.Counter()

    def violation(what, case):
        found.append({"invariant": "progress", "what": what, "case": case})

    for number, (call, fault, k) in enumerate(cases):
        trace = f"{directory.path}/trace"
        name = f"{call}-{fault}-{k}"
        directory.forget_key()
        code = directory.live(name, strace(
            trace, directory.data, "-e", f"trace={call}", "-e", f"inject={call}:{fault}:when={k}"))
        if code not in allowed(call, fault):
            violation(f"ended with {code}: {directory.heard()}", name)
        with open(trace) as file:
            text = file.read()
        happened[f"{call} {fault}"] += code == KILLED or "(INJECTED)" in text
        code = directory.live(name)
        if code != DONE:
            violation(f"did not start again: {code}: {directory.heard()}", name)
            break
    for violation in directory.verdict():
        found.append(violation | {"cases": [list(case) for case in cases]})
    if not found:
        directory.close()
    return found, happened


def sweep(folder, seed, everything=False, workers=2):
    data, key = punctual.make(folder)
    counts, all = count_calls(data, key, folder)
    planned = list(cases(counts, seed, everything))
    parts = [planned[n : n + SEGMENT] for n in range(0, len(planned), SEGMENT)]
    found, happened = [], collections.Counter()
    # Processes: the checker computes as much as the lives do.
    with concurrent.futures.ProcessPoolExecutor(workers) as pool:
        futures = [pool.submit(segment, data, key, f"{folder}/segment-{n}", part) for n, part in enumerate(parts)]
        for future in concurrent.futures.as_completed(futures):
            violations, counted = future.result()
            found += violations
            happened += counted
            if len(found) > 20:
                pool.shutdown(cancel_futures=True)
                break
    return found, {
        "calls": dict(all), "busiest": counts, "planned": len(planned), "injected": dict(happened),
        "cases": sum(happened.values())}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    found, counts = sweep(arguments.folder, arguments.seed, arguments.all, arguments.workers)
    print(json.dumps(counts | {"seed": arguments.seed, "violations": found}))
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
