"""The door from the Swift tests. CONTEXTS is the folder of the published JSON-LD contexts; answers are printed as JSON.

    interop.py make CONTEXTS            what the libraries make
    interop.py judge CONTEXTS REQUESTS  verdicts on the requests in a file, by id and library
    interop.py rsa                      a new RSA key, as PKCS#8 in PEM form"""

import json
import os
import sys

from jwcrypto.jwk import JWK

from contexts import published
from judges import judge
from make import everything


def answer(task, folder=None, requests=None):
    if task == "rsa":
        return JWK.generate(kty="RSA", size=2048).export_to_pem(private_key=True, password=None).decode()
    contexts = published(folder)
    if task == "make":
        return everything(contexts)
    with open(requests) as file:
        return {request["id"]: judge(request, contexts) for request in json.load(file)}


json.dump(answer(*sys.argv[1:]), sys.stdout)
sys.stdout.flush()
os._exit(0)  # didkit's threads abort an ordinary end of Python
