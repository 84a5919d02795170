import CanonicalJSON
import Testing
import Verification

@Suite("Evidence")
struct EvidenceTests {
    @Test(
        "evidence is told apart by what it says it is",
        arguments: [
            (#"{"type": ["VerifiableCredential"]}"#, Evidence.Kind.credential),
            (#"{"type": "VerifiableCredential"}"#, .credential),
            (#"{"credentialSubject": {}}"#, .credential),
            (#"{"type": ["VerifiableCredential", "BitstringStatusListCredential"]}"#, .statusList),
            (#"{"type": "VerifiablePresentation", "verifiableCredential": []}"#, .presentation),
            (#"{"revokedCredentials": []}"#, .statusList),
            ("eyJhbGciOiJFZERTQSIsInR5cCI6InZjK2p3dCJ9.e30.AAAA\n", .credential),
            ("eyJhbGciOiJFUzI1NiIsInR5cCI6InZwK2p3dCJ9.e30.AAAA", .presentation),
            ("eyJhbGciOiJFUzI1NiIsInR5cCI6ImRjK3NkLWp3dCJ9.e30.AAAA~", .credential),
            ("eyJhbGciOiJFUzI1NiIsInR5cCI6InN0YXR1c2xpc3Qrand0In0.e30.AAAA", .statusList),
            (#"{"type": "IntakeReceipt"}"#, .receipt),
            (#" { "type" : "PunctualAuditBundle" } "#, .bundle),
        ])
    func kinds(_ text: String, kind: Evidence.Kind) throws {
        #expect(try Evidence(parsing: Array(text.utf8)).kind == kind)
    }

    @Test(
        "what is JSON but no evidence may be good: nobody can tell, and what was expected is said",
        arguments: [
            ("{}", "without a known type"), ("[]", "not an object"), ("null", "not an object"),
            (#"{"type": "Receipt"}"#, #""Receipt""#), (#"{"type": ["IntakeReceipt"]}"#, #""IntakeReceipt""#),
            (#"{"id": "1", "state": "available", "credential": {}, "receipt": {}}"#, "member credential"),
            (#"{"verifiableCredential": {}}"#, "member verifiableCredential"),
            (#"{"verifiableCredential": "eyJhbGciOiJFZERTQSJ9.e30.AAAA"}"#, "member verifiableCredential"),
            ("eyJhbGciOiJFZERTQSJ9.e30.AAAA", "a token (JWT) without a type"),
            ("eyJhbGciOiJFUzUxMiIsInR5cCI6InZjK2p3dCJ9.e30.AAAA", "the algorithm \"ES512\""),
            ("<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "an image without a credential"),
        ])
    func other(_ text: String, words: String) throws {
        let verdict = try #require(refusal(text))
        Expected.cannotTell(.form, words).check(verdict)
        #expect(verdict.checks[0].sentence.contains("Expected was a credential or presentation (JSON"))
        #expect(verdict.kind == nil)
    }

    @Test(
        "what is not JSON is not what anybody signed: it is invalid",
        arguments: [
            "", " ", "{", #"{"type": "IntakeReceipt""#, #"{"type": "IntakeReceipt"} x"#, "-----BEGIN CERTIFICATE-----",
            #"{"type": "IntakeReceipt", "type": "IntakeReceipt"}"#, "\u{FEFF}{}", "eyJhbGciOiJFZERTQSJ9",
            #"{"type": "IntakeReceipt", "a": 01}"#,
        ])
    func damaged(_ text: String) throws {
        Expected.invalid(.form, "This is not JSON: line").check(try #require(refusal(text)))
    }

    @Test(
        "a token, an envelope or an image that is broken is invalid, and says what it is",
        arguments: [
            ("eyJhbGciOiJFZERTQSJ9.e30.A+A=", "not a signed token"), ("eyJ.e30.AAAA", "not a signed token"),
            ("eyJhbGciOiJub25lIn0.e30.", "nobody signed this"), ("<svg", "image cannot be read"),
            ("eyJhbGciOiJFUzI1NiIsInR5cCI6ImRjK3NkLWp3dCJ9.e30.AAAA~x", "not a signed token"),
            (
                #"{"type": "EnvelopedVerifiableCredential", "@context": [], "id": "data:,x"}"#,
                "envelope cannot be opened"
            ),
        ])
    func broken(_ text: String, words: String) throws {
        Expected.invalid(.form, words).check(try #require(refusal(text)))
    }

    @Test("a file of more than 64 MiB is not read")
    func tooLong() throws {
        do {
            _ = try Evidence(parsing: [UInt8](repeating: 0x20, count: Evidence.maximumBytes + 1))
            Issue.record("it was read")
        } catch {
            #expect("\(error)".contains("more than 67108864 bytes"))
        }
    }

    private func refusal(_ text: String) -> Verdict? {
        do {
            _ = try Evidence(parsing: Array(text.utf8))
            return nil
        } catch {
            return Verdict(error)
        }
    }

    @Test("the worst answer decides; where nothing was asked nobody can tell")
    func conclusions() {
        #expect(Conclusion.over([.valid, .valid]) == .valid)
        #expect(Conclusion.over([.valid, .cannotTell]) == .cannotTell)
        #expect(Conclusion.over([.cannotTell, .invalid, .valid]) == .invalid)
        #expect(Conclusion.over([]) == .cannotTell)
    }

    @Test("text from outside cannot steer a terminal, hide itself or fill a screen")
    func printable() {
        let text = "a\u{1B}[31mb\n\u{202E}\u{200B}é😀"
        #expect(text.printable(limit: 99) == #"a\u{1b}[31mb\u{a}\u{202e}\u{200b}é😀"#)
        #expect("abc".printable(limit: 3) == "abc")
        #expect("abcd".printable(limit: 3) == "abc…")
        let type = JSON.string("\u{1B}]0;x\u{7}" + String(repeating: "x", count: 9999))
        let verdict = refusal(JSON.object(["type": type]).canonicalString)
        let sentence = verdict?.checks[0].sentence ?? ""
        #expect(!sentence.isEmpty && sentence.count <= 601)
        #expect(sentence.utf8.allSatisfy { $0 >= 0x20 })
    }
}
