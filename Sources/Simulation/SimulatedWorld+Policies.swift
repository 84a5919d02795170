package import Issuance
package import Temporal

/// What becomes of policies after their publication.
extension SimulatedWorld {
    /// Somebody of the staff agrees to a suspension.
    package func approvePolicy(_ hash: String, by staff: StaffID) throws -> Answer {
        try waitForAnswer { service.approvePolicy(hash, by: staff, $0) }
    }

    /// A policy ends, from an instant on or from now on.
    package func withdrawPolicy(_ hash: String, from: Instant? = nil) throws -> Answer {
        try waitForAnswer { service.withdrawPolicy(hash, from: from, $0) }
    }
}
