import Cryptography
package import Issuance
import OpenTimestamps
package import Temporal

/// What a kept token says, read again but not verified again.
package struct KeptTimestamp: Hashable, Sendable {
    /// What it comes to.
    package enum Statement: Hashable, Sendable {
        /// An authority: at this time.
        case at(Instant)
        /// A calendar: in a block of this height, which a verifier with its header can check.
        case block(height: UInt64)
        /// A calendar: a promise, and nothing yet.
        case promised
        /// The row does not hold what it should.
        case unreadable(String)
    }

    /// The row.
    package let record: TimestampRecord
    /// What it says.
    package let statement: Statement

    /// Reads a row.
    package init(_ record: TimestampRecord) {
        self.record = record
        statement = Self.statement(of: record)
    }

    /// Whether a calendar still has to do something.
    var isPromise: Bool { statement == .promised }

    private static func statement(of record: TimestampRecord) -> Statement {
        do {
            switch record.kind {
            case .rfc3161:
                guard let stated = try TimestampResponse(record.token).statedMilliseconds else {
                    return .unreadable("a refusal")
                }
                return .at(try Instant(parsing: stated))
            case .openTimestamps:
                let heights = try OTSFile(parsing: record.token).attestations.compactMap { attestation, _ in
                    if case .bitcoin(let height) = attestation { height } else { nil }
                }
                return heights.min().map { .block(height: $0) } ?? .promised
            }
        } catch {
            return .unreadable("\(error)")
        }
    }
}
