"""Who judges which format. Each judge takes one request and raises when the document is not valid."""

import base64
import datetime
import json

import jwt
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS
from openbadgeslib.verify import verify_badge
from openvc.proof.data_integrity import DataIntegrityProofSuite
from openvc.proof.di_ecdsa_rdfc import EcdsaRdfcProofSuite
from openvc.proof.di_jcs import EcdsaJcsProofSuite, EddsaJcsProofSuite
from openvc.proof.ecdsa_sd import EcdsaSdProofSuite
from openvc.proof.sd_jwt import SdJwtVcProofSuite
from openvc.status.bitstring import decode_bitstring, get_status_bit
from openvc.status.issue import verify_status_list_token
from openvc.status.status_list import check_credential_status
from openvc.status.token_status_list import check_token_status, decode_status_list, get_status
from sd_jwt.verifier import SDJWTVerifier
from token_status_list import BitArray

import composed
from keys import ALGORITHMS, key_named
from refusal import Refused, verdict

OPENVC_SUITES = {
    "eddsa-rdfc-2022": DataIntegrityProofSuite,
    "eddsa-jcs-2022": EddsaJcsProofSuite,
    "ecdsa-rdfc-2019": EcdsaRdfcProofSuite,
    "ecdsa-jcs-2019": EcdsaJcsProofSuite,
    "ecdsa-sd-2023": EcdsaSdProofSuite,
}


def require(condition, message):
    if not condition:
        raise Refused(message)


def instant(request):
    return datetime.datetime.fromisoformat(request["at"].replace("Z", "+00:00"))


# Data Integrity

def data_integrity_openvc(request, contexts):
    secured = request["secured"]
    purpose = request.get("purpose", "assertionMethod")
    suite = secured["proof"].get("cryptosuite") if isinstance(secured.get("proof"), dict) else None
    require(suite in OPENVC_SUITES, f"no suite {suite}")
    binding = {f"expected_{name}": request[name] for name in ("challenge", "domain") if name in request}
    extra = {} if suite.endswith(("jcs-2022", "jcs-2019")) else {"extra_contexts": contexts}
    OPENVC_SUITES[suite]().verify(
        secured, expected_proof_purpose=purpose, now=instant(request), **extra, **binding)


def data_integrity_composed(request, contexts):
    composed.verify(request["secured"], contexts)


# Tokens

def token_parts(token):
    header = jwt.get_unverified_header(token)
    require("kid" in header, "no kid")
    return header, key_named(header["kid"])


def require_token(judge, request, header, payload, jwk):
    """The few rules of VC-JOSE-COSE that no library here has: `typ`, that the claims are the credential, and that
    credentials in a presentation are tokens themselves."""
    require(header["alg"] == ALGORITHMS[jwk.get("crv")], f"{header['alg']} is not the algorithm of the key")
    require(header.get("typ") == request["typ"], f"typ is {header.get('typ')}")
    require("vc" not in payload and "vp" not in payload, "vc and vp claims are of another specification")
    require(request["claims"] in (None, payload), "the claims are not the expected ones")
    for enveloped in payload.get("verifiableCredential", []):
        kind, token = enveloped["id"].split(",")
        require(kind == "data:application/vc+jwt", f"a credential of the kind {kind}")
        judge({"secured": token, "typ": "vc+jwt", "claims": None}, None)


def token_pyjwt(request, contexts):
    header, jwk = token_parts(request["secured"])
    algorithm = ALGORITHMS[jwk.get("crv")]
    decoded = jwt.decode_complete(
        request["secured"], jwt.PyJWK(jwk, algorithm).key, algorithms=[algorithm],
        options={"verify_aud": "audience" in request}, audience=request.get("audience"))
    require_token(token_pyjwt, request, decoded["header"], decoded["payload"], jwk)


def token_jwcrypto(request, contexts):
    _, jwk = token_parts(request["secured"])
    jws = JWS()
    jws.allowed_algs = [ALGORITHMS[jwk.get("crv")]]
    jws.deserialize(request["secured"], JWK(**jwk))
    require_token(token_jwcrypto, request, jws.jose_header, json.loads(jws.payload), jwk)


def sd_jwt_reference(request, contexts):
    binding = (request["audience"], request["nonce"]) if "nonce" in request else (None, None)
    header, jwk = token_parts(request["secured"].split("~")[0])
    verifier = SDJWTVerifier(request["secured"], lambda issuer, header: JWK(**jwk), *binding)
    require(header.get("typ") == request["typ"], f"typ is {header.get('typ')}")
    require(verifier.get_verified_payload() == request["claims"], "the claims are not the expected ones")


def sd_jwt_openvc(request, contexts):
    header, jwk = token_parts(request["secured"].split("~")[0])
    binding = dict(audience=request["audience"], nonce=request["nonce"], require_key_binding=True) \
        if "nonce" in request else {}
    verified = SdJwtVcProofSuite().verify(
        request["secured"], public_key_jwk=jwk, now=instant(request), **binding)
    require(header.get("typ") == request["typ"], f"typ is {header.get('typ')}")
    require(verified.claims == request["claims"], "the claims are not the expected ones")


# Status lists

def bitstring_openvc(request, contexts):
    data_integrity_openvc(request, contexts)
    subject = request["secured"]["credentialSubject"]
    require(subject["statusPurpose"] == request["statusPurpose"], "another purpose")
    bits = decode_bitstring(subject["encodedList"])
    require(len(bits) * 8 == request["count"], f"{len(bits) * 8} entries")
    found = [index for index in range(request["count"]) if get_status_bit(bits, index)]
    require(found == request["set"], f"set are {found[:20]}")
    lists = {request["secured"]["id"]: request["secured"]}
    for entry in request["entries"]:
        result = check_credential_status(
            {"credentialStatus": entry["credentialStatus"]}, resolve_status_list=lists.get)
        require([one.is_set for one in result.entries] == [entry["isSet"]], f"{entry} is {result}")


def token_status_openvc(request, contexts):
    _, jwk = token_parts(request["secured"])
    claims = verify_status_list_token(
        request["secured"], public_key_jwk=jwk, expected_uri=request["uri"], now=instant(request))
    require(claims["status_list"]["bits"] == request["bits"], "another size")
    packed = decode_status_list(claims["status_list"]["lst"])
    found = [get_status(packed, index, bits=request["bits"]) for index in range(len(request["statuses"]))]
    require(found == request["statuses"], f"statuses are {found}")
    for place in range(len(found)):
        reference = {"status": request["references"][place]}
        result = check_token_status(reference, resolve_status_list_token={request["uri"]: claims}.get)
        require(result.status == found[place], f"{reference} is {result}")


def token_status_other(request, contexts):
    _, jwk = token_parts(request["secured"])
    claims = jwt.decode(request["secured"], jwt.PyJWK(jwk).key, algorithms=[ALGORITHMS[jwk.get("crv")]])
    require(claims["sub"] == request["uri"], "another list")
    array = BitArray.load(claims["status_list"])
    found = [array[index] for index in range(len(request["statuses"]))]
    require(found == request["statuses"], f"statuses are {found}")


# Badges

def badge_openbadgeslib(request, contexts):
    """Found in the image and verified with the key of its issuer, or, for RSA, with the one that is given."""
    anchor = {"pubkey_pem": JWK(**request["key"]).export_to_pem()} if request["key"]["kty"] == "RSA" \
        else {"resolve_did": True}
    result = verify_badge(base64.urlsafe_b64decode(request["secured"] + "=="), "3", **anchor)
    require(result.valid, str(result.reason))
    require(result.credential.name == request["name"], f"another badge: {result.credential.name}")


JUDGES = {
    "data-integrity": {"openvc-core": data_integrity_openvc, "composed": data_integrity_composed},
    "token": {"PyJWT": token_pyjwt, "jwcrypto": token_jwcrypto},
    "sd-jwt": {"sd-jwt": sd_jwt_reference, "openvc-core": sd_jwt_openvc},
    "bitstring-status-list": {"openvc-core": bitstring_openvc},
    "badge": {"openbadgeslib": badge_openbadgeslib},
    "token-status-list": {"openvc-core": token_status_openvc, "token-status-list": token_status_other},
}


def judge(request, contexts):
    """The verdict of each judge that the request names in `by`."""
    return {name: verdict(JUDGES[request["format"]][name], request, contexts) for name in request["by"]}
