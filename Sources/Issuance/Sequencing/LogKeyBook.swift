package import TransparencyLog

/// Which keys sign the checkpoints of a log, and which once did, as the log itself says.
package struct LogKeyBook: Hashable, Sendable {
    /// The most keys that sign at once. A note holds 16 signatures, and the witnesses need room too.
    package static let maximumActive = 4

    /// Those that sign now: the oldest first, which is the order of their lines.
    package private(set) var active: [VerifierKey] = []
    /// Those that no longer do; what they signed before stays signed.
    package private(set) var retired: [VerifierKey] = []

    package init() {}

    /// Every key that ever signed a checkpoint of this log.
    package var all: [VerifierKey] { retired + active }

    /// - Throws: `TransparencyLogError` when it is no verifier key.
    mutating func open(with vkey: String) throws { active = [try VerifierKey(vkey: vkey)] }

    /// Follows the log.
    ///
    /// - Throws: `Refusal` when the entry does not follow from those before.
    mutating func apply(_ event: LogKeyChanged) throws {
        try check(event)
        switch event.state {
        case .added: active.append(event.key)
        case .retired:
            active.removeAll { $0 == event.key }
            retired.append(event.key)
        }
    }

    /// - Throws: `Refusal` with what stands against the change.
    func check(_ event: LogKeyChanged) throws(Refusal) {
        switch event.state {
        case .added: try checkAddition(of: event.key)
        case .retired:
            guard active.contains(event.key) else {
                throw Refusal(.invalidLogKey, "The log is not signed with this key; see `punctual log-key list`.")
            }
            guard active.count > 1 else {
                throw Refusal(.invalidLogKey, "It is the only key of the log: add another one before this is retired.")
            }
        }
    }

    private func checkAddition(of key: VerifierKey) throws(Refusal) {
        guard !all.contains(where: { $0.keyID == key.keyID }) else {
            throw Refusal(.invalidLogKey, "The log is or was signed with this key; make a new one.")
        }
        guard key.type == .ed25519, key.name == active.first?.name else {
            throw Refusal(
                .invalidLogKey,
                "A key of this log is an Ed25519 key named by its origin, \(active.first?.name.text ?? ""). A log with "
                    + "another origin is another log.")
        }
        guard active.count < Self.maximumActive else {
            throw Refusal(.invalidLogKey, "At most \(Self.maximumActive) keys sign a log at once; retire one first.")
        }
    }
}
