"""What the libraries make for us to verify. Each maker yields items with the form of a request to a judge, and `maker`,
the library; `at` is a time at which the item is valid. `isValid` is false where the library's work is not what the
specification asks for."""

import asyncio
import datetime
import io
import json

import didkit
import jwt
import png
from jwcrypto.jws import JWS
from openbadgeslib.ob3 import Achievement, Issuer, OB3LdpSigner, OB3Signer, OpenBadgeCredential
from openvc.proof.data_integrity import DataIntegrityProofSuite
from openvc.proof.di_ecdsa_rdfc import EcdsaRdfcProofSuite
from openvc.proof.di_jcs import EcdsaJcsProofSuite, EddsaJcsProofSuite
from openvc.proof.ecdsa_sd import EcdsaSdProofSuite
from openvc.proof.sd_jwt import SdJwtVcProofSuite
from openvc.proof.vc_jwt import VcJwtProofSuite
from openvc.status.bitstring import new_bitstring, set_status_bit
from openvc.status.issue import (
    build_status_list_credential, build_status_list_entry, build_status_list_token, build_token_status_reference)
from openvc.status.token_status_list import new_status_list, set_status
from sd_jwt.common import SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer
from token_status_list import IssuerStatusList

import composed
from keys import Signer

CREATED = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)
NONCE, AUDIENCE = "n-0S6_WzA2Mj", "https://verifier.example/"
SUITES = [
    ("eddsa-jcs-2022", "Ed25519", EddsaJcsProofSuite),
    ("eddsa-rdfc-2022", "Ed25519", DataIntegrityProofSuite),
    ("ecdsa-jcs-2019", "P-256", EcdsaJcsProofSuite),
    ("ecdsa-jcs-2019", "P-384", EcdsaJcsProofSuite),
    ("ecdsa-rdfc-2019", "P-256", EcdsaRdfcProofSuite),
    ("ecdsa-rdfc-2019", "P-384", EcdsaRdfcProofSuite),
]


def now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z")


def credential(issuer, model="2.0", blank_nodes=True):
    """An alumni credential with what makes canonical forms differ: blank nodes, numbers, languages, escapes."""
    body = {
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
        "id": "urn:uuid:7a1d1bb5-6f6c-4b41-9e86-1d2a6f4b4d5e",
        "type": ["VerifiableCredential", "ExampleAlumniCredential"],
        "name": {"@value": "Abschluss \u201cmit\u201d \\ \t \U0001d306", "@language": "de"},
        "issuer": {"id": issuer, "name": "The School of Examples"},
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {
            "id": "did:example:holder", "alumniOf": {"id": "did:example:school", "name": "Example University"},
            "score": 97.25, "share": 0.000001, "places": 1e21, "attempts": 3, "passed": True},
    }
    if blank_nodes:
        body["termsOfUse"] = [{"type": "ExampleTermsA", "name": "a"}, {"type": "ExampleTermsB", "name": "b"}]
        body["evidence"] = [{"type": ["ExampleEvidence"], "name": name} for name in ("one", "two", "two", "three")]
    if model == "1.1":
        body["@context"] = [
            "https://www.w3.org/2018/credentials/v1", "https://w3id.org/security/data-integrity/v2",
            {"@vocab": "https://schema.org/"}]
        body["type"] = ["VerifiableCredential", "AlumniCredential"]
        body["issuanceDate"] = body.pop("validFrom")
    return body


def data_integrity(contexts):
    """openvc-core, except for P-384 with several blank nodes, which it numbers with SHA-256."""
    for suite, curve, library in SUITES:
        for model in ("2.0", "1.1"):
            signer = Signer(curve)
            extra = {"extra_contexts": contexts} if "rdfc" in suite else {}
            unsecured = credential(signer.did, model, blank_nodes=(suite, curve) != ("ecdsa-rdfc-2019", "P-384"))
            secured = library().add_proof(
                unsecured, signing_key=signer.openvc, verification_method=signer.method, created=CREATED, **extra)
            item = {"maker": "openvc-core", "format": "data-integrity", "at": "2026-02-01T00:00:00Z"}
            if "jcs" in suite:
                # It signs a proof configuration with `@context` and leaves that out of the proof, where
                # vc-di-eddsa 3.3.1 and vc-di-ecdsa 3.3.1 put it.
                yield {**item, "id": f"{suite} {curve} {model} as openvc-core leaves it", "secured": secured,
                       "isValid": False}
                secured = dict(secured, proof=dict(secured["proof"], **{"@context": secured["@context"]}))
            yield {**item, "id": f"{suite} {curve} {model}", "secured": secured}


def chains(contexts):
    """Two proofs and a third over both, put together here."""
    for suite, curve, _ in SUITES:
        signers = [Signer(curve) for _ in range(3)]
        document = credential(signers[0].did)
        proofs = []
        for number, signer in enumerate(signers):
            earlier = proofs[:2] if number == 2 else []
            proof = {"id": f"urn:uuid:00000000-0000-4000-8000-00000000000{number}", "type": "DataIntegrityProof",
                     "cryptosuite": suite, "created": "2026-01-02T03:04:05Z", "verificationMethod": signer.method,
                     "proofPurpose": "assertionMethod"}
            if earlier:
                proof["previousProof"] = [other["id"] for other in earlier]
            proofs.append(composed.with_value(document, proof, earlier, signer, contexts))
        yield {"id": f"chain {suite} {curve}", "maker": "composed", "format": "data-integrity",
               "secured": dict(document, proof=proofs), "at": "2026-02-01T00:00:00Z"}


def selective_disclosure(contexts):
    signer = Signer("P-256")
    suite = EcdsaSdProofSuite()
    base = suite.add_base_proof(
        credential(signer.did), signing_key=signer.openvc, verification_method=signer.method, created=CREATED,
        mandatory_pointers=["/issuer", "/validFrom"], extra_contexts=contexts)
    for name, pointers in {"some": ["/credentialSubject/alumniOf", "/evidence"], "all": ["/credentialSubject",
                           "/evidence", "/termsOfUse", "/id", "/name"], "mandatory only": []}.items():
        yield {"id": f"ecdsa-sd-2023 {name}", "maker": "openvc-core", "format": "data-integrity",
               "secured": suite.derive_proof(base, selective_pointers=pointers, extra_contexts=contexts),
               "base": base, "at": "2026-02-01T00:00:00Z"}


def presentations(contexts):
    holder = Signer("Ed25519")
    for suite, library in (("eddsa-jcs-2022", EddsaJcsProofSuite), ("eddsa-rdfc-2022", DataIntegrityProofSuite)):
        extra = {"extra_contexts": contexts} if "rdfc" in suite else {}
        signer = Signer("Ed25519")
        inner = library().add_proof(
            credential(signer.did), signing_key=signer.openvc, verification_method=signer.method, created=CREATED,
            **extra)
        if "jcs" in suite:
            inner["proof"]["@context"] = inner["@context"]
        presentation = {
            "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
            "type": ["VerifiablePresentation"], "holder": holder.did, "verifiableCredential": [inner]}
        secured = library().add_proof(
            presentation, signing_key=holder.openvc, verification_method=holder.method, created=CREATED,
            proof_purpose="authentication", challenge=NONCE, domain=AUDIENCE, **extra)
        if "jcs" in suite:
            secured["proof"]["@context"] = secured["@context"]
        yield {"id": f"presentation {suite}", "maker": "openvc-core", "format": "data-integrity", "secured": secured,
               "purpose": "authentication", "challenge": NONCE, "domain": AUDIENCE, "at": "2026-02-01T00:00:00Z"}


def tokens(contexts):
    for curve in ("Ed25519", "P-256", "P-384", None):
        for maker in ("PyJWT", "jwcrypto"):
            signer = Signer(curve)
            claims = credential(signer.did)
            header = {"alg": signer.algorithm, "kid": signer.method, "typ": "vc+jwt", "cty": "vc"}
            yield {"id": f"vc+jwt {signer.algorithm} by {maker}", "maker": maker, "format": "token", "typ": "vc+jwt",
                   "secured": token(maker, claims, header, signer), "claims": claims, "at": "2026-02-01T00:00:00Z"}


def token(maker, claims, header, signer):
    if maker == "PyJWT":
        key = jwt.PyJWK(signer.key.export_private(as_dict=True), signer.algorithm).key
        return jwt.encode(claims, key, signer.algorithm, header)
    jws = JWS(json.dumps(claims))
    jws.add_signature(signer.key, protected=json.dumps(header))
    return jws.serialize(compact=True)


def token_presentations(contexts):
    holder, signer = Signer("P-256"), Signer("Ed25519")
    inner = token("PyJWT", credential(signer.did),
                  {"alg": signer.algorithm, "kid": signer.method, "typ": "vc+jwt", "cty": "vc"}, signer)
    claims = {
        "@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiablePresentation"],
        "holder": holder.did, "iss": holder.did, "aud": AUDIENCE, "nonce": NONCE,
        "verifiableCredential": [{
            "@context": "https://www.w3.org/ns/credentials/v2", "type": "EnvelopedVerifiableCredential",
            "id": "data:application/vc+jwt," + inner}]}
    header = {"alg": holder.algorithm, "kid": holder.method, "typ": "vp+jwt", "cty": "vp"}
    yield {"id": "vp+jwt", "maker": "PyJWT", "format": "token", "typ": "vp+jwt", "audience": AUDIENCE, "nonce": NONCE,
           "secured": token("PyJWT", claims, header, holder), "claims": claims, "at": "2026-02-01T00:00:00Z"}


def earlier_tokens(contexts):
    """The claim `vc` and registered claims beside it, as data model 1.1 has tokens. openvc-core sets `nbf` to the time
    of signing, where data model 1.1 (6.3.1) wants the issuance date: valid only when the credential has no other."""
    for curve, has_date in (("Ed25519", True), ("Ed25519", False), ("P-256", False), ("P-384", False)):
        signer = Signer(curve)
        body = credential(signer.did, "1.1", blank_nodes=False)
        if not has_date:
            del body["issuanceDate"]
        yield {"id": f"VC-JWT {signer.algorithm}" + (" of another date" if has_date else ""), "maker": "openvc-core",
               "format": "vc-jwt", "credential": body, "isValid": not has_date,
               "secured": VcJwtProofSuite().sign(body, signing_key=signer.openvc)}


def sd_jwts_reference(contexts):
    """The reference implementation: members, elements of an array and nested ones disclosable, and decoys."""
    for typ in ("dc+sd-jwt", "vc+sd-jwt"):
        for curve in ("P-256", "Ed25519", "P-384", None):
            signer, holder = Signer(curve), Signer("P-256")
            if typ == "dc+sd-jwt":
                claims = {"iss": signer.did, "vct": "https://credentials.example/identity", "iat": 1767225600}
            else:
                claims = credential(signer.did, blank_nodes=False)
                del claims["credentialSubject"]
            subject = {SDObj("given_name"): "Erika",
                       SDObj("address"): {SDObj("locality"): "K\u00f6ln", "country": "DE"},
                       "nationalities": [SDObj("DE"), SDObj("FR"), "EU"]}
            claims.update(subject if typ == "dc+sd-jwt" else {"credentialSubject": subject})
            header = {"typ": typ, "kid": signer.method}
            issued = SDJWTIssuer(claims, signer.key, holder.key, sign_alg=signer.algorithm, add_decoy_claims=True,
                                 extra_header_parameters=header).sd_jwt_issuance
            shown = {"given_name": True, "address": {"locality": True}, "nationalities": [True, False]}
            wrapper = SDJWTHolder(issued)
            wrapper.create_presentation(
                shown if typ == "dc+sd-jwt" else {"credentialSubject": shown}, NONCE, AUDIENCE, holder.key)
            expected = {"given_name": "Erika", "address": {"locality": "K\u00f6ln", "country": "DE"},
                        "nationalities": ["DE", "EU"]}
            expected = {**{name: value for name, value in claims.items() if isinstance(name, str)}, **expected} \
                if typ == "dc+sd-jwt" else {**claims, "credentialSubject": expected}
            cnf = {"cnf": {"jwk": holder.key.export_public(as_dict=True)}}
            yield {"id": f"{typ} {signer.algorithm}", "maker": "sd-jwt", "format": "sd-jwt", "typ": typ,
                   "secured": wrapper.sd_jwt_presentation, "issued": issued, "claims": {**expected, **cnf},
                   "nonce": NONCE, "audience": AUDIENCE}


def sd_jwts_openvc(contexts):
    for curve in ("Ed25519", "P-256", "P-384"):
        signer, holder = Signer(curve), Signer("Ed25519")
        claims = {"iss": signer.did, "vct": "https://credentials.example/identity", "iat": 1767225600,
                  "given_name": "Erika", "address": {"locality": "K\u00f6ln", "country": "DE"}}
        suite = SdJwtVcProofSuite()
        issued = suite.issue(claims, signing_key=signer.openvc, disclosable=["given_name", "address"],
                             holder_jwk=holder.public, decoys=3)
        secured = suite.create_presentation(issued, holder_key=holder.openvc, audience=AUDIENCE, nonce=NONCE)
        yield {"id": f"dc+sd-jwt {signer.algorithm} by openvc-core", "maker": "openvc-core", "format": "sd-jwt",
               "typ": "dc+sd-jwt", "secured": secured, "issued": issued,
               "claims": {**claims, "cnf": {"jwk": holder.public}}, "nonce": NONCE, "audience": AUDIENCE}


def status_lists(contexts):
    signer = Signer("Ed25519")
    bits, chosen = new_bitstring(131_072), [0, 7, 8, 1000, 131_071]
    for index in chosen:
        set_status_bit(bits, index, 1)
    unsecured = build_status_list_credential(
        id="https://issuer.example/status/1", issuer=signer.did, bitstring=bits, valid_from=CREATED)
    secured = DataIntegrityProofSuite().add_proof(
        unsecured, signing_key=signer.openvc, verification_method=signer.method, created=CREATED)
    entries = [{"isSet": index in chosen, "credentialStatus": build_status_list_entry(
        status_list_credential=secured["id"], index=index)} for index in (0, 1, 7, 9, 1000, 131_070, 131_071)]
    yield {"id": "BitstringStatusListCredential", "maker": "openvc-core", "format": "bitstring-status-list",
           "secured": secured, "statusPurpose": "revocation", "count": 131_072, "set": chosen, "entries": entries,
           "at": "2026-02-01T00:00:00Z"}


def token_status_lists(contexts):
    uri = "https://issuer.example/statuslists/1"
    for bits in (1, 2, 4, 8):
        statuses = [(index * 7 + 1) % (1 << bits) for index in range(64)]
        references = [build_token_status_reference(uri=uri, index=index)["status"] for index in range(64)]
        item = {"format": "token-status-list", "uri": uri, "bits": bits, "statuses": statuses, "references": references,
                "at": "2026-02-01T00:00:00Z"}
        signer = Signer("P-256")
        packed = new_status_list(64, bits=bits)
        other = IssuerStatusList.new(bits, 64, "linear")
        for index, status in enumerate(statuses):
            set_status(packed, index, status, bits=bits)
            other[index] = status
        yield {**item, "id": f"status list token of {bits} bits by openvc-core", "maker": "openvc-core",
               "secured": build_status_list_token(
                   signing_key=signer.openvc, uri=uri, status_list=packed, bits=bits, issued_at=CREATED,
                   issuer=signer.did)}
        # Its own `signed_jwt_token` prints the signature as a Python literal, so only the payload is taken from it.
        payload = other.sign_jwt_payload(
            alg="ES256", kid=signer.method, iss=signer.did, sub=uri, iat=int(CREATED.timestamp()))
        signature = composed.b64url(signer.openvc.sign(payload))
        yield {**item, "id": f"status list token of {bits} bits by token-status-list", "maker": "token-status-list",
               "secured": f"{payload.decode()}.{signature}"}


def badges(contexts):
    """In PNG and SVG, with a proof inside and as a token that carries its key."""
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><g/></svg>'
    file = io.BytesIO()
    png.from_array([[0]], "L").write(file)
    for curve, kind in (("Ed25519", OB3LdpSigner), ("Ed25519", OB3Signer), ("P-256", OB3Signer), (None, OB3Signer)):
        signer = Signer(curve)
        pem = signer.key.export_to_pem(private_key=True, password=None)
        library = kind(pem) if kind is OB3LdpSigner else kind(pem, signer.algorithm)
        badge = OpenBadgeCredential(
            issuer=Issuer(id=signer.did, name="The School of Examples"), recipient_id="did:example:holder",
            achievement=Achievement(id="https://school.example/sums", name="Sums & <more> \u201c1\u201d",
                                    description="Adds.", criteria_narrative="Passed.", credits_available=1.5),
            issuance_date=CREATED, credits_earned=1.5)
        name = "eddsa-rdfc-2022" if kind is OB3LdpSigner else signer.algorithm
        item = {"maker": "openbadgeslib", "format": "badge", "key": signer.public, "name": badge.achievement.name}
        for form, image in (("PNG", library.sign_into_png(badge, file.getvalue())),
                            ("SVG", library.sign_into_svg(badge, svg))):
            yield {**item, "id": f"badge in {form}, {name}", "secured": composed.b64url(image)}


def didkit_credentials(contexts):
    """Over data model 1.1, the newest that didkit knows: Ed25519Signature2020, which we read and do not make, and the
    token of that model."""
    key = didkit.generate_ed25519_key()
    method = "did:key:" + didkit.key_to_did("key", key).split(":")[2]
    method = f"{method}#{method.split(':')[2]}"
    body = credential(method.split("#")[0], "1.1")
    body["@context"] = ["https://www.w3.org/2018/credentials/v1", "https://w3id.org/security/suites/ed25519-2020/v1"]
    body = {name: body[name] for name in ("@context", "id", "issuanceDate")}
    body |= {"type": ["VerifiableCredential"], "issuer": method.split("#")[0],
             "credentialSubject": {"id": "did:example:holder"}}
    options = {"proofPurpose": "assertionMethod", "verificationMethod": method}

    async def issue(**more):
        return await didkit.issue_credential(json.dumps(body), json.dumps({**options, **more}), key)

    yield {"id": "Ed25519Signature2020", "maker": "didkit", "format": "legacy",
           "secured": json.loads(asyncio.run(issue(type="Ed25519Signature2020")))}
    yield {"id": "VC-JWT EdDSA", "maker": "didkit", "format": "vc-jwt", "credential": body,
           "secured": asyncio.run(issue(proofFormat="jwt"))}


MAKERS = [data_integrity, chains, selective_disclosure, presentations, tokens, token_presentations, earlier_tokens,
          sd_jwts_reference, sd_jwts_openvc, status_lists, token_status_lists, badges, didkit_credentials]


def everything(contexts):
    """All of it. The time is asked last: what libraries date by themselves must not lie in the future."""
    items = [item for maker in MAKERS for item in maker(contexts)]
    return [{"at": now(), **item} for item in items]
