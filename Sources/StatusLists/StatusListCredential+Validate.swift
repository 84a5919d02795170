import CanonicalJSON
import Credentials
package import Temporal

/// What a list says about one credential, and how old it is
/// ([Bitstring Status List 1.0, 3.2](https://www.w3.org/TR/vc-bitstring-status-list/#validate-algorithm)).
package struct StatusResult: Hashable, Sendable {
    /// The bit: whether what ``purpose`` names has happened.
    package let status: Bool

    /// What the bit means when it is set.
    package let purpose: StatusPurpose

    /// What the value means in words, when the purpose is `message` and the entry says so.
    package let message: String?

    /// When the list was made: the answer is as old as that. Nil when the list does not say.
    package let validFrom: Instant?

    /// Until when the list may be used.
    package let validUntil: Instant?

    /// After how long a newer list should be fetched.
    package let ttl: Milliseconds?
}

extension StatusListCredential {
    /// The status that this list has for an entry.
    ///
    /// - Throws: ``StatusListError``: ``Credentials/ProblemType/statusVerification`` when the list is not the one that
    ///   the entry means or may not be used now, ``Credentials/ProblemType/range`` when it is too short for the index.
    package func status(
        of entry: BitstringStatusListEntry, at now: Instant
    ) throws(StatusListError) -> StatusResult {
        try checkPeriod(at: now)
        if let id = credential.id, id != entry.statusListCredential {
            throw StatusListError(
                .statusVerification, at: JSONPointer().appending("id"),
                "is \(id), and the entry means \(entry.statusListCredential)")
        }
        guard statusPurposes.contains(entry.statusPurpose) else {
            throw StatusListError(
                .statusVerification, at: JSONPointer().appending("credentialSubject").appending("statusPurpose"),
                "does not include \(entry.statusPurpose.rawValue.debugDescription), which the entry asks for")
        }
        guard entry.statusListIndex < bitstring.count else {
            throw StatusListError(
                .range, at: JSONPointer().appending("credentialSubject").appending("encodedList"),
                "has \(bitstring.count) bits, and the entry asks for bit \(entry.statusListIndex)")
        }
        let status = bitstring[entry.statusListIndex]
        let message = entry.statusPurpose == .message ? entry.statusMessages?[status ? 1 : 0] : nil
        return StatusResult(
            status: status, purpose: entry.statusPurpose, message: message, validFrom: credential.validFrom,
            validUntil: credential.validUntil, ttl: ttl)
    }

    private func checkPeriod(at now: Instant) throws(StatusListError) {
        if let validFrom = credential.validFrom, now < validFrom {
            throw StatusListError(
                .statusVerification, at: JSONPointer().appending("validFrom"),
                "is \(validFrom), after the time of this check")
        }
        if let validUntil = credential.validUntil, now > validUntil {
            throw StatusListError(
                .statusVerification, at: JSONPointer().appending("validUntil"),
                "is over: the list was to be used until \(validUntil); get a newer one")
        }
    }
}
