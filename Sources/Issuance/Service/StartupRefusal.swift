/// The service does not start, because going on would fork the log.
package struct StartupRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of trouble it is; what it means and what may be done follows from it.
    package let reason: Reason
    /// What was found, in a sentence of its own.
    package let description: String

    package init(_ description: String, _ reason: Reason = .other) {
        self.description = description
        self.reason = reason
    }

    /// The kinds of trouble. The raw values are stable: programs may switch on them.
    package enum Reason: String, Hashable, Sendable, CaseIterable {
        /// There is no log.
        case noLog = "no-log"
        /// Rows are there that this program never writes.
        case unreadable
        /// The private key of an active key of the log is missing, or another one is in its place.
        case logKey = "log-key"
        /// The newest checkpoint is missing, not signed by the log's keys, or not of the head.
        case checkpoint
        /// The stored tree has another root than the newest checkpoint.
        case tree
        /// The last entries are not those that were written.
        case entries
        /// The anchor is missing.
        case anchorMissing = "anchor-missing"
        /// Both slots of the anchor are damaged, or the file has another length.
        case anchorDamaged = "anchor-damaged"
        /// More entries were acknowledged than the log has.
        case anchorNewer = "anchor-newer"
        /// As many entries as were acknowledged, but others.
        case anchorFork = "anchor-fork"
        /// The log does not begin with the entries that were acknowledged.
        case notContinued = "not-continued"
        /// The log does not hold what a witness cosigned, or what was timestamped.
        case attestation
        /// A file with evidence of a fork or a damage is there.
        case evidence
        /// A service is on its way into this database, and not all of it may be there.
        case arriving
        /// What was here is served from elsewhere.
        case departed
        /// Anything else.
        case other
    }
}

extension StartupRefusal.Reason {
    /// What it means, and for whom.
    package var meaning: String {
        switch self {
        case .noLog: "There is nothing to continue here, or what was here is gone."
        case .unreadable: "The database is damaged, or another program wrote to it. Nobody knows what else is changed."
        case .logKey: "Checkpoints could not be signed as the log says they are. Verifiers would refuse them."
        case .checkpoint, .tree, .entries:
            "What is stored is not what was signed. Receipts and proofs that people hold may not fit this database."
        case .anchorMissing, .anchorDamaged:
            "It cannot be told whether the end of the log was cut off. If it was, people hold acknowledgements of "
                + "entries that are gone."
        case .anchorNewer:
            "People hold acknowledgements of entries that this database lacks. New entries in their place would be a "
                + "second history under the same signature."
        case .anchorFork, .notContinued:
            "This database holds another history than the one that people were shown. To go on would be a fork."
        case .attestation:
            "Others vouch for a history that this database does not hold: it was changed after they had seen it."
        case .evidence: "Nothing is signed while this is unexplained, because whatever is signed may prove a fork."
        case .arriving: "What is here may be a part of a log. To go on would fork it; where it came from it is whole."
        case .departed: "It is continued there. To go on here too would be a second history under the same signature."
        case .other: "To go on could fork the log."
        }
    }

    /// What may be done about it.
    package var remedy: String {
        switch self {
        case .noLog: "Check the path; restore a copy with punctual doctor recover --from COPY; or make a new log."
        case .unreadable, .checkpoint, .tree, .entries, .anchorNewer, .anchorFork, .notContinued, .attestation:
            "Leave the files as they are. Bring a copy that has what was acknowledged: punctual doctor recover "
                + "--data DIR --from COPY checks it and puts it in place. Without such a copy only a new log, with a "
                + "new origin and a new key, is honest."
        case .logKey: "Put the private key back where it was; its public key is in log.vkey."
        case .anchorMissing, .anchorDamaged:
            "Put the anchor back if you have it. Else bring the newest checkpoint of this log that anybody kept, best "
                + "one with witnesses' signatures: punctual doctor recover --data DIR --checkpoint FILE."
        case .evidence:
            "Read the file, and show it to those who rely on the log. A damage is cleared by doctor recover with a "
                + "good copy. A fork is not cleared: only a new log, with a new origin and a new key, is honest."
        case .arriving: "Run punctual migrate again, which begins anew or finishes. Until then serve what it came from."
        case .departed:
            "Serve it from there: punctual serve --data DIR --store URL. If the move was broken off at its end, "
                + "punctual migrate with the same address finishes it. Delete punctual.sqlite when the database has a "
                + "backup."
        case .other: "Look at what is said above, and ask punctual doctor."
        }
    }
}
