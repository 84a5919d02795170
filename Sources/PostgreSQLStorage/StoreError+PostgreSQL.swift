package import Issuance
import Storage

extension StoreError {
    /// What a SQLSTATE means to the caller (PostgreSQL, appendix A). Only words about the server are repeated: those
    /// about values may hold some.
    package init(state: String, message: String, table: String) {
        switch (state, state.prefix(2)) {
        case ("23505", _): self = .conflict(table: table)
        case (Dialect.appendOnlyState, _): self = .appendOnly(table: table)
        case ("53100", _): self = .full
        case ("54000", _): self = .unfit(table: table, why: "the row is larger than PostgreSQL takes (54000)")
        case (_, "XX"): self = .corrupt("\(message) (\(state))")
        // Only ever for a statement that does not suit the tables that are there.
        case (_, "42") where state != "42501": self = .corrupt("not the tables of this program: \(message) (\(state))")
        case (_, "0A"), (_, "3F"): self = .corrupt("not the tables of this program: \(message) (\(state))")
        case (_, "22"), (_, "23"): self = .corrupt("the database refuses what this program writes (\(state))")
        case ("55P03", _): self = .turnIsTaken
        case ("25006", _): self = .unavailable("the server only reads; it is a standby, or was told so (\(state))")
        default: self = .unavailable("\(message) (\(state))")
        }
    }

    /// Waiting for the writer's turn has taken too long.
    static let turnIsTaken = StoreError.unavailable("another process is writing for longer than we wait (55P03)")
}

/// Lets `catch` name one error.
func ~= (pattern: StoreError, error: any Error) -> Bool { error as? StoreError == pattern }
