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
    /// What follows a column in an order, so that the rows where it is empty come first, and last in a descending one.
    let emptyFirst: (ascending: String, descending: String)
    /// Whether an index holds the columns of the key that its path ends with without being told.
    let indexesEndWithKey: Bool
    /// Whether a scan says that its first columns are not below and not above their values, and never that they equal
    /// them: a planner that knows them to be constant would think that any index with the rest of the order will do.
    let pinsByBounds: Bool
    /// The statements that make the database itself refuse to change a row of an append-only table.
    let appendOnly: @Sendable (Table) -> [String]
    /// The statements that take this back.
    let changeable: @Sendable (Table) -> [String]

    /// SQLite from 3.37 on: strict tables, and no hidden row number where the key is anything but one integer.
    package static let sqlite = Dialect(
        integer: "INTEGER", text: "TEXT", blob: "BLOB", parameterSign: "?",
        tableOptions: { $0.keyCount == 1 && $0.columns[0].kind == .integer ? " STRICT" : " STRICT, WITHOUT ROWID" },
        walking: { " INDEXED BY \(identifier($0))" },
        emptyFirst: ("", ""), indexesEndWithKey: true, pinsByBounds: false,
        appendOnly: { table in
            ["UPDATE", "DELETE"].map { verb in
                let refusal = "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
                return "CREATE TRIGGER \(guardName(verb, table)) BEFORE \(verb) ON \(identifier(table.name)) \(refusal)"
            }
        },
        changeable: { table in ["UPDATE", "DELETE"].map { "DROP TRIGGER \(guardName($0, table))" } })

    /// PostgreSQL from 14 on. Texts are ordered by their bytes whatever the order of the database is.
    package static let postgresql = Dialect(
        integer: "BIGINT", text: #"TEXT COLLATE "C""#, blob: "BYTEA", parameterSign: "$",
        tableOptions: { _ in "" }, walking: { _ in "" },
        emptyFirst: (" NULLS FIRST", " NULLS LAST"), indexesEndWithKey: false, pinsByBounds: true,
        appendOnly: { table in
            let name = identifier(table.name)
            let refusal = "BEGIN RAISE EXCEPTION 'append-only' USING ERRCODE = '\(appendOnlyState)'; END"
            return [
                "CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$\(refusal)$$",
                "CREATE TRIGGER \(guardName("CHANGE", table)) BEFORE UPDATE OR DELETE ON \(name) "
                    + "FOR EACH ROW EXECUTE FUNCTION append_only()",
                "CREATE TRIGGER \(guardName("TRUNCATE", table)) BEFORE TRUNCATE ON \(name) "
                    + "FOR EACH STATEMENT EXECUTE FUNCTION append_only()",
            ]
        },
        changeable: { table in
            ["CHANGE", "TRUNCATE"].map { "DROP TRIGGER \(guardName($0, table)) ON \(identifier(table.name))" }
        })

    /// The SQLSTATE of the guards of append-only tables in PostgreSQL, of a class that is nobody's.
    package static let appendOnlyState = "PU001"

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

/// PostgreSQL cuts longer names off.
private let maximumName = 63

/// A name as SQL takes any name, also one that is a word of the language.
func identifier(_ name: String) -> String {
    precondition(
        !name.contains("\"") && (1...maximumName).contains(name.utf8.count),
        "\(name) cannot be the name of a table, column or index")
    return "\"\(name)\""
}

func identifiers(_ columns: some Sequence<Table.Column>) -> String {
    columns.map { identifier($0.name) }.joined(separator: ", ")
}
