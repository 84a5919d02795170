/// What one check of the doctor came to, in words for whoever runs the service.
package struct Diagnosis: Hashable, Sendable {
    /// What was looked at: a word or two that never change.
    package let check: String
    package let state: State
    /// What was found, in a sentence.
    package let found: String
    /// What it means and for whom; nil where nothing is wrong.
    package let meaning: String?
    /// What may be done; nil where nothing need be.
    package let remedy: String?

    /// What it comes to. The raw values are stable: programs may switch on them.
    package enum State: String, Hashable, Sendable, CaseIterable {
        case fine
        /// The service works, and somebody should look at this.
        case attention
        /// It could not be told; also where a check before it failed on which it builds.
        case unknown
        /// The log is not what it was, or cannot be continued.
        case wrong
    }

    package init(
        _ check: String, _ state: State, _ found: String, means meaning: String? = nil, do remedy: String? = nil
    ) {
        self.check = check
        self.state = state
        self.found = found
        self.meaning = meaning
        self.remedy = remedy
    }

    /// What a failure says.
    package init(_ check: String, _ error: any Error) {
        switch error {
        case let refusal as StartupRefusal: self.init(check, .wrong, refusal.description, refusal.reason)
        case let failure as AuditFailure: self.init(check, .wrong, "\(failure).", .entries)
        case StoreError.corrupt(let what): self.init(check, .wrong, "The database is damaged: \(what).", .unreadable)
        default:
            self.init(
                check, .unknown, "\(error).", means: "Nothing is known about this part of the service.",
                do: "Mend what is said, and ask again.")
        }
    }

    private init(_ check: String, _ state: State, _ found: String, _ reason: StartupRefusal.Reason) {
        self.init(check, state, found, means: reason.meaning, do: reason.remedy)
    }
}
