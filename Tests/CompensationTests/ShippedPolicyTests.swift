import CanonicalJSON
import Compensation
import ServiceLevels
import Temporal
import TestSupport
import Testing

/// What the shipped policies promise, in numbers that stand here and not there.
@Suite("The shipped policies")
struct ShippedPolicyTests {
    @Test("keep every golden case")
    func golden() {
        #expect(Self.failures([Fixture.serviceLevel, Fixture.compensation]) == [])
    }

    @Test("fail a golden case, or are refused, when any one number in them is changed")
    func mutated() {
        var count = 0
        for (index, document) in [Fixture.serviceLevel, Fixture.compensation].enumerated() {
            for place in JSONPlace.all(in: document) {
                for changed in Self.changes(of: place.value(in: document) ?? .null) {
                    var documents = [Fixture.serviceLevel, Fixture.compensation]
                    documents[index] = place.replacing(in: document, with: changed)
                    #expect(Self.failures(documents) != [], "\(place) = \(changed.canonicalString)")
                    count += 1
                }
            }
        }
        #expect(count > 60)
    }

    /// A number one greater and one less; a text with one of its numbers one greater.
    private static func changes(of json: JSON) -> [JSON] {
        switch json {
        case .integer(let value): return [.integer(value + 1), .integer(value - 1)]
        case .string(let text):
            let characters = Array(text)
            return characters.indices.filter { characters[$0].isWholeNumber }.map { index in
                var changed = characters
                changed[index] =
                    characters[index] == "9" ? "0" : Character("\(characters[index].wholeNumberValue! + 1)")
                return .string(String(changed))
            }
        default: return []
        }
    }

    /// The golden cases that do not hold for these documents; also when they cannot be published.
    private static func failures(_ documents: [JSON]) -> [String] {
        do {
            let book = try documents.enumerated().reduce(PolicyBook()) { book, document in
                try book.publishing(PolicyDocument(document.element), at: Instant(milliseconds: 0)).book
            }
            let binding = try book.binding(of: Fixture.facts(), at: Instant(milliseconds: 0))
            return try promise(binding.serviceLevel) + payments(binding)
        } catch {
            return ["\(error)"]
        }
    }

    private static func promise(_ level: ServiceLevel) throws -> [String] {
        var failures: [String] = []
        func check(_ name: String, _ holds: Bool) { if !holds { failures.append(name) } }
        check("due", PromiseClock(level, start: Fixture.accepted).due == Fixture.at(86_400_000))
        check("priority", level.priority == 0)
        check("version", level.metadata.version == 1)
        check("from", level.metadata.effectiveFrom == Instant(milliseconds: 0))
        check("cancel", level.onCancel == .keepBreach)
        let most: [(PauseReason, PauseEvidence, Int64)] = [
            (.awaitingRequester, .noticeDelivered, 2_592_000_000),
            (.awaitingHolderWallet, .noticeDelivered, 2_592_000_000),
            (.awaitingExternalVerifier, .thirdPartyTicket, 259_200_000), (.legalHold, .courtOrder, 7_776_000_000),
            (.scheduledMaintenance, .publishedWindow, 14_400_000),
            (.requesterReschedule, .noticeDelivered, 2_592_000_000),
        ]
        check("reasons", level.pauses.count == most.count)
        for (reason, evidence, milliseconds) in most {
            var clock = PromiseClock(level, start: Fixture.accepted)
            let pause = try clock.hold(reason: reason, evidence: evidence, at: Fixture.accepted)
            check(reason.rawValue, pause.until == Fixture.at(milliseconds))
        }
        return failures
    }

    private static func payments(_ binding: Binding) throws -> [String] {
        var failures: [String] = []
        func check(_ name: String, _ holds: Bool) { if !holds { failures.append(name) } }
        let (policy, clock) = (binding.compensation, PromiseClock(binding.serviceLevel, start: Fixture.accepted))
        for row in AssessmentTests.table {
            let awards = try policy.history(clock, at: [Fixture.at(86_400_000 + row.delay)])
            func sum(_ type: BenefitType) -> Int64 {
                awards.filter { $0.type == type }.map(\.amount.minor).reduce(0, +)
            }
            check("delay \(row.delay)", sum(.credit) == row.credits && sum(.premiumExtension) == row.days)
            let days = awards.filter { $0.type == .credit }.compactMap(\.expires?.length.count)
            check("expiry", days.allSatisfy { $0 == 31_536_000_000 })
        }
        let published = policy.tiers.map { $0.benefits.compactMap(\.amount?.minor) }
        check("amounts", published == [[500], [1000, 7], [2000, 30], [4000, 90]])
        check("cap", policy.caps == [Amount(4000, .pocketFitCredits)])
        check("payout", policy.payoutWithin.nominal.count == 3_600_000)
        guard case .pocketFit(let fastResponse) = policy.model else { return failures + ["model"] }
        check("acknowledge", fastResponse.acknowledgeWithin.length.count == 300_000)
        check("news", fastResponse.updateEvery.length.count == 14_400_000)
        check("version", policy.metadata.version == 1)
        check("from", policy.metadata.effectiveFrom == Instant(milliseconds: 0))
        return failures
    }
}
