"""Data Integrity put together here from parts: PyLD or rfc8785 makes the canonical form, cryptography checks the
signature. For what no library of the list has: sets and chains of proofs, and RDFC-1.0 with SHA-384 for P-384 keys
(vc-di-ecdsa, 3.1). The independent part is the canonicalization and the signature."""

import base64
import hashlib

import rfc8785
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from openvc.did.did_key import DidKeyResolver
from openvc.multibase import decode_multibase, encode_multibase
from pyld import jsonld
from pyld.canon import URDNA2015

from keys import public_key
from refusal import Refused

SUITES = {
    "eddsa-jcs-2022": ("jcs", {"Ed25519"}),
    "eddsa-rdfc-2022": ("rdfc", {"Ed25519"}),
    "ecdsa-jcs-2019": ("jcs", {"P-256", "P-384"}),
    "ecdsa-rdfc-2019": ("rdfc", {"P-256", "P-384"}),
}


class RDFC10SHA384(URDNA2015):
    """RDFC-1.0 with the other hash: it gives blank nodes other numbers."""

    def create_hash(self):
        return hashlib.sha384()


def without(json, *names):
    return {name: value for name, value in json.items() if name not in names}


def as_list(value):
    return value if isinstance(value, list) else [] if value is None else [value]


def canonical(document, form, curve, contexts):
    """The canonical bytes of a document."""
    if form == "jcs":
        return rfc8785.dumps(document)

    def load(url, options):
        if url not in contexts:
            raise Refused(f"unknown context {url}")
        return {"contextUrl": None, "documentUrl": url, "document": contexts[url]}

    # Without this, JSON-LD leaves the base direction of texts out, and nothing would protect it.
    dataset = jsonld.to_rdf(document, {"documentLoader": load, "rdfDirection": "i18n-datatype"})
    algorithm = RDFC10SHA384() if curve == "P-384" else URDNA2015()
    return algorithm.main(dataset, {"format": "application/n-quads"}).encode()


def hash_data(document, config, form, curve, contexts):
    """Hash of the proof configuration, then of the document (vc-di-eddsa 3.2.4, vc-di-ecdsa 3.2.4)."""
    digest = hashlib.sha384 if curve == "P-384" else hashlib.sha256
    return b"".join(digest(canonical(part, form, curve, contexts)).digest() for part in (config, document))


def check_signature(jwk, signature, data):
    """Raises InvalidSignature; ECDSA signatures are the two numbers side by side."""
    key, curve = public_key(jwk), jwk["crv"]
    if curve == "Ed25519":
        return key.verify(signature, data)
    if len(signature) != 2 * (key.curve.key_size // 8):
        raise Refused(f"a signature of {len(signature)} bytes for {curve}")
    r, s = (int.from_bytes(half, "big") for half in (signature[: len(signature) // 2], signature[len(signature) // 2:]))
    digest = hashes.SHA384() if curve == "P-384" else hashes.SHA256()
    key.verify(utils.encode_dss_signature(r, s), data, ec.ECDSA(digest))


def verify_proof(document, proof, earlier, contexts):
    """One proof over a document without `proof`, or, in a chain, with the earlier proofs that it names."""
    if proof.get("type") != "DataIntegrityProof" or proof.get("cryptosuite") not in SUITES:
        raise Refused(f"no suite {proof.get('type')} {proof.get('cryptosuite')}")
    form, curves = SUITES[proof["cryptosuite"]]
    method = proof["verificationMethod"]
    jwk = DidKeyResolver().resolve(method.split("#")[0]).key_for_purpose(method, proof["proofPurpose"]).public_key_jwk
    if jwk["crv"] not in curves:
        raise Refused(f"a {jwk['crv']} key for {proof['cryptosuite']}")
    unsecured = dict(document, proof=earlier) if earlier else document
    if form == "jcs" and "@context" in proof:
        signed, shown = as_list(proof["@context"]), as_list(document.get("@context"))
        if shown[: len(signed)] != signed:
            raise Refused("the proof was made for other contexts")
        unsecured = dict(unsecured, **{"@context": proof["@context"]})
    config = without(proof, "proofValue")
    if form == "rdfc":
        config["@context"] = document["@context"]
    data = hash_data(unsecured, config, form, jwk["crv"], contexts)
    check_signature(jwk, decode_multibase(proof["proofValue"]), data)


def verify(secured, contexts):
    """All proofs of a document: one, a set or a chain."""
    document, proofs = without(secured, "proof"), as_list(secured.get("proof"))
    if not proofs:
        raise Refused("no proof")
    for proof in proofs:
        names = as_list(proof.get("previousProof"))
        earlier = [other for other in proofs if other.get("id") in names]
        if len(earlier) != len(names):
            raise Refused("previousProof names a proof that is not there")
        verify_proof(document, proof, earlier, contexts)


def with_value(document, proof, earlier, signer, contexts):
    """The proof with its value (add proof), for a signer of these scripts."""
    form, _ = SUITES[proof["cryptosuite"]]
    config = dict(proof, **{"@context": document["@context"]})
    unsecured = dict(document, proof=earlier) if earlier else document
    data = hash_data(unsecured, config, form, signer.public["crv"], contexts)
    proof = config if form == "jcs" else proof
    return dict(proof, proofValue=encode_multibase(signer.openvc.sign(data)))


def b64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
