"""The built program as a service under load: started, asked, killed; and the ledger of what its clients know."""

import contextlib
import http.client
import itertools
import json
import os
import random
import signal
import subprocess
import threading
import time

import check

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../.."))
PROGRAM = os.environ.get("PUNCTUAL_PROGRAM", os.path.join(ROOT, ".build/debug/punctual"))
# A service that has not answered by then never will: the slowest machine that we know starts one in a second.
SECONDS_TO_START = 60
SECONDS_TO_ANSWER = 30

# Planted in every field that a person's data may be in; none may be found in anything public.
CANARIES = ("canary-holder-q7", "canary.mail.x3", "Canary Name Ü9", "canary note k2", "Canary College v5", "canary-key-z8")


class Failure(Exception):
    """The test itself cannot go on."""


def run(arguments, prefix=(), timeout=120, env=None):
    """Runs the program to its end; gives the exit code and what it said on both ways."""
    environment = {"PATH": "/usr/bin:/bin", "NO_COLOR": "1"} | (env or {})
    done = subprocess.run(
        [*prefix, PROGRAM, *arguments], stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, env=environment)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def must(arguments):
    code, out, error = run(arguments)
    if code != 0:
        raise Failure(f"punctual {' '.join(arguments)}: {code} {out} {error}")
    return out


def policies(target="PT1S", tier="PT1S"):
    """Those of the demonstration with other lengths, and with pauses."""
    for name in ("service-level", "compensation"):
        with open(os.path.join(ROOT, f"vectors/demo/{name}.json")) as file:
            document = json.loads(file.read().replace('"PT3S"', f'"{target}"').replace('"PT4S"', f'"{tier}"'))
        if name == "service-level":
            document["spec"]["pause"] = [
                {"reason": "legal-hold", "evidence": "court-order", "maxTotal": {"elapsed": "PT2S"}}]
        yield document


def make(folder, **lengths):
    """A data directory with one institution; gives its path and the API key."""
    data = os.path.join(folder, "data")
    must(["init", "--data", data, "--origin", "test.example/log"])
    for number, document in enumerate(policies(**lengths)):
        path = os.path.join(folder, f"policy-{number}.json")
        with open(path, "w") as file:
            json.dump(document, file)
        must(["policy", "publish", "--data", data, path])
    added = json.loads(must(["institution", "add", "--data", data, "--name", CANARIES[4], "--json"]))
    return data, added["apiKey"]


class Ledger:
    """Lines that are on the disk before anything follows from them, kept where no kill of the service reaches."""

    def __init__(self, path):
        self.path = path
        self.lock = threading.Lock()
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.notes, self.done = set(), []

    def write(self, **line):
        with self.lock:
            os.write(self.file, json.dumps(line).encode() + b"\n")
            os.fdatasync(self.file)

    def note(self, text):
        if text not in self.notes:
            self.notes.add(text)
            self.write(note=text)

    def close(self):
        os.close(self.file)


class Service:
    """One process of `punctual serve`."""

    def __init__(self, data, key, folder, prefix=(), options=(), env=None):
        self.key = key
        self.said = os.path.join(folder, "said.txt")
        began = time.monotonic()
        with open(self.said, "ab") as errors:
            self.process = subprocess.Popen(
                [*prefix, PROGRAM, "serve", "--data", data, "--listen", "127.0.0.1:0", *options],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, start_new_session=True,
                env={"PATH": "/usr/bin:/bin", "NO_COLOR": "1"} | (env or {}))
        self.port = None
        self.began = began

    def wait(self):
        """Waits until it listens; gives the milliseconds that took, or raises `Failure` when it ended."""
        limit = threading.Timer(SECONDS_TO_START, self.process.kill)
        limit.start()
        line = self.process.stdout.readline().decode()
        limit.cancel()
        with open(self.said, "a") as file:
            file.write(line)
        if "http://" not in line:
            raise Failure(f"serve ended with {self.process.wait()}: {self.heard()}")
        self.port = int(line.rsplit(":", 1)[1])
        return int((time.monotonic() - self.began) * 1000)

    def heard(self):
        with open(self.said, "rb") as file:
            return file.read()[-400:].decode(errors="replace")

    def signal(self, number):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def kill(self):
        """As a power failure would, but that the system keeps what it was given."""
        self.signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()

    def stop(self):
        """As an operator would; gives the exit code."""
        self.process.terminate()
        code = self.process.wait(SECONDS_TO_START)
        self.process.stdout.close()
        return code

    def client(self, timeout=SECONDS_TO_ANSWER):
        return Client(self.port, self.key, timeout)


class Witness:
    """A `punctual witness serve` for one log, that comes back at the same place."""

    def __init__(self, folder, log):
        self.data, self.policy, self.place = f"{folder}/witness", f"{folder}/logs.policy", "127.0.0.1:0"
        made = must(["witness", "init", "--data", self.data, "--name", "witness.example/w1", "--json"])
        self.key = json.loads(made)["witnessKey"]
        with open(f"{log}/log.vkey") as vkey, open(self.policy, "w") as file:
            file.write(f"log {vkey.readline()}quorum none\n")
        self.start()
        with open(f"{log}/witnesses.policy", "w") as file:
            file.write(f"witness W {self.key} http://{self.place}\nquorum W\n")

    def start(self):
        self.process = subprocess.Popen(
            [PROGRAM, "witness", "serve", "--data", self.data, "--policy", self.policy, "--listen", self.place],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={"PATH": "/usr/bin:/bin", "NO_COLOR": "1"})
        line = self.process.stdout.readline().decode()
        if "http://" not in line:
            raise Failure(f"witness serve ended with {self.process.wait()}")
        self.place = line.strip().rsplit("/", 1)[1]

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


class Client:
    """One connection, kept open."""

    def __init__(self, port, key, timeout):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        self.key = key

    def send(self, method, path, body=None, key=None):
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        self.connection.request(method, path, None if body is None else json.dumps(body), headers)
        response = self.connection.getresponse()
        return response.status, response.read().decode()

    def command(self, ledger, key, path, body):
        """One command, written down before and after; None when no answer came."""
        ledger.write(sent=key, path=path, at=time.monotonic_ns())
        try:
            status, answer = self.send("POST", path, body, key)
        except (OSError, http.client.HTTPException):
            return None
        if status != 503:
            ledger.write(acked=key, status=status, answer=answer, at=time.monotonic_ns())
        if status < 300:
            ledger.done.append((key, path, body))
        return status, answer

    def observe(self, ledger):
        with contextlib.suppress(OSError, http.client.HTTPException):
            status, note = self.send("GET", "/checkpoint")
            if status == 200:
                ledger.note(note)


def request_body(holder, review):
    return {
        "credential": {
            "@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiableCredential"],
            "credentialSubject": {"id": holder, "description": CANARIES[2]}},
        "holder": {"id": holder, "email": f"{CANARIES[1]}@people.example"}, "tier": "standard", "review": review}


class Load:
    """What one client does for as long as it gets answers: requests, and whatever can be done with them."""

    def __init__(self, service, ledger, name, seed, limit=None):
        self.service, self.ledger, self.name, self.limit = service, ledger, name, limit
        self.random = random.Random(seed)
        self.waiting, self.issued = [], []

    def __call__(self):
        client = self.service.client()
        for number in itertools.count():
            if self.limit is not None and number >= self.limit:
                return
            if not self.step(client, f"{CANARIES[5]}-{self.name}-{number}"):
                return

    def step(self, client, key):
        choice = self.random.random()
        if choice < 0.5 or not self.waiting:
            review = self.random.choice(["none", "manual"])
            holder = f"urn:{CANARIES[0]}:{self.random.randrange(6)}"
            answer = client.command(self.ledger, key, "/v1/requests", request_body(holder, review))
            if answer and answer[0] < 300:
                id = json.loads(answer[1])["id"]
                (self.issued if review == "none" else self.waiting).append(id)
            return answer is not None
        if choice < 0.55 and self.issued:
            place, action, body = self.issued, "revoke", {"note": CANARIES[3]}
        else:
            place = self.waiting
            action, body = self.random.choice([
                ("approve", {"note": CANARIES[3]}), ("cancel", {"note": CANARIES[3]}), ("resume", {}),
                ("hold", {"reason": "legal-hold", "evidence": "court-order", "note": CANARIES[3]})])
        id = self.random.choice(place)
        answer = client.command(self.ledger, key, f"/v1/requests/{id}/{action}", body)
        if answer and answer[0] < 300 and action in ("approve", "cancel", "revoke"):
            place.remove(id)
        return answer is not None


def under_load(service, ledger, name, seed, threads=3, limit=None):
    """Starts clients and one who watches the checkpoints; gives the threads, which end when the service does."""

    def watch():
        client = service.client()
        while service.process.poll() is None and any(thread.is_alive() for thread in workers):
            client.observe(ledger)
            time.sleep(0.01)

    loads = [Load(service, ledger, f"{name}-{n}", f"{seed}-{name}-{n}", limit) for n in range(threads)]
    workers = [threading.Thread(target=load) for load in loads]
    watcher = threading.Thread(target=watch)
    for thread in [*workers, watcher]:
        thread.start()
    return [*workers, watcher]


def repeat_some(service, ledger, random, count=5):
    """Sends again what was answered, as a client that lost its connection would."""
    client = service.client()
    for key, path, body in random.sample(ledger.done, min(count, len(ledger.done))):
        client.command(ledger, key, path, body)


def verdict(data, ledger, settled=None, said=()):
    """What the checker says of all that is known."""
    findings, counts = check.check(data, ledger and check.Ledger(ledger.path), settled, CANARIES, said)
    return findings.found, counts
