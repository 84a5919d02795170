import CanonicalJSON
import Cryptography
import Settlement
import TestSupport
import Testing
import TransparencyLog

@Suite("Rule 13: the index of requests")
struct IndexTests {
    private struct Leaf {
        let about: String
        var entries: Int
        var last: SHA256Digest

        var hash: SHA256Digest {
            let json: JSON = [
                "about": .string(about), "entries": .integer(Int64(entries)), "last": .string(last.base64),
            ]
            return MerkleTree.leafHash(json.canonicalBytes)
        }
    }

    /// What an index of the first entries must say, made the slow way.
    private func leaves(_ log: LogBuilder, size: Int) throws -> [Leaf] {
        var leaves: [String: Leaf] = [:]
        var issuers: [String: String] = [:]
        for entry in try log.entries().prefix(size) {
            let about: String
            if let rid = entry.request?.rid {
                about = "request/\(rid)"
            } else if entry.type == "issuer.added", let name = entry.facts["name"]?.stringValue {
                about = "issuer/\(name)"
            } else if let key = entry.facts["key"]?.stringValue {
                issuers[key] = issuers[key] ?? entry.facts["issuer"]?.stringValue
                guard let issuer = issuers[key] else { continue }
                about = "issuer/\(issuer)"
            } else {
                continue
            }
            leaves[about] = Leaf(about: about, entries: (leaves[about]?.entries ?? 0) + 1, last: entry.leafHash)
        }
        return leaves.values.sorted { $0.about < $1.about }
    }

    /// RFC 6962, section 2.1, word for word.
    private func mth(_ d: ArraySlice<SHA256Digest>) -> SHA256Digest {
        guard d.count > 1 else { return d.first ?? SHA256.hash([]) }
        var k = 1
        while 2 * k < d.count { k *= 2 }
        return MerkleTree.nodeHash(mth(d.prefix(k)), mth(d.dropFirst(k)))
    }

    private func facts(_ leaves: [Leaf], size: Int) -> JSONObject {
        [
            "leaves": .integer(Int64(leaves.count)), "size": .integer(Int64(size)),
            "root": .string(mth(leaves.map(\.hash)[...]).base64),
        ]
    }

    private func log(requests: Int) -> LogBuilder {
        var log = LogBuilder.standard()
        for number in 0..<requests {
            let at = LogBuilder.start + Int64(number)
            log.accept("r\(number % 7)\(number)", at: at, due: at + 8 * LogBuilder.hour)
        }
        return log
    }

    private func indexFindings(_ log: LogBuilder) throws -> [Finding] {
        try log.report(at: LogBuilder.start).findings.filter { $0.kind == .wrongIndex }
    }

    @Test("honest indexes pass, one after the other, also those that look back", arguments: 0..<6)
    func honest(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var log = log(requests: Int.random(in: 0...40, using: &random))
        var newest = 0
        for round in 0..<6 {
            let at = LogBuilder.start + 1000 * Int64(round + 1)
            for number in 0..<Int.random(in: 0...20, using: &random) {
                let rid = "r\(Int.random(in: 0...9, using: &random))-\(round)-\(number)"
                log.accept(rid, at: at, due: at + 8 * LogBuilder.hour)
                if Bool.random(using: &random) { log.issue(rid, at: at) }
            }
            let size = Int.random(in: newest + 1...log.drafts.count, using: &random)
            log.add("log.requests", at: at, facts(try leaves(log, size: size), size: size))
            newest = size
        }
        #expect(try indexFindings(log) == [])
    }

    @Test("an index that lies is a finding at its entry")
    func lies() throws {
        let log = log(requests: 20)
        let size = log.drafts.count
        let honest = try leaves(log, size: size)
        #expect(honest.count == 21)
        let lies: [(String, (inout [Leaf]) -> Void)] = [
            ("a request is left out", { $0.remove(at: 5) }),
            ("a request is there twice", { $0.insert($0[5], at: 5) }),
            (
                "a second leaf for one request",
                { $0.insert(Leaf(about: $0[5].about, entries: 9, last: $0[5].last), at: 5) }
            ),
            ("more entries", { $0[5].entries += 1 }),
            ("another last entry", { $0[5].last = $0[6].last }),
            ("another order", { $0.swapAt(3, 4) }),
            ("an issuer is left out", { $0.removeFirst() }),
        ]
        for (name, lie) in lies {
            var changed = honest
            lie(&changed)
            var lying = log
            lying.add("log.requests", at: LogBuilder.start + 1000, facts(changed, size: size))
            #expect(try indexFindings(lying).map(\.seq) == [UInt64(size)], "\(name)")
        }
        for wrongSize in [0, size + 1, size - 1] {
            var lying = log
            lying.add("log.requests", at: LogBuilder.start + 1000, facts(honest, size: wrongSize))
            #expect(try indexFindings(lying).count == 1, "size \(wrongSize)")
        }
        var twice = log
        for _ in 0..<2 { twice.add("log.requests", at: LogBuilder.start + 1000, facts(honest, size: size)) }
        #expect(try indexFindings(twice).map(\.seq) == [UInt64(size) + 1])
    }
}
