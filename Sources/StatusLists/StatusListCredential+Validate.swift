import CanonicalJSON
import Credentials
package import Temporal

/// What a list says about one credential, and how old it is
/// ([Bitstring Status List 1.0, 3.2](https://www.w3.org/TR/vc-bitstring-status-list/#validate-algorithm)).
package struct StatusResult: Hashable, Sendable {
    /// The value of the entry.
    package let status: UInt8

    /// What a value other than 0 means.
    package let purpose: StatusPurpose

    /// What the value means in words, when the purpose is `message`.
    package let message: String?

    /// When the list was made: the answer is as old as that. Nil when the list does not say.
    package let validFrom: Instant?

    /// Until when the list may be used.
    package let validUntil: Instant?

    /// After how long a newer list should be fetched.
    package let ttl: Milliseconds?

    /// Whether what ``purpose`` names has happened. The specification's `valid` is the opposite, for every purpose.
    package var isSet: Bool { status != 0 }

    /// How old the answer is; nil when the list does not say when it was made. Negative for a list of the future.
    package func age(at now: Instant) -> Milliseconds? { validFrom.map { now - $0 } }

    /// Whether the issuer wants a newer list to be fetched: ``ttl`` has passed since the list was made. The answer
    /// holds until ``validUntil`` all the same.
    package func shouldRefresh(at now: Instant) -> Bool {
        guard let ttl, let age = age(at: now) else { return false }
        return age > ttl
    }
}

extension StatusListCredential {
    /// The status that this list has for an entry.
    ///
    /// - Throws: ``StatusListError``: ``Credentials/ProblemType/statusVerification`` when the list is not the one that
    ///   the entry means or may not be used now, ``Credentials/ProblemType/statusListLength`` when it is too short to
    ///   hide an entry of that size, ``Credentials/ProblemType/range`` when it is too short for the index.
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
        if let statusSize, statusSize != entry.statusSize {
            throw StatusListError(
                .statusVerification, at: JSONPointer().appending("credentialSubject").appending("statusSize"),
                "is \(statusSize.bits), and the entry has \(entry.statusSize.bits) bits")
        }
        try checkLength(for: entry)
        let status = bitstring[entry.statusListIndex, entry.statusSize]
        return StatusResult(
            status: status, purpose: entry.statusPurpose,
            message: entry.statusPurpose == .message ? entry.message(for: status) : nil,
            validFrom: credential.validFrom, validUntil: credential.validUntil, ttl: ttl)
    }

    /// That the list hides this entry among enough others of its size, and has a value for it.
    private func checkLength(for entry: BitstringStatusListEntry) throws(StatusListError) {
        let place = JSONPointer().appending("credentialSubject").appending("encodedList")
        let entryCount = bitstring.count / entry.statusSize.bits
        guard entryCount >= Bitstring.minimumCount else {
            throw StatusListError(
                .statusListLength, at: place,
                "has \(entryCount) entries of \(entry.statusSize.bits) bits; fewer than \(Bitstring.minimumCount) "
                    + "hide nobody")
        }
        guard entry.statusListIndex < entryCount else {
            throw StatusListError(
                .range, at: place,
                "has \(entryCount) entries, and the credential asks for number \(entry.statusListIndex)")
        }
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
