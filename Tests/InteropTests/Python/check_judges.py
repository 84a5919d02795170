"""Holds the judges against published vectors, so that a verdict of theirs means something: every signed document of
vc-di-eddsa and vc-di-ecdsa is valid, and with any one of a few changes it is not. Argument: the conformance folder.
Prints JSON: how many verdicts there were, and which are wrong."""

import copy
import json
import sys
from pathlib import Path

from contexts import published
from judges import judge

AT = "2024-12-16T12:00:00Z"
FOLDER = Path(sys.argv[1])
WHOLE = sorted(
    path for path in FOLDER.glob("vc-di-*/TestVectors/**/signed*.json") if "Ed25519Signature2020" not in str(path)
    and "sd-2023" not in str(path))
DERIVED = sorted(FOLDER.glob("vc-di-ecdsa/TestVectors/ecdsa-sd-2023/*/derivedRevealDocument.json"))


def changes(document):
    """Names of changes and the changed documents; each must be refused."""
    def changed(change):
        other = copy.deepcopy(document)
        proof = other["proof"][-1] if isinstance(other["proof"], list) else other["proof"]
        change(other, proof)
        return other

    yield "subject", changed(lambda other, proof: other["credentialSubject"].update(id="did:example:forged"))
    yield "issuer", changed(lambda other, proof: other.update(issuer="https://forger.example/"))
    yield "created", changed(lambda other, proof: proof.update(created="2020-01-01T00:00:00Z"))
    yield "proofValue", changed(lambda other, proof: proof.update(proofValue=proof["proofValue"][:-2] + "22"))
    yield "no proof", {name: value for name, value in document.items() if name != "proof"}


def judges_for(document):
    """openvc-core knows one proof; it numbers the blank nodes of P-384 documents with SHA-256, where vc-di-ecdsa, 3.1,
    asks for SHA-384, and one of the vectors has enough of them to tell. ecdsa-sd-2023 is known to openvc-core only."""
    proof = document["proof"]
    if isinstance(proof, list):
        return ["composed"]
    if proof["cryptosuite"] == "ecdsa-sd-2023":
        return ["openvc-core"]
    several = proof["cryptosuite"] == "ecdsa-rdfc-2019" and "EmployablePerson" in json.dumps(document)
    return ["composed"] if several and "did:key:z82L" in proof["verificationMethod"] else ["composed", "openvc-core"]


def main():
    contexts = published(FOLDER / "contexts")
    wrong, checked = [], 0
    for path in WHOLE + DERIVED:
        document = json.loads(path.read_text())
        for name, shown in [("", document), *changes(document)]:
            request = {"format": "data-integrity", "by": judges_for(document), "secured": shown, "at": AT}
            for library, verdict in judge(request, contexts).items():
                checked += 1
                if verdict.get("valid") is not (name == ""):
                    wrong.append([str(path.relative_to(FOLDER)), name, library, verdict])
    print(json.dumps({"checked": checked, "wrong": wrong}, indent=1))


main()
