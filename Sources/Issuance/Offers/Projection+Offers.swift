import Compensation
import Temporal

/// Where the log speaks of offers.
extension Projection {
    func apply(_ event: OfferEvent, of request: inout RequestRecord, at place: Place) throws {
        switch event {
        case .made(let made):
            try writer.insert(OfferRecord(made, of: request, at: place.at.milliseconds, seq: place.seq))
            try remember(made.by, of: request, at: place)
            try keep(made.idempotency, of: request, at: place)
        case .accepted(let accepted):
            try set(.accepted, event, of: request, at: place)
            try keep(accepted.idempotency, of: request, at: place)
            // Nothing comes by itself any more.
            try expectByFacts(&request, at: place)
        case .declined(let declined):
            try set(.declined, event, of: request, at: place)
            try keep(declined.idempotency, of: request, at: place)
        }
    }

    private func set(_ state: OfferState, _ event: OfferEvent, of request: RequestRecord, at place: Place) throws {
        let id = ColumnValue.text("\(request.id).\(event.number)")
        guard let known = try writer.record(OfferRecord.self, id) else {
            throw StoreError.corrupt("entry \(place.seq) is about an offer that was not made")
        }
        var offer = known
        offer.state = state
        try writer.update(offer, from: known)
    }
}
