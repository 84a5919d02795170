import Temporal

/// What is left of a request in the tables when its person is erased. A replay, which has no openings of such a request
/// any more, arrives at the same rows.
extension Projection {
    func erase(_ event: SubjectErased, at place: Place, _ record: inout RequestRecord) throws {
        try eraseHolder(ofPaymentsOf: record)
        try eraseUsage(of: record)
        try removeNotices(of: record)
        try endClaims(of: record)
        try endSurvey(of: record)
        for name in event.answers { try remember(name, asked: nil, of: record, at: place) }
        if let command = event.command { try remember(command.name, asked: command.asked, of: record, at: place) }
        record.holder = ""
        record.erasedAt = place.at.milliseconds
    }

    private func eraseHolder(ofPaymentsOf record: RequestRecord) throws {
        let payments = try writer.records(
            Scan(
                PaymentRecord.self, index: "payment_by_request", equals: [.text(record.id)],
                limit: Promise.maximumPayments))
        for var payment in payments {
            payment.holder = ""
            try writer.update(payment)
            if var lot = try writer.record(LotRecord.self, .text(payment.claimKey)) {
                lot.holder = ""
                // What was left was booked before, in an entry that a replay cannot open.
                lot.left = 0
                try writer.update(lot)
            }
            if try writer.record(PremiumRecord.self, .text(payment.claimKey)) != nil {
                try writer.delete(PremiumRecord.self, key: [.text(payment.claimKey)])
            }
        }
    }

    private func removeNotices(of record: RequestRecord) throws {
        let scan = Scan(NoticeRecord.self, index: "outbox_by_request", equals: [.text(record.id)], limit: 256)
        while true {
            let notices = try writer.records(scan)
            if notices.isEmpty { return }
            for notice in notices { try writer.delete(NoticeRecord.self, key: notice.key) }
        }
    }

    private func remember(_ name: [UInt8], asked: [UInt8]?, of record: RequestRecord, at place: Place) throws {
        try writer.insert(ErasedAnswerRecord(tenant: record.tenant, name: name, asked: asked, seq: place.seq))
    }
}
