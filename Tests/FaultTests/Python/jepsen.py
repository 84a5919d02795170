"""Stops, continues, kills and cuts off a service under load, then checks what all clients were told, in their order.

Usage: jepsen.py FOLDER --seconds N --seed N

The clients reach the service through a door of ours, which can be shut: connections are cut, or stay open while requests,
or answers, are swallowed. A client that got no answer asks again under the same key until it gets one. One node and its
witness: many nodes on one store do not exist yet.
"""

import argparse
import collections
import contextlib
import json
import os
import random
import signal
import socket
import threading
import time

import kill
import service as punctual

# Longer than the service takes for a command under load, shorter than most stops.
SECONDS_TO_ANSWER = 0.7


class Door:
    """A relay between the clients and wherever the service listens now."""

    def __init__(self):
        self.target, self.state = None, "open"
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.connections = set()
        self.lock = threading.Lock()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.connect, args=(client,), daemon=True).start()

    def connect(self, client):
        try:
            if self.state == "cut":
                raise OSError("the door is shut")
            server = socket.create_connection(("127.0.0.1", self.target), timeout=1)
            server.settimeout(None)
        except OSError:
            client.close()
            return
        with self.lock:
            self.connections |= {client, server}
        for one, other, swallowed in ((client, server, "requests lost"), (server, client, "answers lost")):
            threading.Thread(target=self.relay, args=(one, other, swallowed), daemon=True).start()

    def relay(self, source, sink, swallowed):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if self.state != swallowed:
                    sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def set(self, state):
        self.state = state
        if state == "cut":
            self.drop()

    def drop(self):
        with self.lock:
            connections, self.connections = self.connections, set()
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()


class Persistent:
    """A client that asks again, under the same key, until it is answered or the test is over."""

    def __init__(self, door, key, is_over):
        self.door, self.key, self.is_over = door, key, is_over
        self.connect()

    def connect(self):
        self.client = punctual.Client(self.door.port, self.key, SECONDS_TO_ANSWER)

    def command(self, ledger, key, path, body):
        while not self.is_over.is_set():
            answer = self.client.command(ledger, key, path, body)
            if answer is not None and answer[0] != 503:
                return answer
            self.client.connection.close()
            time.sleep(0.03)
            self.connect()
        return None

    def observe(self, ledger):
        self.client.observe(ledger)
        self.client.connection.close()
        self.connect()


class Stage:
    """What `under_load` takes for a service: its clients come through the door."""

    def __init__(self, door, key):
        self.door, self.key = door, key
        self.is_over = threading.Event()
        self.process = self

    def client(self):
        return Persistent(self.door, self.key, self.is_over)

    def poll(self):
        return True if self.is_over.is_set() else None


def torment(folder, seconds, seed):
    chance = random.Random(seed)
    data, key = punctual.make(folder)
    ledger = punctual.Ledger(f"{folder}/ledger")
    door, happened = Door(), collections.Counter()

    def start():
        service = punctual.Service(data, key, folder)
        ledger.write(restart=service.wait())
        door.target = service.port
        return service

    witness = punctual.Witness(folder, data)
    service = start()
    stage = Stage(door, key)
    threads = punctual.under_load(stage, ledger, "jepsen", seed, threads=4)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(chance.uniform(0.1, 0.6))
        what = chance.choice(["stop", "kill", "cut", "requests lost", "answers lost", "witness killed"])
        happened[what] += 1
        if what == "stop":
            service.signal(signal.SIGSTOP)
            time.sleep(chance.uniform(0.1, 1.5))
            service.signal(signal.SIGCONT)
        elif what == "kill":
            service.kill()
            door.drop()
            service = start()
        elif what == "witness killed":
            witness.kill()
            time.sleep(chance.uniform(0.1, 1))
            witness.start()
        else:
            door.set(what)
            time.sleep(chance.uniform(0.2, 1))
            door.set("open")
            # What was half swallowed cannot go on.
            door.drop()
    # Healed: the clients get what they wait for, and then no more is asked.
    time.sleep(1)
    stage.is_over.set()
    for thread in threads:
        thread.join()
    service.kill()
    witness.kill()
    found, counts = kill.last(data, key, folder, ledger, chance, {})
    unanswered = {line for line in punctual.check.Ledger(ledger.path).sent} - {key for key, *_ in ledger.done}
    return found, counts | {"faults": dict(happened), "without success": len(unanswered)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--seconds", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    arguments = parser.parse_args()
    found, counts = torment(arguments.folder, arguments.seconds, arguments.seed)
    print(json.dumps(counts | {"seed": arguments.seed, "violations": found}), flush=True)
    # Threads of the door may still wait for a socket.
    os._exit(1 if found else 0)


if __name__ == "__main__":
    main()
