import CanonicalJSON

/// Entries about further checks, in words.
extension EntryType {
    /// What an `assurance.checked` or a `credential.upgraded` says.
    func assured(_ facts: inout ObjectReader) throws(JSONShapeError) -> String {
        let level = try facts.string("level")
        guard self == .assuranceChecked else {
            let (former, check) = (try facts.integer("former"), try facts.integer("check"))
            guard try facts.string("purpose") == "revocation" else {
                throw JSONShapeError(pointer: facts.pointer(to: "purpose"), problem: "expected revocation")
            }
            return """
                The credential was signed again with assurance \(level), after the check of entry \(check); the one of \
                entry \(former) was superseded and does not count any more.
                """
        }
        let (by, check) = (try facts.string("by"), try facts.string("check"))
        guard try facts.string("result") == "passed" else {
            return "\(by) of the staff checked once more (\(check)); not passed: \(try facts.string("reason"))."
        }
        return "\(by) of the staff checked once more (\(check)); passed, for assurance \(level)."
    }
}
