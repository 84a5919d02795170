/// How a command ended, the same for every command.
package enum ExitCode: Int32, Sendable {
    case done = 0
    /// The answer is no: an invalid credential, a log that does not hold.
    case negative = 1
    /// What was typed cannot be understood.
    case usage = 2
    /// Something is missing that would be needed to tell.
    case cannotTell = 3
    /// What is stored is not what the policies in force give, so that nothing said of others could be believed.
    case doesNotReproduce = 4
    /// A fault of ours.
    case `internal` = 70
    /// The log is not what it was when this machine last wrote it: starting would fork it (`EX_CONFIG`).
    case refusesToStart = 78
}

/// What was typed cannot be understood.
package struct UsageError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
