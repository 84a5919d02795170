import Cryptography
import TestSupport
import Testing
import TransparencyLog

@Suite("C2SP signed-note: names and text forms of keys")
struct KeyTests {
    private let vkey = "issuer.example/audit+99d20902+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
    private let skey = "PRIVATE+KEY+issuer.example/audit+99d20902+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"

    @Test("a verifier key and a signer key print as they were read")
    func roundTrip() throws {
        #expect(try VerifierKey(vkey: vkey).vkey == vkey)
        #expect(try NoteSigner(skey: skey).skey == skey)
        #expect(try NoteSigner(skey: skey).verifierKey == VerifierKey(vkey: vkey))
    }

    @Test(
        "a verifier key that is altered, of another type or in another form is refused",
        arguments: [
            "", "+", "++", "issuer.example/audit", "issuer.example/audit+99d20902",
            "issuer.example/audit+99d20902+", "+99d20902+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
            "issuer.example/audit+99D20902+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
            "issuer.example/audit+99d20903+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
            "issuer.example/audit+099d20902+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
            "issuer.example/other+99d20902+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
            "issuer.example/audit+99d20902+BAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
            "issuer.example/audit+99d20902+AgOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
            "issuer.example/audit+99d20902+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG5",
            "issuer.example/audit+99d20902+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTE=",
            "issuer.example/audit+99d20902+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4AA==",
            "issuer.example/audit+99d20902+AQ==",
            " issuer.example/audit+99d20902+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
            "issuer.example/audit+99d20902+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4\n",
        ])
    func refusedVerifierKeys(text: String) {
        #expect(throws: TransparencyLogError.self) { try VerifierKey(vkey: text) }
    }

    @Test(
        "a signer key that is altered, cut or in another form is refused",
        arguments: [
            "", "PRIVATE+KEY+", "issuer.example/audit+99d20902+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f",
            "private+key+issuer.example/audit+99d20902+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f",
            "PRIVATE+KEY+issuer.example/audit+99d20903+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f",
            "PRIVATE+KEY+issuer.example/audi+99d20902+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f",
            "PRIVATE+KEY+issuer.example/audit+99d20902+BAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f",
            "PRIVATE+KEY+issuer.example/audit+99d20902+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4e",
            "PRIVATE+KEY+issuer.example/audit+99d20902+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHQ==",
            "PRIVATE+KEY+issuer.example/audit+99d20902+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f ",
        ])
    func refusedSignerKeys(text: String) {
        #expect(throws: TransparencyLogError.self) { try NoteSigner(skey: text) }
    }

    @Test("names are compared by their bytes, not as Swift compares strings")
    func names() throws {
        let (composed, decomposed) = (try KeyName("caf\u{E9}"), try KeyName("cafe\u{301}"))
        #expect(composed.text == decomposed.text)
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
    }

    @Test(
        "a name is not empty, not long, and has no space, plus or control character",
        arguments: [
            "", "a b", "a\u{A0}b", "a\u{3000}b", "a\u{85}b", "a+b", "a\nb", "a\u{1}b",
            String(repeating: "ü", count: 128),
        ])
    func refusedNames(text: String) {
        #expect(throws: TransparencyLogError.self) { try KeyName(text) }
    }

    @Test("one key has different ids for signing and for cosigning")
    func keyIDs() throws {
        let (signer, witness) = (try SampleKeys.signer("name", 0), try SampleKeys.witness("name", 0))
        #expect(signer.verifierKey.publicKey == witness.verifierKey.publicKey)
        #expect(signer.verifierKey.keyID != witness.verifierKey.keyID)
    }
}
