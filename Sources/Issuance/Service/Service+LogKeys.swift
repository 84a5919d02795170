package import CanonicalJSON
package import TransparencyLog

/// What the operator does about the keys of the log.
extension Service {
    /// The keys that sign checkpoints now, the oldest first.
    package var logKeys: [VerifierKey] { directory.logKeys.active }

    /// Lets one more key from the vault sign checkpoints: the one that covers the entry about it, and all after.
    package func addLogKey(_ vkey: String, _ reply: @escaping Sequencer.Completion) throws {
        let change = LogKeyChanged(key: try Self.logKey(vkey), state: .added)
        // Before the private key is looked for: what is refused anyway is told first.
        try directory.logKeys.check(change)
        do {
            committer.signers.add(try logVault.signer(change.key))
        } catch let refusal as StartupRefusal {
            throw Refusal(.invalidLogKey, refusal.description, at: "/key")
        }
        sequencer.submit(.changeLogKey(change), reply)
    }

    /// Lets a key sign no more checkpoints; what it signed stays signed.
    ///
    /// - Parameter key: the whole key, or the eight hexadecimal digits of its id.
    package func retireLogKey(_ key: String, _ reply: @escaping Sequencer.Completion) throws {
        let named = directory.logKeys.all.first { $0.vkey == key || $0.hexadecimalID == key }
        sequencer.submit(.changeLogKey(LogKeyChanged(key: try named ?? Self.logKey(key), state: .retired)), reply)
    }

    /// Every key that signs checkpoints, or did.
    package func logKeyList() -> JSONObject {
        func document(_ state: String) -> (VerifierKey) -> JSON {
            { ["key": .string($0.vkey), "id": .string($0.hexadecimalID), "state": .string(state)] }
        }
        let keys = directory.logKeys
        return [
            "origin": .string(origin),
            "logKeys": .array(keys.active.map(document("active")) + keys.retired.map(document("retired"))),
        ]
    }

    private static func logKey(_ text: String) throws(Refusal) -> VerifierKey {
        do {
            return try VerifierKey(vkey: text)
        } catch {
            throw Refusal(
                .invalidLogKey, "\"\(text)\" is not the key of a log; see `punctual log-key list`.", at: "/key")
        }
    }
}

extension VerifierKey {
    /// The key id as people see it: 8 hexadecimal digits.
    package var hexadecimalID: String {
        let digits = String(keyID, radix: 16)
        return String(repeating: "0", count: 8 - digits.utf8.count) + digits
    }
}
