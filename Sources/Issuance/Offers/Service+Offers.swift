package import CanonicalJSON
import Compensation
import ServiceLevels
import Temporal

/// What support may offer, and does.
extension Service {
    /// Makes an offer to the holder of a request.
    package func makeOffer(
        _ draft: OfferDraft, about target: TenantRequest, by: StaffID, _ reply: @escaping Sequencer.Completion
    ) { sequencer.submit(.offer(.make(target, draft, by: by)), reply) }

    /// Accepts an offer: it is given.
    package func acceptOffer(_ target: ClaimTarget, _ reply: @escaping Sequencer.Completion) {
        sequencer.submit(.offer(.accept(target)), reply)
    }

    /// Declines an offer: it is waived.
    package func declineOffer(_ target: ClaimTarget, note: String?, _ reply: @escaping Sequencer.Completion) {
        sequencer.submit(.offer(.decline(target, note: note)), reply)
    }

    /// What somebody of support needs to know for an offer: the facts of the request, and what may be chosen.
    package func offerMenu(of id: RequestID) throws -> JSONObject {
        let (directory, now) = (directory, committer.logTime(now()))
        return try store.read { reader in
            let situation = Situation(state: reader, directory: directory, now: now, nextSeq: 0)
            guard let record = try reader.record(RequestRecord.self, .text(id.text)) else {
                throw Refusal.unknownRequest
            }
            let promise = try Promise(record, in: reader, directory.policies)
            let menu = try situation.runningMenu(promise)
            let incident = try situation.incidentFacts(of: record)
            var document: JSONObject = [
                "request": .string(id.text), "state": .string(record.state.rawValue),
                "lateMilliseconds": .integer(promise.clock.delay(at: now).count),
                "cause": .string(incident.cause.rawValue),
                "menu": .array(
                    menu.benefits.enumerated().map { place, benefit in
                        var row: JSONObject = [
                            "benefit": .integer(Int64(place)), "benefitType": .string(benefit.type.rawValue),
                        ]
                        if let amount = benefit.amount {
                            row["unit"] = .string(amount.unit.rawValue)
                            row["most"] = .integer(min(amount.minor, menu.most(of: amount.unit)?.minor ?? 0))
                        }
                        return .object(row)
                    }),
                "given": .array(try given(for: record, in: reader)),
                "offers": .array(try situation.offers(of: id).map { .object($0.summary) }),
            ]
            document["dueAt"] = promise.clock.due.map { .string($0.rfc3339) }
            document["decideBy"] = promise.clock.due.map { .string(($0 + menu.decideWithin.length).rfc3339) }
            return document
        }
    }

    /// One offer, with what was said with it to those whose it is.
    package func offerDocument(_ id: ClaimID, for looker: ClaimReader) throws -> JSONObject {
        try store.read { reader in
            guard let record = try reader.record(OfferRecord.self, .text(id.text)), looker.maySee(record) else {
                throw Refusal.unknownOffer
            }
            var document = record.summary
            if !looker.isInside { document["text"] = try storedOpenings(record.seq, in: reader)["offer"]?["text"] }
            if looker.isInside { document["by"] = .string(record.by) }
            return document
        }
    }
}

extension ClaimReader {
    fileprivate func maySee(_ record: OfferRecord) -> Bool {
        switch self {
        case .institution(let tenant): record.tenant == tenant.text
        case .holder(let request): record.request == request.text
        case .staff, .operator: true
        }
    }
}

extension OfferRecord {
    fileprivate var summary: JSONObject {
        [
            "id": .string(id), "request": .string(request), "state": .string(state.rawValue),
            "benefitType": .string(benefitType), "unit": .string(unit), "minor": .integer(minor),
            "reason": .string(reason), "channel": .string(channel),
            "madeAt": .string(Instant(milliseconds: madeAt).rfc3339),
        ]
    }
}
