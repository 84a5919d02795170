import CanonicalJSON
import Cryptography
import TestSupport
import Testing
import TransparencyLog

@Suite("Index of requests")
struct ChainIndexTests {
    /// RFC 6962, section 2.1, word for word.
    static func mth(_ d: ArraySlice<SHA256Digest>) -> SHA256Digest {
        guard d.count > 1 else { return d.first ?? SHA256.hash([]) }
        var k = 1
        while 2 * k < d.count { k *= 2 }
        return MerkleTree.nodeHash(mth(d.prefix(k)), mth(d.dropFirst(k)))
    }

    private func leaf(_ number: Int) throws -> ChainLeaf {
        let digits = String(number)
        return ChainLeaf(
            try .request(String(repeating: "0", count: 8 - digits.count) + digits), entries: UInt64(number + 1),
            last: MerkleTree.leafHash(Array(digits.utf8)))
    }

    @Test("a leaf is the RFC 8785 form of what it says, and is read back")
    func leafBytes() throws {
        for about in [try ChainLeaf.About.request("a/b!~"), try .issuer("default")] {
            let leaf = ChainLeaf(about, entries: 7, last: MerkleTree.emptyRoot)
            #expect(leaf.hash == MerkleTree.leafHash(JSON.object(leaf.json).canonicalBytes))
            #expect(try ChainLeaf(.object(leaf.json)) == leaf)
        }
        #expect(try ChainLeaf.About.request("a").text == "request/a")
        #expect(try ChainLeaf.About.issuer("z") < ChainLeaf.About.request("a"))
    }

    @Test(
        "what is no leaf is refused",
        arguments: [
            "[]", "{}", #"{"about":"request/a","entries":1}"#,
            #"{"about":"request/a","entries":0,"last":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}"#,
            #"{"about":"request/a","entries":-1,"last":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}"#,
            #"{"about":"request/a","entries":"1","last":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}"#,
            #"{"about":"request/","entries":1,"last":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}"#,
            #"{"about":"request","entries":1,"last":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}"#,
            #"{"about":"tenant/a","entries":1,"last":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}"#,
            #"{"about":"issuer/ä","entries":1,"last":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}"#,
            #"{"about":"request/a\"b","entries":1,"last":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}"#,
            #"{"about":"request/a","entries":1,"last":"AAAA"}"#,
            #"{"about":"request/a","entries":1,"last":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","x":1}"#,
        ])
    func noLeaf(_ text: String) throws {
        #expect(throws: TransparencyLogError.self) { try ChainLeaf(JSON(parsing: Array(text.utf8))) }
    }

    @Test("what is no index is refused")
    func noIndex() throws {
        let good = ChainIndex(size: 3, tree: TreeHead(size: 1, root: MerkleTree.emptyRoot))
        #expect(try ChainIndex(facts: good.facts) == good)
        let changes: [(inout JSONObject) -> Void] = [
            { $0["size"] = 0 }, { $0["size"] = nil }, { $0["leaves"] = -1 }, { $0["root"] = "AAAA" }, { $0["x"] = 1 },
        ]
        for change in changes {
            var facts = good.facts
            change(&facts)
            #expect(throws: TransparencyLogError.self) { try ChainIndex(facts: facts) }
        }
    }

    @Test(
        "the builder's root is that of RFC 6962, and every leaf that was asked for can be proven",
        arguments: [0, 1, 2, 3, 255, 256, 257, 600, 1_025])
    func builder(count: Int) throws {
        let leaves = try (0..<count).map(leaf)
        let asked = Set([0, 1, 200, 255, 256, 511, 512, 599, 1_023, 1_024].filter { $0 < count })
        var builder = ChainIndexBuilder(size: 9_999, proving: Set(asked.map { leaves[$0].about }))
        for leaf in leaves { builder.append(leaf) }
        let index = builder.index
        #expect(index.size == 9_999 && index.tree.size == UInt64(count))
        #expect(index.tree.root == Self.mth(leaves.map(\.hash)[...]))
        for number in asked {
            let proof = try #require(try builder.proof(of: leaves[number].about))
            #expect(proof.leaf == leaves[number] && proof.position == UInt64(number))
            try index.verify(proof.leaf, at: proof.position, path: proof.path)
            let other = ChainLeaf(proof.leaf.about, entries: proof.leaf.entries + 1, last: proof.leaf.last)
            #expect(throws: TransparencyLogError.self) {
                try index.verify(other, at: proof.position, path: proof.path)
            }
        }
        #expect(try builder.proof(of: .request("nobody")) == nil)
    }
}

@Suite("Audit of the indexes in a log")
struct ChainIndexAuditTests {
    /// A log with issuers and requests, and what an honest index of its beginning is, made the slow way.
    private struct World {
        var log: SampleLog
        var random: SeededRandom
        var rids: [String] = []
        var issuers: [String] = []
        var keys: [(url: String, issuer: String)] = []

        init(seed: UInt64) throws {
            log = try SampleLog()
            random = SeededRandom(seed: seed)
        }

        mutating func live(entries: Int) throws {
            for _ in 0..<entries { try step() }
        }

        private mutating func step() throws {
            switch UInt64.random(in: 0..<100, using: &random) {
            case 0..<3:
                issuers.append("i\(UInt64.random(in: 0...UInt64.max, using: &random))")
                log.append(try log.next(type: "issuer.added", facts: ["name": .string(issuers[issuers.count - 1])]))
            case 3..<6 where !issuers.isEmpty:
                keys.append(("did:key:\(keys.count)#x", issuers.randomElement(using: &random) ?? ""))
                let key = keys[keys.count - 1]
                let facts: JSONObject = ["issuer": .string(key.issuer), "key": .string(key.url)]
                log.append(try log.next(type: "key.added", facts: facts))
            case 6..<9 where !keys.isEmpty:
                let key = keys.randomElement(using: &random)?.url ?? ""
                log.append(try log.next(type: "key.revoked", facts: ["key": .string(key)]))
            case 9..<12: log.append(try log.next())
            case 12..<60:
                // Named by time, but not quite in order, as on many threads.
                let name = 1_000_000 + rids.count * 10 + Int.random(in: -30...30, using: &random)
                let rid = "\(name)-\(rids.count)"
                rids.append(rid)
                log.append(try log.next(request: log.event(of: rid)))
            default:
                let rid = rids.randomElement(using: &random) ?? "1"
                if rids.isEmpty { rids.append(rid) }
                log.append(try log.next(request: log.event(of: rid)))
            }
        }

        func leaves(size: Int) throws -> [ChainLeaf] {
            var found: [ChainLeaf.About: (UInt64, SHA256Digest)] = [:]
            for entry in log.entries.prefix(size) {
                let about: ChainLeaf.About
                if let rid = entry.request?.rid {
                    about = try .request(rid)
                } else if let name = entry.facts["name"]?.stringValue ?? entry.facts["issuer"]?.stringValue {
                    about = try .issuer(name)
                } else if let key = keys.first(where: { .string($0.url) == entry.facts["key"] }) {
                    about = try .issuer(key.issuer)
                } else {
                    continue
                }
                found[about] = ((found[about]?.0 ?? 0) + 1, entry.leafHash)
            }
            return found.sorted { $0.key < $1.key }.map { ChainLeaf($0.key, entries: $0.value.0, last: $0.value.1) }
        }

        func index(size: Int) throws -> ChainIndex {
            let hashes = try leaves(size: size).map(\.hash)
            return index(size: size, hashes)
        }

        func index(size: Int, _ hashes: [SHA256Digest]) -> ChainIndex {
            let root = ChainIndexTests.mth(hashes[...])
            return ChainIndex(size: UInt64(size), tree: TreeHead(size: UInt64(hashes.count), root: root))
        }

        mutating func add(_ index: ChainIndex) throws {
            log.append(try log.next(type: ChainIndex.entryType, facts: index.facts))
        }

        func audit() throws -> ChainIndexAudit {
            var audit = ChainIndexAudit()
            for entry in log.entries { try audit.check(entry.bytes, leafHash: entry.leafHash) }
            return audit
        }
    }

    @Test("honest indexes pass, whenever they are made and however far back they look", arguments: 0..<12)
    func honest(seed: UInt64) throws {
        var world = try World(seed: seed)
        var indexes: [ChainIndex] = []
        for _ in 0..<12 {
            try world.live(entries: Int.random(in: 1...60, using: &world.random))
            let newest = Int(indexes.last?.size ?? 0)
            let size = Int.random(in: newest + 1...world.log.entries.count, using: &world.random)
            indexes.append(try world.index(size: size))
            try world.add(indexes[indexes.count - 1])
        }
        let audit = try world.audit()
        #expect(audit.count == 12 && audit.newest == indexes.last)
    }

    @Test("an index that lies is found, each way of lying, and named with what the entries give")
    func lies() throws {
        var honest = try World(seed: 77)
        try honest.live(entries: 200)
        let size = 200
        let leaves = try honest.leaves(size: size)
        let middle = leaves.count / 2
        let victim = leaves[middle]
        let index = try honest.index(size: size)
        var lies: [(String, ChainIndex)] = []
        func lie(_ name: String, _ change: (inout [ChainLeaf]) -> Void) {
            var changed = leaves
            change(&changed)
            lies.append((name, honest.index(size: size, changed.map(\.hash))))
        }
        lie("a request is left out") { $0.remove(at: middle) }
        lie("the last request is left out") { $0.removeLast() }
        lie("a request is there twice") { $0.insert(victim, at: middle) }
        lie("a second leaf says something else") {
            $0.insert(ChainLeaf(victim.about, entries: victim.entries + 1, last: victim.last), at: middle)
        }
        lie("another number of entries") {
            $0[middle] = ChainLeaf(victim.about, entries: victim.entries + 1, last: victim.last)
        }
        lie("another last entry") {
            $0[middle] = ChainLeaf(victim.about, entries: victim.entries, last: MerkleTree.emptyRoot)
        }
        lie("two leaves are swapped") { $0.swapAt(middle, middle + 1) }
        lie("a request that never was") { leaves in
            guard let about = try? ChainLeaf.About.request("9") else { return }
            leaves.append(ChainLeaf(about, entries: 1, last: MerkleTree.emptyRoot))
        }
        lies.append(
            (
                "one leaf more is claimed",
                ChainIndex(
                    size: index.size, tree: TreeHead(size: index.tree.size + 1, root: index.tree.root))
            ))
        lies.append(("another size", ChainIndex(size: 120, tree: index.tree)))
        lies.append(("what is yet to come", ChainIndex(size: 202, tree: index.tree)))
        for (name, lie) in lies {
            var world = honest
            try world.add(lie)
            #expect(throws: AuditFinding.self, "\(name)") { try world.audit() }
            do {
                _ = try world.audit()
            } catch let finding as AuditFinding {
                guard case .wrongIndex = finding.reason else {
                    Issue.record("\(name): \(finding)")
                    continue
                }
                #expect(finding.position == 200)
            }
        }
        try honest.add(index)
        #expect(try honest.audit().newest == index)
        // The same one again says nothing, and might hide that a newer one is missing.
        try honest.add(index)
        #expect(throws: AuditFinding.self) { try honest.audit() }
    }
}
