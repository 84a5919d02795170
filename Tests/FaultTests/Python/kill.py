"""Kills a service at random instants of its starting and of its work, and checks what is left.

Usage: kill.py FOLDER --rounds N --seed N
"""

import argparse
import json
import random
import sys
import time

import service as punctual


def torment(folder, rounds, seed, check_every=10):
    """Gives the violations and what was counted."""
    chance = random.Random(seed)
    data, key = punctual.make(folder)
    ledger = punctual.Ledger(f"{folder}/ledger")
    starting = 0.05
    killed = {"starting": 0, "working": 0}
    for number in range(rounds):
        service = punctual.Service(data, key, folder)
        if chance.random() < 0.2:
            time.sleep(chance.uniform(0, starting))
            service.kill()
            killed["starting"] += 1
        else:
            starting = service.wait() / 1000
            ledger.write(restart=int(starting * 1000))
            punctual.repeat_some(service, ledger, chance)
            threads = punctual.under_load(service, ledger, number, seed)
            time.sleep(chance.uniform(0, 0.4))
            service.kill()
            for thread in threads:
                thread.join()
            killed["working"] += 1
        if number % check_every == check_every - 1:
            found, counts = punctual.verdict(data, ledger, said=[service.said])
            if found:
                return found, counts | killed
    return last(data, key, folder, ledger, chance, killed)


def last(data, key, folder, ledger, chance, killed):
    """The last start: everything that was done is answered again as it was, and everything that is owed is paid."""
    settled = int(time.time() * 1000)
    service = punctual.Service(data, key, folder)
    ledger.write(restart=service.wait())
    punctual.repeat_some(service, ledger, chance, count=len(ledger.done))
    service.client().observe(ledger)
    if service.stop() != 0:
        raise punctual.Failure("the service did not stop by itself")
    found, counts = punctual.verdict(data, ledger, settled, [service.said])
    for arguments in (["audit", "verify"], ["audit", "recompute"]):
        code, out, error = punctual.run([*arguments, "--data", data, "--json"])
        if code != 0:
            found.append({"invariant": "I5", "what": f"punctual {' '.join(arguments)}: {code} {out}{error}"})
    return found, counts | killed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, required=True)
    arguments = parser.parse_args()
    found, counts = torment(arguments.folder, arguments.rounds, arguments.seed)
    print(json.dumps(counts | {"seed": arguments.seed, "violations": found}))
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
