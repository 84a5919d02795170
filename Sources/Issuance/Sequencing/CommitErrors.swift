/// The anchor could not be written: what was committed must not be answered.
package struct AnchorError: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

extension Error {
    /// Whether what was to be committed may or may not be there: nobody may be answered as if it were, or were not.
    var leavesOutcomeOpen: Bool {
        if case .outcomeUnknown? = self as? StoreError { return true }
        return self is AnchorError
    }

    /// Whether one command of a batch failed when it had written something already; a store that answers late says so
    /// with the refusal itself.
    var spoilsBatch: Bool {
        self is SpoiltBatch || (self as? StoreError).map { !$0.concernsEverything } ?? false
    }
}

/// A command failed when it had written something already.
struct SpoiltBatch: Error {}

extension StoreError {
    /// Whether the transaction as a whole cannot go on.
    var concernsEverything: Bool {
        switch self {
        case .full, .unavailable, .corrupt, .outcomeUnknown: true
        case .conflict, .missing, .appendOnly, .unfit: false
        }
    }
}

/// A row that contradicts the log, met by an assessment: it is reported and tried again, and holds up nobody else.
struct PoisonedRecord: Error, CustomStringConvertible {
    let description: String
}
