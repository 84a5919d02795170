package import CanonicalJSON
package import TransparencyLog

/// One more key signs checkpoints from this entry on, or one of them no longer does.
package struct LogKeyChanged: EventContent {
    package static let type = "log.key"
    /// The key as C2SP writes it; its name is the origin of the log.
    package let key: VerifierKey
    package let state: State

    /// What becomes of a key.
    package enum State: String, Hashable, Sendable, CaseIterable {
        /// The checkpoint that covers this entry, and every one after it, has a line by the key too.
        case added
        /// The checkpoint that covers this entry, and every one after it, has no line by the key.
        case retired
    }

    package init(key: VerifierKey, state: State) {
        self.key = key
        self.state = state
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        key = try facts.parsed("key") { try? VerifierKey(vkey: $0) }
        state = try facts.parsed("state") { State(rawValue: $0) }
    }

    package var facts: JSONObject { ["key": .string(key.vkey), "state": .string(state.rawValue)] }
}
