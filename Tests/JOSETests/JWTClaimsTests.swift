import CanonicalJSON
import Cryptography
import JOSE
import Temporal
import TestSupport
import Testing

@Suite("JSON Web Token claims: RFC 7519")
struct JWTClaimsTests {
    @Test("registered claims are read")
    func registered() throws {
        let claims = try JWTClaims([
            "iss": "i", "sub": "s", "aud": ["a", "b"], "exp": 2, "nbf": 1, "iat": 0, "jti": "j", "more": nil,
        ])
        #expect((claims.issuer, claims.subject, claims.identifier) == ("i", "s", "j"))
        #expect(claims.audience == ["a", "b"])
        #expect(claims.expirationTime == Instant(milliseconds: 2000))
        #expect((claims.notBefore, claims.issuedAt) == (Instant(milliseconds: 1000), Instant(milliseconds: 0)))
        #expect(try JWTClaims([:]).audience == [])
        #expect(try JWTClaims(["aud": "a"]).audience == ["a"])
    }

    @Test(
        "a NumericDate may have a fraction, which is cut at the millisecond",
        arguments: [
            (1.5, 1500), (1.0009, 1000), (-0.5, -500), (-0.0001, -1), (253_402_300_799.999, 253_402_300_799_999),
        ])
    func fractions(seconds: Double, milliseconds: Int64) throws {
        let json = try #require(JSON(seconds))
        #expect(try JWTClaims(["exp": json]).expirationTime == Instant(milliseconds: milliseconds))
    }

    @Test(
        "a registered claim of another shape is refused",
        arguments: [
            "iss": 1, "sub": [], "jti": nil, "aud": 1, "exp": "2030-01-01T00:00:00Z", "nbf": nil, "iat": "0",
        ] as [String: JSON])
    func refused(name: String, value: JSON) {
        #expect(refusal { try JWTClaims([name: value]) } != nil)
    }

    @Test(
        "a time outside the years 0001 to 9999 is refused",
        arguments: [
            253_402_300_800, -62_135_596_801, 9_007_199_254_740_991, .number(1e300), .number(-1e300), .number(1e17),
        ] as [JSON])
    func refusedTimes(value: JSON) {
        #expect(refusal { try JWTClaims(["exp": value]) } != nil)
    }

    @Test("lists of audiences hold strings only")
    func audience() {
        #expect(refusal { try JWTClaims(["aud": ["a", 1]]) } != nil)
    }

    @Test("iat is text only where that is allowed")
    func issuedAtText() throws {
        let claims: JSONObject = ["iat": "2010-01-01T19:23:24Z"]
        #expect(refusal { try JWTClaims(claims) } != nil)
        #expect(try JWTClaims(claims, issuedAt: .numericDateOrText).issuedAt?.seconds == 1_262_373_804)
        #expect(refusal { try JWTClaims(["iat": "yesterday"], issuedAt: .numericDateOrText) } != nil)
    }

    @Test("a token counts from nbf until before exp, with leeway at both ends")
    func period() throws {
        let claims = try JWTClaims(["nbf": 1000, "exp": 2000])
        let (notBefore, expiration) = (Instant(milliseconds: 1_000_000), Instant(milliseconds: 2_000_000))
        func result(_ milliseconds: Int64, leeway: Milliseconds = .zero) -> JOSEError? {
            refusal { try claims.validate(at: Instant(milliseconds: milliseconds), leeway: leeway) }
        }
        #expect(result(999_999) == .notYetValid(before: notBefore))
        #expect(result(1_000_000) == nil)
        #expect(result(1_999_999) == nil)
        #expect(result(2_000_000) == .expired(at: expiration))
        #expect(result(990_000, leeway: .seconds(10)) == nil)
        #expect(result(989_999, leeway: .seconds(10)) != nil)
        #expect(result(2_009_999, leeway: .seconds(10)) == nil)
        #expect(result(2_010_000, leeway: .seconds(10)) != nil)
    }

    @Test("cnf names a public key, or is refused")
    func confirmation() throws {
        #expect(try JWTClaims([:]).confirmationKey() == nil)
        #expect(try JWTClaims(["cnf": Fixtures.confirmation]).confirmationKey() == Fixtures.holder.publicKey)
        for cnf in ["x", nil, [], [:], ["kid": "k"], ["jwk": [:]], ["jwk": JSONWebKeyTests.ed25519]] as [JSON] {
            #expect(refusal { try JWTClaims(["cnf": cnf]).confirmationKey() } != nil, "\(cnf)")
        }
    }
}
