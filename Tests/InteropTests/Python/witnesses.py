"""Other people's witness with our service, and their client with our witness; what happened is printed as JSON.

    witnesses.py theirs PUNCTUAL FOLDER     aics-witness cosigns the log of `punctual serve`
    witnesses.py ours PUNCTUAL FOLDER       `punctual witness serve` cosigns a log of aics-tlog for aics-witness's feeder"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from hashlib import sha256
from pathlib import Path

from aics_tlog import (Checkpoint, MerkleTree, format_vkey, parse_checkpoint, parse_note, parse_vkey,
                       sign_checkpoint, verify_checkpoint, vkey_from_ed25519)
from aics_witness.feeder import FeederError, WitnessClient, merge_cosignatures
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SECONDS = 100  # for what takes one or two, and longer on a busy machine


class Program:
    """A process that says on a line of its output where it listens."""

    def __init__(self, words, mark):
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [str(word) for word in words], stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, text=True)
        while self.process.poll() is None:
            for line in self.said().splitlines(keepends=True):
                if mark in line and line.endswith("\n"):
                    self.url = "http://" + line.split("http://")[1].split()[0]
                    return
            time.sleep(0.02)
        raise RuntimeError(f"{words} ended with {self.process.wait()}: {self.said()}")

    def said(self):
        return os.pread(self.log.fileno(), 1 << 20, 0).decode()

    def stop(self):
        self.process.terminate()
        return self.process.wait(SECONDS)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def run(*words):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=SECONDS)
    return done.returncode, done.stdout, done.stderr


def get(url):
    try:
        with urllib.request.urlopen(url, timeout=SECONDS) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def size_of(note):
    return parse_checkpoint(parse_note(note).text).size


def theirs(punctual, folder):
    data, copy, config = folder / "data", folder / "copy", folder / "witness.json"
    witness = [sys.executable, "-m", "aics_witness"]
    made = run(punctual, "init", "--data", data, "--origin", "interop.example/log", "--json")
    log_key = json.loads(made[1])["logKey"]
    witness_key = run(*witness, "init", "--config", config, "--name", "aics.example/w1")[1].strip()
    run(*witness, "add-log", "--config", config, "--origin", "interop.example/log", "--vkey", log_key)

    def serve(path):
        return Program([punctual, "serve", "--data", path, "--listen", "127.0.0.1:0"], "Serving on")

    def grow(path, name):
        code, _, errors = run(punctual, "institution", "add", "--data", path, "--name", name, "--json")
        if code != 0:
            raise RuntimeError(errors)

    def witnessed(service, size):
        """Waits for a witnessed checkpoint of this size, and has aics-tlog verify it."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            status, note = get(service.url + "/checkpoint/witnessed")
            if status == 200 and size_of(note) >= size:
                result = verify_checkpoint(
                    parse_note(note), parse_vkey(log_key), [parse_vkey(witness_key)], 1, max_age_seconds=SECONDS)
                return {"size": result.size, "verified": result.ok, "witnesses": result.witnesses}
            time.sleep(0.05)
        raise RuntimeError(f"no witnessed checkpoint of {size} entries: {service.said()}")

    facts = {"checkpoints": []}
    with Program([*witness, "serve", "--config", config, "--listen", "127.0.0.1:0"], "listening on") as running:
        (data / "witnesses.policy").write_text(f"witness W {witness_key} {running.url}\nquorum W\n")
        with serve(data) as first:
            facts["checkpoints"].append(witnessed(first, 1))
            grow(data, "One")
            facts["checkpoints"].append(witnessed(first, facts["checkpoints"][0]["size"] + 1))
            facts["stopped"] = first.stop()
        shutil.copytree(data, copy, ignore=shutil.ignore_patterns("control.sock"))
        with serve(data) as first, serve(copy) as second:
            grow(data, "Two")
            facts["checkpoints"].append(witnessed(first, facts["checkpoints"][1]["size"] + 1))
            grow(copy, "Another two")
            facts["fork"] = second.process.wait(SECONDS)
        facts["restart"] = run(punctual, "serve", "--data", copy, "--listen", "127.0.0.1:0")[0]
        facts["evidence"] = json.loads((copy / "fork-evidence.json").read_text())
        older = folder / "older"
        shutil.copytree(copy, older, ignore=shutil.ignore_patterns("control.sock"))
        (older / "fork-evidence.json").unlink()
        facts["rollback"] = run(punctual, "serve", "--data", older, "--listen", "127.0.0.1:0")[0]
        running.stop()
    kept = json.loads(run(*witness, "evidence", "--config", config)[1])
    facts["kept"] = len(kept if isinstance(kept, list) else kept.get("evidence", []))
    return facts


def ours(punctual, folder):
    origin, data, policy = "aics.example/log", folder / "witness", folder / "logs.policy"
    key = Ed25519PrivateKey.from_private_bytes(sha256(b"interop").digest())
    log_key = vkey_from_ed25519(origin, key.public_key())
    made = run(punctual, "witness", "init", "--data", data, "--name", "punctual.example/w1", "--json")
    witness_key = parse_vkey(json.loads(made[1])["witnessKey"])
    policy.write_text(f"log {format_vkey(log_key)}\nquorum none\n")

    def note(tree, size):
        return sign_checkpoint(Checkpoint(origin, size, tree.root(size)), key, origin).to_bytes()

    def submit(client, tree, size):
        try:
            cosigned = merge_cosignatures(note(tree, size), client.submit(note(tree, size), tree.consistency_proof))
        except FeederError as error:
            return f"{type(error).__name__} {getattr(error, 'status', '')}".strip()
        return verify_checkpoint(parse_note(cosigned), log_key, [witness_key], 1, max_age_seconds=SECONDS).ok

    tree = MerkleTree(b"leaf %d" % index for index in range(300))
    branch = MerkleTree(b"leaf %d" % (index if index != 250 else 0) for index in range(300))
    words = [punctual, "witness", "serve", "--data", data, "--policy", policy, "--listen", "127.0.0.1:0"]
    with Program(words, "Witnessing on") as running:
        client = WitnessClient(running.url, witness_key, max_attempts=2)
        facts = {"sizes": {str(size): submit(client, tree, size) for size in (1, 2, 7, 8, 255, 256, 257, 299)}}
        facts["same"] = submit(client, tree, 299)
        facts["fresh client"] = submit(WitnessClient(running.url, witness_key, max_attempts=2), tree, 299)
        facts["older"] = submit(client, tree, 256)
        facts["fork"] = submit(client, branch, 300)
        facts["same size, other root"] = submit(client, branch, 299)
        status, monitored = get(f"{running.url}/{sha256(origin.encode()).hexdigest()}/checkpoint")
        result = verify_checkpoint(parse_note(monitored), log_key, [witness_key], 1, max_age_seconds=SECONDS)
        facts["monitor"] = [status, result.size, result.ok]
        facts["onwards"] = submit(client, tree, 300)
        facts["stopped"] = running.stop()
    code, lines, _ = run(punctual, "witness", "evidence", "--data", data)
    facts["evidence"] = [code, sorted(json.loads(line)["kind"] for line in lines.splitlines())]
    return facts


# The thread that a Swift test runs on blocks all signals, and its children inherit that: SIGTERM would not stop them.
signal.pthread_sigmask(signal.SIG_SETMASK, [])
task, punctual, folder = sys.argv[1:]
json.dump({"theirs": theirs, "ours": ours}[task](Path(punctual), Path(folder)), sys.stdout)
