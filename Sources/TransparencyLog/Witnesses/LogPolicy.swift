/// Which logs somebody believes, and how many of which witnesses must have cosigned a checkpoint before they do
/// ([tlog-policy](https://c2sp.org/tlog-policy)).
///
/// Whoever verifies hands it in; it never comes with what is verified. ``verify(_:)`` is its one question.
package struct LogPolicy: Hashable, Sendable {
    /// Twice the logs, witnesses and groups that every reader must support, with long names and addresses.
    package static let maximumBytes = 65_536
    /// Of logs, of witnesses, of groups: the specification asks for at least 32.
    package static let maximumOfEach = 64

    /// A log whose checkpoints are believed. Its origin is the name of its key; two lines with one name are two keys of
    /// one log, as while a key is replaced.
    package struct Log: Hashable, Sendable {
        /// Of signature type 1.
        package let key: VerifierKey
        /// Where it is to be found, for whom that is of use.
        package let url: String?
    }

    /// A witness that may count towards the quorum.
    package struct Witness: Hashable, Sendable {
        /// What the policy calls it. It means nothing elsewhere.
        package let name: Name
        /// Of signature type 4.
        package let key: VerifierKey
        /// Its submission prefix: where a log sends `add-checkpoint`.
        package let url: String?
    }

    /// Counts as one when at least `threshold` of its members do.
    package struct Group: Hashable, Sendable {
        /// What the policy calls it.
        package let name: Name
        /// From 1 to the number of members.
        package let threshold: Int
        /// Witnesses, and groups of earlier lines; no name is a member twice in the whole policy.
        package let members: [Name]
    }

    /// The name of a witness or group: bytes that are equal or not, of no script and no case.
    package struct Name: Hashable, Sendable, CustomStringConvertible {
        /// As in the file.
        package let bytes: [UInt8]

        /// A name made of these bytes.
        init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

        /// The name for a person to read; bytes that are not UTF-8 are replaced.
        package var description: String { String(decoding: bytes, as: UTF8.self) }
    }

    /// In the order of their lines; may be empty where the log is known from elsewhere: see ``trusting(_:)``.
    package internal(set) var logs: [Log] = []
    /// In the order of their lines.
    package internal(set) var witnesses: [Witness] = []
    /// In the order of their lines, so that each comes after its members.
    package internal(set) var groups: [Group] = []
    /// The witness or group that must have cosigned; nil for `quorum none`.
    package internal(set) var quorum: Name?

    /// One log, no witnesses: what a verifier without a policy file asks for.
    package init(trusting keys: [VerifierKey]) {
        logs = keys.map { Log(key: $0, url: nil) }
    }

    /// This policy with these keys of logs among those it believes, for whom the log is known from elsewhere.
    package func trusting(_ keys: [VerifierKey]) -> LogPolicy {
        var policy = self
        for key in keys where !policy.logs.contains(where: { $0.key == key }) {
            policy.logs.append(Log(key: key, url: nil))
        }
        return policy
    }

    /// The keys that sign for the log of this origin.
    package func logKeys(origin: String) -> [VerifierKey] {
        logs.map(\.key).filter { $0.name.text.utf8.elementsEqual(origin.utf8) }
    }
}
