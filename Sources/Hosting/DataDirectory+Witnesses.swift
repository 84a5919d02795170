import Issuance
import TransparencyLog
import Witnessing

/// The witnesses of the service's own log.
extension DataDirectory {
    /// Which witnesses are asked to cosign, and how many of them suffice (C2SP tlog-policy); need not be there.
    package var witnessPolicy: String { path + "/witnesses.policy" }

    /// The job that has the log cosigned, not started yet; nil when no policy names witnesses.
    ///
    /// Each witness is asked once what it shows monitors. One that cannot be asked keeps nothing from starting.
    /// - Parameter file: the policy; nil for ``witnessPolicy``, which may be absent.
    /// - Throws: `StartupRefusal` when a witness shows a checkpoint that our log signed and does not have, which is
    ///   kept as evidence; `HostingError` when the policy is not there or none.
    func cosigning(
        _ service: Service, _ store: any Store, policy file: String?, on machine: Machine,
        report: @escaping @Sendable (String) -> Void
    ) throws -> CosigningJob? {
        guard let policy = try Self.policy(file ?? witnessPolicy, isRequired: file != nil) else { return nil }
        let asked = policy.witnesses.count { $0.url != nil }
        guard asked <= CosigningJob.maximumWitnesses else {
            throw HostingError(
                "\(asked) witnesses are more than a note has lines for: \(CosigningJob.maximumWitnesses)")
        }
        let log = OurLog(store: store, origin: service.logName) { service.everyLogKey }
        let job = try CosigningJob(
            log, policy: policy,
            CosigningSurroundings(
                now: machine.now, randomBytes: machine.randomBytes,
                saveEvidence: { try keepEvidence($0.document) }, halt: machine.halt, report: report,
                witnessed: { service.learn(witnessedSize: $0) }))
        if let conflict = job.compareWithWitnesses() {
            try keepEvidence(conflict.document)
            throw StartupRefusal(
                "Witness \(conflict.witness.name) shows a checkpoint that contradicts this log: \(conflict.why). An "
                    + "older copy was put back, or there is a second copy that signs. Both checkpoints are in "
                    + "\(forkEvidence); punctual doctor says what may be done.", .attestation)
        }
        return job
    }

    /// Reads a policy file; nil when there is none where there need not be one.
    static func policy(_ file: String, isRequired: Bool) throws -> LogPolicy? {
        guard let bytes = try contents(of: file, maximumBytes: LogPolicy.maximumBytes) else {
            guard !isRequired else { throw HostingError("There is no policy file \(file).") }
            return nil
        }
        do {
            return try LogPolicy(parsing: bytes)
        } catch {
            throw HostingError("\(file): \(error)")
        }
    }
}
