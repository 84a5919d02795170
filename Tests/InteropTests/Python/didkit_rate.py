"""How many credentials didkit issues in a second: its `ldp` format, Ed25519Signature2020, one thread, one process.

    didkit_rate.py CONFORMANCE [SECONDS]

The documents are the example credentials of data model 2.0 in the conformance folder, in turn. didkit knows data model
1.1 only, so they are given to it in that form: the same statements under the older base context. Prints JSON."""

import asyncio
import json
import os
import sys
import time
from importlib.metadata import version
from pathlib import Path

import didkit

CONTEXT = ["https://www.w3.org/2018/credentials/v1", {"@vocab": "https://www.w3.org/ns/credentials/examples#"}]


def version_one(credential, issuer):
    """The credential as data model 1.1 writes it, of another issuer and without proof."""
    names = {"validFrom": "issuanceDate", "validUntil": "expirationDate"}
    result = {names.get(name, name): value for name, value in credential.items() if name not in ("@context", "proof")}
    return {"@context": CONTEXT, **result, "issuer": issuer}


async def measure(paths, seconds):
    key = didkit.generate_ed25519_key()
    issuer = didkit.key_to_did("key", key)
    method = await didkit.key_to_verification_method("key", key)
    options = json.dumps(
        {"type": "Ed25519Signature2020", "proofPurpose": "assertionMethod", "verificationMethod": method})
    documents = [json.dumps(version_one(json.loads(path.read_text()), issuer)) for path in paths]
    for document in documents:
        issued = await didkit.issue_credential(document, options, key)
        assert json.loads(await didkit.verify_credential(issued, "{}"))["errors"] == []
    count, start, processor = 0, time.perf_counter(), time.process_time()
    while time.perf_counter() - start < seconds:
        for document in documents:
            await didkit.issue_credential(document, options, key)
        count += len(documents)
    elapsed, used = time.perf_counter() - start, time.process_time() - processor
    return {
        "library": f"didkit {version('didkit')}", "format": "ldp", "type": "Ed25519Signature2020",
        "documents": len(documents), "credentials": count, "seconds": round(elapsed, 3),
        "processor_seconds": round(used, 3), "credentials_per_second": round(count / elapsed, 1),
        "credentials_per_processor_second": round(count / used, 1)}


def main():
    folder = Path(sys.argv[1]) / "vc-data-model/schema/verifiable-credential"
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 5
    print(json.dumps(asyncio.run(measure(sorted(folder.glob("example-*.json")), seconds))), flush=True)
    os._exit(0)  # didkit's threads abort an ordinary end of Python


main()
