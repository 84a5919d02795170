import Issuance

/// What SQL databases spell differently. Everything else in this room is common to them.
package struct Dialect: Sendable {
    let integer: String
    let text: String
    let blob: String
    /// What stands before the number of a parameter.
    let parameterSign: String
    /// What follows the columns of a table's definition.
    let tableOptions: @Sendable (Table) -> String
    /// Makes a statement walk the named index and no other path, where the database would otherwise choose.
    let walking: @Sendable (_ index: String) -> String
    /// The statements that make the database itself refuse to change a row of an append-only table.
    let appendOnly: @Sendable (Table) -> [String]
    /// The statements that take this back.
    let changeable: @Sendable (Table) -> [String]

    /// SQLite from 3.37 on: strict tables, and no hidden row number where the key is anything but one integer.
    package static let sqlite = Dialect(
        integer: "INTEGER", text: "TEXT", blob: "BLOB", parameterSign: "?",
        tableOptions: { $0.keyCount == 1 && $0.columns[0].kind == .integer ? " STRICT" : " STRICT, WITHOUT ROWID" },
        walking: { " INDEXED BY \(identifier($0))" },
        appendOnly: { table in
            ["UPDATE", "DELETE"].map { verb in
                let refusal = "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
                return "CREATE TRIGGER \(guardName(verb, table)) BEFORE \(verb) ON \(identifier(table.name)) \(refusal)"
            }
        },
        changeable: { table in ["UPDATE", "DELETE"].map { "DROP TRIGGER \(guardName($0, table))" } })

    private static func guardName(_ verb: String, _ table: Table) -> String {
        identifier("\(table.name)_no_\(verb.lowercased())")
    }

    func parameter(_ number: Int) -> String { "\(parameterSign)\(number)" }

    func type(_ kind: Table.Column.Kind) -> String {
        switch kind {
        case .integer: integer
        case .text: text
        case .blob: blob
        }
    }
}

/// A name as SQL takes any name, also one that is a word of the language.
func identifier(_ name: String) -> String {
    precondition(!name.contains("\"") && !name.isEmpty, "\(name) cannot be the name of a table, column or index")
    return "\"\(name)\""
}

func identifiers(_ columns: some Sequence<Table.Column>) -> String {
    columns.map { identifier($0.name) }.joined(separator: ", ")
}
