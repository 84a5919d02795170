import CanonicalJSON
import Console
import Credentials
import Cryptography
import OpenBadges

/// Rows become badges: what all rows have in common, and what one becomes before it is sent.
struct BadgeRows: Sendable {
    let template: BadgeTemplate
    let table: CSVTable
    /// Which column names the recipient to the service; nil: the recipient's `id` does.
    let holderColumn: String?
    /// Which column has the address for notices, if any.
    let emailColumn: String?
    /// Who signs; nil: the service's default issuer.
    let issuer: String?
    /// What salts are made from. The same rows get the same salts, so that the same requests can be sent again.
    let saltKey: [UInt8]

    /// - Throws: `UsageError` when the table lacks columns: no row could become a badge.
    func check() throws(UsageError) {
        let needed = template.columns + [holderColumn, emailColumn].compactMap(\.self)
        let missing = needed.filter { !table.columns.contains($0) }
        guard missing.isEmpty else {
            let names = { (columns: [String]) in columns.map(\.debugDescription).joined(separator: ", ") }
            throw UsageError("The table lacks \(names(missing)). It has \(names(table.columns)).")
        }
    }

    /// The badge of a row, ready to be issued.
    func draft(_ row: CSVTable.Row) throws(BadgeProblems) -> CredentialDraft {
        let cells = try cells(of: row)
        var random = SaltSource(key: saltKey, cells: cells.filter { template.columns.contains($0.key) })
        do throws(BadgeError) {
            return try template.draft(for: cells, using: &random)
        } catch {
            throw BadgeProblems(error, template)
        }
    }

    /// A line of a batch. Its own key is the digest of what it asks, so a row that is sent twice is issued once.
    func line(_ row: CSVTable.Row) throws(BadgeProblems) -> BadgeLine {
        let cells = try cells(of: row)
        let draft = try draft(row)
        var body: JSONObject = ["credential": .object(draft.json), "tier": "standard", "review": "none"]
        body["issuer"] = issuer.map(JSON.string)
        var holder: JSONObject = [:]
        holder["id"] = holderColumn.flatMap { cells[$0] }.map(JSON.string) ?? draft.json["credentialSubject"]?["id"]
        guard holder["id"] != nil else {
            throw BadgeProblems(
                "the recipient has no id; say with --holder COLUMN how the service is to call them", at: "/recipient/id"
            )
        }
        if let email = emailColumn.flatMap({ cells[$0] }), !email.isEmpty { holder["email"] = .string(email) }
        body["holder"] = .object(holder)
        let key = "badge-\(SHA256.hash(JSON.object(body).canonicalBytes))"
        body["idempotencyKey"] = .string(key)
        return BadgeLine(row: row.number, key: key, json: .object(body))
    }

    private func cells(of row: CSVTable.Row) throws(BadgeProblems) -> [String: String] {
        do throws(CSVError) {
            return try table.cells(of: row)
        } catch {
            throw BadgeProblems(error.problem)
        }
    }
}

/// One row as it is sent.
struct BadgeLine: Sendable {
    let row: Int
    let key: String
    let json: JSON
}

/// Why a row became no badge.
struct BadgeProblems: Error {
    let all: [Problem]

    struct Problem: Sendable {
        let text: String
        /// In the badge, or where the template itself is at fault, in the template.
        var pointer: String?
        var columns: [String] = []
    }

    init(_ text: String, at pointer: String? = nil, columns: [String] = []) {
        all = [Problem(text: text, pointer: pointer, columns: columns)]
    }

    init(_ error: BadgeError, _ template: BadgeTemplate) {
        switch error {
        case .template(let pointer, let text):
            all = [Problem(text: text, pointer: pointer.description)]
        case .column(let column, let pointer, let text):
            all = [Problem(text: text, pointer: pointer.description, columns: [column])]
        case .invalid(let violations):
            all = violations.map { violation in
                Problem(
                    text: violation.problem, pointer: violation.pointer.description,
                    columns: template.columns(at: violation.pointer.description))
            }
        }
    }
}

extension BadgeProblems.Problem {
    /// `column "did", at /credentialSubject/id: is not a URL`
    var description: String {
        let names = columns.map(\.debugDescription).joined(separator: ", ")
        let column = columns.isEmpty ? [] : ["column\(columns.count > 1 ? "s" : "") \(names)"]
        let place = [pointer].compactMap(\.self).filter { !$0.isEmpty }.map { "at \($0)" }
        let whole = (column + place).joined(separator: ", ")
        return whole.isEmpty ? text : "\(whole): \(text)"
    }

    var json: JSON {
        var json: JSONObject = ["problem": .string(text)]
        json["pointer"] = pointer.map(JSON.string)
        if !columns.isEmpty { json["columns"] = .array(columns.map(JSON.string)) }
        return .object(json)
    }
}

/// Salts that who has the key can make again, and nobody else: HMAC-SHA256 over the row, block after block.
private struct SaltSource: RandomNumberGenerator {
    private let key: [UInt8]
    private let row: [UInt8]
    private var blocks = 0
    private var words: [UInt64] = []

    init(key: [UInt8], cells: [String: String]) {
        self.key = key
        let object = cells.reduce(into: JSONObject()) { $0[$1.key] = .string($1.value) }
        row = Array("punctual badge salt".utf8) + [0] + JSON.object(object).canonicalBytes
    }

    mutating func next() -> UInt64 {
        if words.isEmpty {
            let block = HMACSHA256.authenticate(key: key, row + Array(String(blocks).utf8)).bytes
            blocks += 1
            words = (0..<4).map { word in block[(word * 8)..<(word * 8 + 8)].reduce(0) { $0 << 8 | UInt64($1) } }
        }
        return words.removeFirst()
    }
}
