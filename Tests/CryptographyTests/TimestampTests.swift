import Cryptography
import Foundation
import TestSupport
import Testing

/// RFC 3161 against an authority that `openssl ts` runs.
@Suite("Timestamps (RFC 3161)")
struct TimestampTests {
    static let imprint = SHA256.hash(Array("a checkpoint".utf8))
    static let nonce: [UInt8] = [0x00, 0xF1] + (2..<16)

    /// A token and who made it.
    struct Scene {
        let authority: TimestampAuthority
        let token: [UInt8]
        let roots: TrustedRoots
        let genTime: Int64

        func verify(
            _ token: [UInt8]? = nil, imprint: SHA256Digest = TimestampTests.imprint,
            nonce: [UInt8]? = TimestampTests.nonce, roots: TrustedRoots? = nil, after milliseconds: Int64 = 0
        ) throws(TimestampError) -> Timestamp {
            try TimestampResponse(token ?? self.token).verify(
                imprint: imprint, nonce: nonce, roots: roots ?? self.roots, atMilliseconds: genTime + milliseconds)
        }
    }

    static func with(
        _ key: TimestampAuthority.Key = .ellipticCurve, days: Int = 3000, digest: String = "sha256",
        _ body: (Scene) throws -> Void
    ) throws {
        try TemporaryFolder.with { folder in
            let authority = try TimestampAuthority(in: folder.url, key: key, days: days, digest: digest)
            let token = try authority.answer(TimestampQuery(imprint: imprint, nonce: nonce).der)
            let genTime = try #require(try TimestampResponse(token).statedMilliseconds)
            let roots = try TrustedRoots(pem: authority.root)
            try body(Scene(authority: authority, token: token, roots: roots, genTime: genTime))
        }
    }

    static let day: Int64 = 86_400_000

    @Test(
        "a token over our imprint, with our nonce, under our root is accepted",
        arguments: TimestampAuthority.Key.allCases)
    func accepted(key: TimestampAuthority.Key) throws {
        try Self.with(key) { scene in
            let timestamp = try scene.verify()
            #expect(timestamp.genTimeMilliseconds == scene.genTime)
            #expect(abs(scene.genTime - Int64(Date.now.timeIntervalSince1970 * 1000)) < 60_000)
            #expect(timestamp.accuracyMilliseconds == 1501)
            #expect(timestamp.policy == "1.2.3.4.1")
            #expect(timestamp.serialNumber == "02")
            #expect(timestamp.authority == "CN=Authority of a test,O=Loopback")
            let days = (timestamp.chainExpiresMilliseconds - scene.genTime) / Self.day
            #expect(days == 2999 || days == 3000)
            #expect(try scene.verify(nonce: nil) == timestamp)
            #expect(
                try scene.authority.accepts(
                    scene.token, digest: Self.imprint.description, atSeconds: scene.genTime / 1000))
        }
    }

    @Test("what is wrong is told apart")
    func refusals() throws {
        try Self.with { scene in
            #expect(throws: TimestampError.wrongImprint) { try scene.verify(imprint: SHA256.hash([])) }
            #expect(throws: TimestampError.wrongNonce) { try scene.verify(nonce: [1]) }
            #expect(throws: TimestampError.self) { try scene.verify(after: 3001 * Self.day) }
            #expect { try scene.verify(after: 3001 * Self.day) } throws: { error in
                if case .outsideValidity = error as? TimestampError { true } else { false }
            }
            #expect { try scene.verify(after: -2 * Self.day) } throws: { error in
                if case .outsideValidity = error as? TimestampError { true } else { false }
            }
            #expect(throws: Never.self) { try scene.verify(after: 2990 * Self.day) }
            try TemporaryFolder.with { folder in
                let stranger = try TrustedRoots(pem: TimestampAuthority(in: folder.url).root)
                #expect { try scene.verify(roots: stranger) } throws: { error in
                    if case .untrustedChain = error as? TimestampError { true } else { false }
                }
                let both = try TrustedRoots(pem: TimestampAuthority(in: folder.url).root + scene.authority.root)
                #expect(both.count == 2)
                #expect(throws: Never.self) { try scene.verify(roots: both) }
            }
        }
    }

    @Test("a token without a nonce answers no query of ours")
    func missingNonce() throws {
        try Self.with { scene in
            // The query without its last member but one, the nonce: 18 bytes before `certReq`.
            var query = try TimestampQuery(imprint: Self.imprint, nonce: Self.nonce).der
            query.removeSubrange((query.count - 3 - 18)..<(query.count - 3))
            query[1] -= 18
            let token = try scene.authority.answer(query)
            #expect(throws: TimestampError.wrongNonce) { try scene.verify(token) }
            #expect(throws: Never.self) { try scene.verify(token, nonce: nil) }
        }
    }

    @Test("a signature by way of SHA-1 counts for nothing")
    func weakDigest() throws {
        try Self.with(digest: "sha1") { scene in
            #expect(throws: TimestampError.weakDigest("SHA1")) { try scene.verify() }
        }
    }

    @Test(
        "the signer's certificate cannot be exchanged for another of the same key (ESSCertID, RFC 5035)",
        arguments: [("authority", TimestampError.wrongSigner), ("code", .notATimestampingCertificate)])
    func exchangedCertificate(extensions: String, expected: TimestampError) throws {
        try Self.with { scene in
            try scene.authority.certify("other.pem", extensions: extensions, serial: 0x2222)
            let (own, other) = (try scene.authority.der("tsa.pem"), try scene.authority.der("other.pem"))
            #expect(own.count == other.count)
            var token = scene.token
            let place = try #require(token.firstRange(of: own))
            token.replaceSubrange(place, with: other)
            // Issuer and serial number, by which the signer is found: the last time the serial occurs.
            let serials = token.ranges(of: [0x02, 0x02, 0x11, 0x11])
            #expect(serials.count == 1)
            token.replaceSubrange(try #require(serials.last), with: [0x02, 0x02, 0x22, 0x22])
            // The other certificate is a little younger than the token.
            #expect(throws: expected) { try scene.verify(token, after: Self.day) }
        }
    }

    @Test("a refusal is told in words")
    func refused() throws {
        try Self.with { scene in
            let response = try TimestampResponse(scene.authority.answer([0x30, 0x03, 0x02, 0x01, 0x01]))
            #expect(response.refusal == "rejected; the query has a wrong form; Bad request format or system error.")
            #expect(response.statedMilliseconds == nil)
            #expect(throws: TimestampError.refused(response.refusal ?? "")) { try scene.verify(response.der) }
            // 2.16.840.1.101.3.4.2.3 is SHA-512, which this authority does not take.
            var query = try TimestampQuery(imprint: Self.imprint, nonce: Self.nonce).der
            let sha256: [UInt8] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01]
            query[try #require(query.firstRange(of: sha256)).upperBound - 1] = 0x03
            let other = try TimestampResponse(scene.authority.answer(query))
            #expect(other.refusal?.hasPrefix("rejected; the hash function is not supported") == true)
        }
    }

    @Test("no changed byte of a token changes what it says; none stops the reader")
    func everyByte() throws {
        try Self.with { scene in
            let timestamp = try scene.verify()
            var harmless: Set<Int> = []
            for index in scene.token.indices {
                for mask: UInt8 in [0x01, 0x20, 0x80, 0xFF] {
                    var token = scene.token
                    token[index] ^= mask
                    // What is still accepted says the same: every member of the result, over the same imprint.
                    guard let verified = try? scene.verify(token) else { continue }
                    #expect(verified == timestamp, "byte \(index), mask \(mask)")
                    harmless.insert(index)
                }
            }
            // Harmless can only be what says nothing: the status (granted with modifications), versions and algorithm
            // lists around the signed parts, the case of letters in the issuer's name, by which the certificate is
            // found. Of what is signed, of the certificate and of the signature, every byte counts.
            let name: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x01, 0x04]
            let content = try #require(scene.token.firstRange(of: name)).upperBound
            let certificate = try #require(scene.token.firstRange(of: try scene.authority.der("tsa.pem")))
            // 70 to 72 bytes: two numbers of 32 bytes or so in a sequence.
            let signature = scene.token.count - 64
            // `content` is followed by two tags with lengths of two bytes each, then by what is signed.
            #expect(harmless.filter { (content + 6..<certificate.lowerBound - 4).contains($0) } == [])
            #expect(harmless.filter { certificate.contains($0) } == [])
            #expect(harmless.filter { $0 >= signature } == [])
            #expect(harmless.count < 60)
        }
    }

    @Test("a token cut short, or with a byte behind it, is refused")
    func truncated() throws {
        try Self.with { scene in
            for count in 0..<scene.token.count {
                #expect(throws: TimestampError.self) { try TimestampResponse(Array(scene.token.prefix(count))) }
            }
            #expect(throws: TimestampError.malformed("bytes follow it")) { try TimestampResponse(scene.token + [0]) }
            let large = [UInt8](repeating: 0x30, count: TimestampResponse.maximumByteCount + 1)
            #expect(throws: TimestampError.malformed("more than 65536 bytes")) { try TimestampResponse(large) }
        }
    }

    @Test("a file of roots holds certificates and no damaged ones")
    func roots() throws {
        try Self.with { scene in
            let root = try scene.authority.root
            #expect(try TrustedRoots(pem: root + Array("a comment\n".utf8) + root).count == 2)
            #expect(throws: TimestampError.unusableRoots("there is no certificate in PEM form")) {
                try TrustedRoots(pem: [])
            }
            var damaged = root
            // The first digit behind the line of dashes: no sequence any more.
            damaged[28] = UInt8(ascii: "A")
            #expect(throws: TimestampError.unusableRoots("certificate 2 of the PEM file cannot be read")) {
                try TrustedRoots(pem: root + damaged)
            }
        }
    }
}
