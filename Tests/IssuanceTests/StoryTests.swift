import CanonicalJSON
import Cryptography
import Issuance
import Simulation
import Temporal
import TestSupport
import Testing
import TransparencyLog
import Verification

/// What the service writes about one request, held up to the verifier that shares nothing with it.
@Suite("The complete story of one request")
struct StoryTests {
    private func verdict(_ bundle: JSONObject, _ world: World, _ change: (inout Trust) throws -> Void = { _ in }) throws
        -> Verdict
    {
        var trust = Trust(at: world.world.clock.now)
        let first = try JSON(parsing: world.rows(EntryRecord.self)[0].body)
        trust.logKeys = [try VerifierKey(vkey: first["facts"]?["logKey"]?.stringValue ?? "")]
        trust.mayLackStatusList = true
        try change(&trust)
        return Verifier(trust: trust).verify([try Evidence(.object(bundle))])[0]
    }

    private func outcome(_ name: Check.Name, _ verdict: Verdict) -> Check.Outcome? {
        verdict.checks.first { $0.name == name }?.outcome
    }

    @Test(
        "whatever lives requests have had, each bundle proves all of it, and none with its end cut off",
        arguments: 0..<6)
    func lives(seed: UInt64) throws {
        let world = try World(seed: seed)
        try world.live(seed: seed, steps: 40)
        let requests = try world.rows(RequestRecord.self)
        #expect(requests.count > 3)
        var bundles: [JSONObject] = []
        for request in requests {
            let bundle = try world.bundle(of: #require(RequestID(request.id)), showingAll: true)
            bundles.append(bundle)
            let verdict = try verdict(bundle, world)
            for name in [Check.Name.form, .checkpoint, .entries, .complete, .story, .paid, .openings] {
                #expect(outcome(name, verdict) == .passed, "\(name) \(verdict.checks.map(\.sentence))")
            }
            let complete = verdict.checks.first { $0.name == .complete }
            #expect(complete?.facts["entries"] == .integer(request.entryCount))
            #expect(try paid(verdict) == world.payments(of: request.id))
            #expect(verdict.conclusion == (request.state == .revoked ? .invalid : .valid))
            for cut in 1...Int(request.entryCount) {
                var spoiled = bundle
                spoiled["entries"] = .array(bundle["entries"]?.arrayValue?.dropLast(cut) ?? [])
                spoiled["openings"] = []
                let found = try self.verdict(spoiled, world)
                #expect(outcome(cut == Int(request.entryCount) ? .entries : .complete, found) == .failed)
                #expect(found.conclusion == .invalid)
            }
        }
        for (bundle, other) in zip(bundles, bundles.dropFirst()) {
            var mixed = bundle
            mixed["index"] = other["index"]
            #expect(try outcome(.complete, verdict(mixed, world)) == .failed)
        }
    }

    /// By unit.
    private func paid(_ verdict: Verdict) throws -> [String: Int64] {
        let sums = verdict.checks.first { $0.name == .paid }?.facts["paid"]?.arrayValue ?? []
        return Dictionary(
            sums.map { ($0["unit"]?.stringValue ?? "", $0["minor"]?.integerValue ?? 0) }, uniquingKeysWith: +)
    }

    @Test(
        "no member of a bundle can be left out or changed; only openings may be left out",
        arguments: 0..<2 as Range<UInt64>)
    func everyPlace(seed: UInt64) throws {
        let world = try World(seed: 5)
        let id = try world.waiting()
        for _ in 0..<3 { try world.pass(.hours(15)) }
        try world.world.perform(.approve(note: "agreed"), on: id, of: world.tenant, key: "a")
        try world.index()
        let bundle = JSON.object(try world.bundle(of: id))
        #expect(try verdict(bundle.objectValue ?? [:], world).conclusion == .valid)
        var random = SeededRandom(seed: seed)
        for place in JSONPlace.all(in: bundle) {
            let isOpening =
                place.description.hasPrefix("/openings/") && place.description.split(separator: "/").count == 2
            for value in [JSON?.none, JSON.random(using: &random)] where value != place.value(in: bundle) {
                let changed = place.replacing(in: bundle, with: value)
                guard let changed = changed.objectValue, let evidence = try? Evidence(.object(changed)),
                    evidence.kind == .bundle
                else { continue }
                let mayBeValid =
                    isOpening && value == nil || changed["openings"] == [] && changed["entries"] == bundle["entries"]
                let isValid = try verdict(changed, world).conclusion == .valid
                #expect(isValid == mayBeValid, "\(place) as \(value?.canonicalString ?? "nothing")")
            }
        }
    }

    @Test("a policy takes the newest checkpoint that its quorum cosigned, or refuses and names who is missing")
    func policy() throws {
        let world = try World()
        let id = try world.waiting()
        try world.index()
        let witness = Cosigner(name: try KeyName("witness.example/1"), privateKey: try sampleKey(77))
        let key = try JSON(parsing: world.rows(EntryRecord.self)[0].body)["facts"]?["logKey"]?.stringValue ?? ""
        let text = "log \(key)\nwitness w \(witness.verifierKey.vkey)\nquorum w\n"
        let policy = try LogPolicy(parsing: Array(text.utf8))
        #expect {
            try world.world.store.read { _ = try AuditBundle.make(for: id, satisfying: policy, in: $0) }
        } throws: { error in
            (error as? Refusal)?.detail.contains("missing") == true || "\(error)".contains("w")
        }
        try world.cosign(by: witness)
        _ = try world.waiting("later", holder: "urn:example:person:2")
        let bundle = try world.world.store.read { try AuditBundle.make(for: id, satisfying: policy, in: $0) }
        let verdict = try verdict(bundle, world) { $0.logPolicy = policy }
        #expect(outcome(.quorum, verdict) == .passed && verdict.conclusion == .valid)
        let plain = try self.verdict(world.bundle(of: id), world) { $0.logPolicy = policy }
        #expect(outcome(.quorum, plain) == .cannotTell)
        let proofs = try world.world.store.read { try AuditBundle.proofs(for: id, satisfying: policy, in: $0) }
        for (seq, entry, file) in proofs {
            let proof = try TLogProof(parsing: file)
            #expect(proof.index == UInt64(seq))
            let origin = try LogEntry(parsing: entry).origin
            let verified = try proof.verify(
                entry, origin: origin, logKeys: [try VerifierKey(vkey: key)], witnesses: [witness.verifierKey])
            #expect(verified.cosignatures.count == 1)
        }
        #expect(proofs.count == 1)
    }
}

extension World {
    /// What was given for a request, by unit.
    fileprivate func payments(of request: String) throws -> [String: Int64] {
        let payments = try rows(PaymentRecord.self).filter { $0.request == request }
        return Dictionary(payments.map { ($0.unit, $0.minor) }, uniquingKeysWith: +)
    }

    /// Has a witness sign the newest checkpoint, and keeps its line.
    fileprivate func cosign(by witness: Cosigner) throws {
        let newest = try #require(try rows(CheckpointRecord.self).last)
        let note = try SignedNote(parsing: Array(newest.note.utf8))
        let line = try witness.cosign(try Checkpoint(parsing: note.text), at: world.clock.now).line
        try world.store.write {
            try $0.insert(CosignatureRecord(size: newest.size, witness: witness.verifierKey.vkey, line: line))
        }
    }
}
