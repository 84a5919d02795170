import CanonicalJSON
package import TransparencyLog

/// What opens the premium windows that entries commit to, for a recomputation that may see them.
package enum PremiumOpenings {
    /// An opening, and a name that is the same for all requests of one holder.
    package struct Named: Sendable {
        package let opening: Opening
        package let holder: String
    }

    /// By the sequence number of the posting.
    package static func all(in reader: any StoreReader) throws -> [UInt64: Named] {
        var openings: [UInt64: Named] = [:]
        try reader.forEach(PremiumRecord.self) { premium in
            guard let payment = try reader.record(PaymentRecord.self, .text(premium.claimKey)),
                let value = try storedOpenings(payment.seq, in: reader)["window"],
                let subject = try reader.record(SubjectRecord.self, .text(premium.tenant), .text(premium.holder))
            else { return }
            let seq = UInt64(payment.seq)
            let opening = try SubjectKey(subject.key32).opening(field: "window", value: value.canonicalBytes, seq: seq)
            openings[seq] = Named(opening: opening, holder: premium.tenant + "\n" + premium.holder)
        }
        return openings
    }
}
