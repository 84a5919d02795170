import CanonicalJSON
package import Issuance
import SQLiteStorage
import Temporal
import TransparencyLog

/// Every check of a data directory, one by one, also after one has failed. Nothing is changed, whether the service runs
/// or not; only SQLite may make its empty files beside the database.
extension DataDirectory {
    /// What the checks came to, in the order in which they were made.
    ///
    /// - Parameter progress: hears now and then how many entries have been hashed.
    package func examine(on machine: Machine, progress: (UInt64) -> Void = { _ in }) -> [Diagnosis] {
        // The anchor before the database: what is seen of the log is then never older than it.
        let anchor = Result { try AnchorFile.read(self.anchor) }
        var diagnoses = [examineEvidence(), examineLock(), examineAnchor(anchor)]
        let address = try? storeAddress()
        do {
            let reader = try openView()
            diagnoses.append(examineStore(try storeAddress(), reader))
            let log = try reader.read {
                LogExamination($0, anchored: try? anchor.get().head, at: machine.now(), progress: progress)
            }
            diagnoses += log.diagnoses
            diagnoses += [examineLogKeys(log.logKeys, on: machine), examineIssuerKeys(log.issuerKeys, on: machine)]
            diagnoses.append(examineVerifierKeys(log.logKeys))
        } catch StoreError.unavailable(let why) where address == .file && !isThere(database) {
            let missing = StartupRefusal("The database is gone: \(why).", .noLog)
            diagnoses.append(Diagnosis("database", missing))
        } catch {
            diagnoses.append(Diagnosis("database", error))
        }
        return diagnoses + examineMachine(address) + examineSurroundings(on: machine)
    }

    private func examineEvidence() -> Diagnosis {
        let name = "evidence"
        do {
            guard let evidence = try evidence() else { return Diagnosis(name, .fine, "There is none.") }
            return Diagnosis(
                name, .wrong, words(for: evidence), means: StartupRefusal.Reason.evidence.meaning,
                do: StartupRefusal.Reason.evidence.remedy)
        } catch {
            return Diagnosis(name, .unknown, "\(error).")
        }
    }

    /// Where the rows are, and whether they were moved.
    private func examineStore(_ address: StoreAddress, _ reader: any StoreView) -> Diagnosis {
        let name = "store"
        do {
            let move = try reader.read { try $0.record(MoveRecord.self, .integer(1)) }
            if let refusal = move?.refusal { return Diagnosis(name, refusal) }
        } catch {
            return Diagnosis(name, error)
        }
        guard address != .file, isThere(database) else { return Diagnosis(name, .fine, "The log is in \(address).") }
        return Diagnosis(
            name, .attention, "The log is in \(address); punctual.sqlite is what it was moved from.",
            means: "Nothing serves that file any more. What it holds of persons no erasure reaches.",
            do: "Delete punctual.sqlite, -wal and -shm when the database has a backup.")
    }

    private func examineLock() -> Diagnosis {
        let name = "running"
        if StoreLock.isHeld(database: database) { return Diagnosis(name, .fine, "The service runs.") }
        guard isThere(socket) else { return Diagnosis(name, .fine, "The service does not run.") }
        return Diagnosis(
            name, .attention, "The service does not run, and left its socket behind: it was killed.",
            means: "Nothing is lost: what was acknowledged is on the disk.", do: "Start the service.")
    }

    private func examineAnchor(_ anchor: Result<(head: TreeHead, isTorn: Bool), any Error>) -> Diagnosis {
        let name = "anchor"
        do {
            let (head, isTorn) = try anchor.get()
            guard isTorn else { return Diagnosis(name, .fine, "\(head.size) entries were acknowledged.") }
            return Diagnosis(
                name, .attention, "One slot is damaged; the other says that \(head.size) entries were acknowledged.",
                means: "A loss of power may leave it so, before an answer was sent. If the power was not lost, the "
                    + "last acknowledged entries may be missing, and it cannot be told from here.",
                do: "If the power was not lost, compare with the newest checkpoint that anybody kept. The next commit "
                    + "writes the slot anew.")
        } catch {
            return Diagnosis(name, error)
        }
    }

    /// The private keys, as far as the passphrase opens them.
    private func examineLogKeys(_ keys: [VerifierKey], on machine: Machine) -> Diagnosis {
        let name = "log key files"
        do {
            for key in keys { _ = try logVault(machine).key(key) }
            return Diagnosis(name, keys.isEmpty ? .unknown : .fine, "\(keys.count) can be read, and are the log's.")
        } catch {
            return Diagnosis(name, error)
        }
    }

    private func examineIssuerKeys(_ keys: [(issuer: String, thumbprint: String)], on machine: Machine) -> Diagnosis {
        let name = "issuer key files"
        let vault = vault(machine)
        for (issuer, thumbprint) in keys {
            do {
                _ = try vault.key(thumbprint)
            } catch {
                let why = (error as? Refusal)?.detail ?? "\(error)."
                return Diagnosis(
                    name, .unknown, "The key of the issuer \(issuer) cannot be used: \(why)",
                    means: "Requests to this issuer cannot be answered.",
                    do: "Give the passphrase, put the file back, or give the issuer a new key: punctual key rotate.")
            }
        }
        return Diagnosis(name, .fine, "\(keys.count) can be read.")
    }

    private func examineVerifierKeys(_ keys: [VerifierKey]) -> Diagnosis {
        let name = "log.vkey"
        let expected = keys.map { $0.vkey + "\n" }.joined()
        guard let bytes = try? contents(of: verifierKey, maximumBytes: 1 << 16), bytes == Array(expected.utf8) else {
            return Diagnosis(
                name, .attention, "The file does not hold the keys that sign the log now.",
                means: "Whoever takes it from here verifies with other keys than the log's.",
                do: "Start the service, which writes it anew; and ask who changed it.")
        }
        return Diagnosis(name, .fine, "It holds the keys that sign the log now.")
    }
}

/// Evidence in words.
private func words(for evidence: JSON) -> String {
    switch evidence["type"]?.stringValue {
    case DamageEvidence.type?:
        let entry = evidence["entry"]?.integerValue ?? 0
        let found = (evidence["foundAt"]?.integerValue).map { Instant(milliseconds: $0).rfc3339 } ?? "?"
        return "At \(found) the stored log was not what was signed: entry \(entry), "
            + "\(evidence["problem"]?.stringValue ?? "")."
    case "PunctualForkProof"?:
        return "A proof of a fork: two checkpoints, both signed by this log, that no one history can have."
    case "PunctualForkEvidence"?:
        let witness = evidence["witness"]?["name"]?.stringValue ?? "?"
        let kind = WitnessEvidence(evidence)?.description ?? ""
        return "At \(evidence["seenAt"]?.stringValue ?? "?") the witness \(witness) contradicted this log: "
            + "\(evidence["why"]?.stringValue ?? "?"). \(kind)"
    default:
        return "Something of the kind \(evidence["type"]?.stringValue ?? "that is not known here")."
    }
}
