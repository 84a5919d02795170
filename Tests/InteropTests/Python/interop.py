"""The door from the Swift tests: `interop.py judge CONTEXTS` reads requests and prints verdicts, `interop.py make
CONTEXTS` prints what the libraries make; both JSON. CONTEXTS is the folder of the published JSON-LD contexts."""

import json
import os
import sys

from contexts import published
from judges import judge
from make import everything


def main():
    task, folder = sys.argv[1:]
    contexts = published(folder)
    if task == "make":
        result = everything(contexts)
    else:
        result = {request["id"]: judge(request, contexts) for request in json.load(sys.stdin)}
    json.dump(result, sys.stdout)
    sys.stdout.flush()
    os._exit(0)  # didkit's threads abort an ordinary end of Python


main()
