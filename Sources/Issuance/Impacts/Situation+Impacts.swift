import Compensation

/// Whether a declaration is taken (rule 89).
extension Situation {
    func declare(_ event: ImpactDeclared, about target: TenantRequest) throws -> Decision {
        guard let record = try state.record(RequestRecord.self, .text(target.id.text)),
            record.tenant == target.tenant.text
        else { throw Refusal.unknownRequest }
        if record.erasedAt != nil { throw Refusal.erased }
        guard record.breachedAt != nil else {
            throw Refusal(.wrongState, "The promise is not broken: there is no delay that could have done anything.")
        }
        let before = try state.record(ImpactRecord.self, .text(record.id), .text(event.kind.rawValue))
        guard before?.times ?? 0 < ImpactDeclared.mostOfKind else {
            let detail = "This was said \(ImpactDeclared.mostOfKind) times, which is the most. File a claim instead."
            throw Refusal(.wrongState, detail)
        }
        return Decision([LogEvent(.impact(event), of: target.id)])
    }
}
