"""Keys of the four kinds, as JWK, as objects of cryptography and as DIDs."""

import base64
import json

from jwcrypto.jwk import JWK
from openvc.did.did_jwk import DidJwkResolver
from openvc.did.did_key import DidKeyResolver
from openvc.keys import signing_key_from_jwk
from openvc.multibase import encode_multibase

from refusal import Refused

CURVES = {"Ed25519": b"\xed\x01", "P-256": b"\x80\x24", "P-384": b"\x81\x24"}
ALGORITHMS = {"Ed25519": "EdDSA", "P-256": "ES256", "P-384": "ES384", None: "RS256"}


def public_key(jwk):
    """The object of cryptography."""
    return JWK(**jwk).get_op_key("verify")


def key_named(kid):
    """The JWK that a did:key or did:jwk carries in its name, by openvc."""
    did = kid.split("#")[0]
    resolver = next((each for each in (DidKeyResolver(), DidJwkResolver()) if each.supports(did)), None)
    method = resolver and resolver.resolve(did).key_by_kid(kid)
    if not method:
        raise Refused(f"no key named {kid}")
    return method.public_key_jwk


class Signer:
    """A fresh key that signs, named by did:key, or by did:jwk when it is RSA."""

    def __init__(self, curve):
        kind = {"Ed25519": dict(kty="OKP"), None: dict(kty="RSA", size=2048)}.get(curve, dict(kty="EC"))
        self.key = JWK.generate(**kind, **({"crv": curve} if curve else {}))
        self.algorithm = ALGORITHMS[curve]
        self.public = self.key.export_public(as_dict=True)
        self.public.pop("kid", None)
        self.did, self.method = self.named(curve)
        if curve:
            self.openvc = signing_key_from_jwk(self.key.export_private(as_dict=True), kid=self.method)

    def named(self, curve):
        if not curve:
            text = json.dumps(self.public, separators=(",", ":"), sort_keys=True).encode()
            did = "did:jwk:" + base64.urlsafe_b64encode(text).decode().rstrip("=")
            return did, did + "#0"
        x = base64.urlsafe_b64decode(self.public["x"] + "==")
        if curve != "Ed25519":
            y = base64.urlsafe_b64decode(self.public["y"] + "==")
            x = bytes([2 + y[-1] % 2]) + x
        multikey = encode_multibase(CURVES[curve] + x)
        return f"did:key:{multikey}", f"did:key:{multikey}#{multikey}"
