import CPostgreSQL
import Issuance
import Storage

/// One connection to the server, with its prepared statements.
///
/// Statements are sent when an answer is needed, together with those that wait. Not to be used by two threads at once:
/// the writing connection is used under the writer's lock, a reading one by the thread that took it out of the pool.
/// `@unchecked` stands on this.
final class Connection: @unchecked Sendable {
    let schema: Schema
    private let wire: Wire
    /// Whether a change may be sent later, and its refusal spoil the transaction.
    private(set) var isDeferring = false
    /// Whether this transaction has changed anything.
    private(set) var hasWritten = false
    /// What makes it impossible to go on with this transaction, whether or not the caller caught the error.
    private(set) var failure: StoreError?
    /// What was sent, or is about to be, and not yet answered.
    private var pending: [Pending] = []
    private var pendingBytes = 0
    /// Whether what is pending has been sent already.
    private var isSent = false
    /// By type and not by name of the table: the table of a type is compared with the schema only once.
    private var tables: [ObjectIdentifier: TableStatements] = [:]
    private var statementCount = 0
    private let parameters = Parameters()
    private let take = PreparedStatement("take", HeadRow.take, [Table.Column.Kind.blob.type])

    /// A statement without its answer.
    private struct Pending {
        enum Expectation {
            case done
            /// The word for what was done is heard.
            case word
            case preparation(PreparedStatement)
            case rows(columns: [Table.Column], areMany: Bool)
            /// A change of one row. When there was none to change: the refusal that spoils the transaction, or nil
            /// where the caller looks.
            case change(otherwise: StoreError?)
        }
        let expectation: Expectation
        var table = ""
    }

    /// Statements that may wait for one another, and their bytes: what fits the buffers between us and the server.
    private static let pendingLimit = 256
    private static let pendingByteLimit = 1 << 18
    /// Statements that a connection prepares; the sets of columns of updates could be more.
    private static let statementLimit = 1_024
    /// Rows above which they are taken one by one, so that they are not in memory twice.
    private static let manyRows: Int64 = 256

    /// Connects, and refuses a server that does not keep what a commit promises.
    init(_ address: ServerAddress, schema: Schema, _ session: Session) throws(StoreError) {
        self.schema = schema
        wire = try Wire(address)
        try enqueue(text: session.settings, .rows(columns: [], areMany: false))
        try settle()
        try Session.check(try row(of: Session.question, Session.answer), at: address)
    }

    var isLost: Bool { wire.isLost }

    /// Runs `body` with other limits on the time of a statement.
    func patiently<Result>(_ body: () throws -> Result) throws -> Result {
        wire.patienceMilliseconds = Session.patientMilliseconds + Wire.usualPatienceMilliseconds
        defer { wire.patienceMilliseconds = Wire.usualPatienceMilliseconds }
        return try body()
    }

    /// Refuses to go on with a transaction that has failed.
    func throwFailure() throws(StoreError) {
        if let failure { throw failure }
    }

    /// The values of the one row that a statement gives.
    func row(of text: String, _ columns: [Table.Column]) throws(StoreError) -> [ColumnValue] {
        try enqueue(text: text, .rows(columns: columns, areMany: false))
        var values: [ColumnValue] = []
        try settle { answer throws(StoreError) in
            for column in columns.indices { values.append(answer.value(at: column) ?? .null) }
        }
        guard values.count == columns.count else { throw .corrupt("a question to the server has no answer") }
        return values
    }

    /// Runs a statement, which gives nothing, by itself.
    func run(_ text: String) throws(StoreError) {
        try control(text)
        try settle()
    }

    /// Sends a statement, which gives nothing, with what is sent next.
    func control(_ text: String) throws(StoreError) { try enqueue(text: text, .done) }
}

/// Transactions.
extension Connection {
    /// Begins the writing transaction behind all others.
    func begin(as writer: [UInt8]) throws(StoreError) -> HeadRow {
        (failure, hasWritten) = (nil, false)
        try control("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
        if !take.isPrepared { try enqueue(preparing: take) }
        pendingBytes += parameters.lay([.blob(writer)])
        try attempt { wire throws(StoreError) in try wire.run(take.name, parameters) }
        pending.append(Pending(expectation: .rows(columns: HeadRow.table.columns, areMany: false)))
        return try head()
    }

    /// Waits until no transaction is open, and gives the head.
    func awaitHead() throws(StoreError) -> HeadRow {
        failure = nil
        try control("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
        try enqueue(text: HeadRow.await, .rows(columns: HeadRow.table.columns, areMany: false))
        return try head()
    }

    /// Begins a transaction that sees nothing that is committed from here on; PostgreSQL takes the snapshot with the
    /// first row that is read.
    func beginReading() throws(StoreError) -> HeadRow {
        failure = nil
        try control("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        guard let head = try record(HeadRow.self, key: [.integer(1)]) else { throw Connection.headless }
        return head
    }

    private static var headless: StoreError { .corrupt("the row that orders the transactions is gone") }

    private func head() throws(StoreError) -> HeadRow {
        var head: HeadRow?
        try settle { answer throws(StoreError) in
            var row = RowReader(HeadRow.self, answer)
            head = try HeadRow(row: &row)
        }
        guard let head else { throw Connection.headless }
        return head
    }

    /// Makes the transaction durable. When it throws and the connection `isLost`, it may or may not be; else it is not.
    func commit() throws(StoreError) {
        try throwFailure()
        try enqueue(text: "COMMIT", .word)
        var isCommitted = false
        try settle { answer throws(StoreError) in isCommitted = answer.command == "COMMIT" }
        guard isCommitted else { throw .unavailable("the server has rolled the transaction back") }
    }

    /// Ends the transaction; its answer is taken with the next one.
    func rollback() {
        // Before it, because a refusal of what waits would also skip what comes behind it.
        if !isSent { _ = try? settle() }
        guard !isLost else { return }
        failure = nil
        try? control("ROLLBACK")
        try? send()
    }

    /// Runs `body`, whose changes need not be answered one by one.
    func deferring<Result>(_ body: () throws -> Result) throws -> Result {
        isDeferring = true
        do {
            defer { isDeferring = false }
            let result = try body()
            try settle()
            return result
        } catch {
            // What waits is refused now, and not in the name of something later.
            if failure == nil { _ = try? settle() }
            throw error
        }
    }

    /// Runs `body` with changes that are answered one by one.
    func notDeferring<Result>(_ body: () throws -> Result) throws -> Result {
        guard isDeferring else { return try body() }
        try settle()
        isDeferring = false
        defer { isDeferring = true }
        return try body()
    }
}

/// Statements.
extension Connection {
    /// What a connection knows of the table of a type.
    func statements<R: Record>(on type: R.Type) throws(StoreError) -> TableStatements {
        if let known = tables[ObjectIdentifier(type)] { return known }
        let table = R.table
        guard schema.tables[table.name] == table || [AppliedMigration.table, HeadRow.table].contains(table) else {
            throw .unfit(table: table.name, why: "the schema of this store has no such table")
        }
        let new = TableStatements(table)
        tables[ObjectIdentifier(type)] = new
        return new
    }

    /// Sends a question with what waits, and hears its rows.
    func ask(
        _ operation: Operation, on table: TableStatements, with values: [ColumnValue],
        _ take: (Answer) throws(StoreError) -> Void
    ) throws(StoreError) {
        var areMany = false
        if case .records = operation, case .integer(let limit)? = values.last { areMany = limit > Self.manyRows }
        try enqueue(operation, on: table, with: values, .rows(columns: table.table.columns, areMany: areMany))
        try settle(take)
    }

    /// Sends a change, now or later.
    ///
    /// - Parameter otherwise: what it means that nothing was changed.
    func change(
        _ operation: Operation, on table: TableStatements, with values: [ColumnValue], otherwise: StoreError
    ) throws(StoreError) {
        hasWritten = true
        guard !isDeferring else {
            return try enqueue(operation, on: table, with: values, .change(otherwise: otherwise))
        }
        let isGuarded = table.needsGuard(operation)
        if isGuarded { try control("SAVEPOINT guard") }
        try enqueue(operation, on: table, with: values, .change(otherwise: nil))
        if isGuarded { try control("RELEASE guard") }
        let changes: Int
        do {
            changes = try settle(isGuarded: isGuarded)
        } catch {
            try throwFailure()
            try control("ROLLBACK TO guard")
            try control("RELEASE guard")
            throw error
        }
        guard changes == 1 else { throw otherwise }
    }

    private func enqueue(
        _ operation: Operation, on table: TableStatements, with values: [ColumnValue],
        _ expectation: Pending.Expectation
    ) throws(StoreError) {
        try throwFailure()
        if pending.count >= Self.pendingLimit || pendingBytes >= Self.pendingByteLimit { try settle() }
        let statement = statement(operation, on: table, values)
        if !statement.isPrepared { try enqueue(preparing: statement) }
        var columns = ColumnSet.max
        if case .updateColumns(let changed) = operation { columns = changed | table.table.keyColumns }
        pendingBytes += parameters.lay(values, only: columns)
        try attempt { wire throws(StoreError) in try wire.run(statement.name, parameters) }
        pending.append(Pending(expectation: expectation, table: table.table.name))
    }

    private func statement(
        _ operation: Operation, on table: TableStatements, _ values: [ColumnValue]
    ) -> PreparedStatement {
        if let known = table.statements[operation] { return known }
        let text = Dialect.postgresql.statement(operation, on: table.table)
        let types = table.types(operation, values)
        guard statementCount < Self.statementLimit else { return PreparedStatement("", text, types) }
        statementCount += 1
        let new = PreparedStatement("s\(statementCount)", text, types)
        table.statements[operation] = new
        return new
    }

    private func enqueue(preparing statement: PreparedStatement) throws(StoreError) {
        try attempt { wire throws(StoreError) in try wire.prepare(statement.name, statement.text, statement.types) }
        pending.append(Pending(expectation: .preparation(statement)))
        // Not before it is done; the next one is behind it.
        statement.isPrepared = !statement.name.isEmpty
    }

    private func enqueue(text: String, _ expectation: Pending.Expectation) throws(StoreError) {
        try throwFailure()
        try attempt { wire throws(StoreError) in try wire.run(text: text) }
        pending.append(Pending(expectation: expectation))
    }

    /// Sends something, behind the answers to what was sent before.
    private func attempt(_ body: (Wire) throws(StoreError) -> Void) throws(StoreError) {
        if isSent { try settle() }
        do { try body(wire) } catch { throw fail(error) }
    }

    private func send() throws(StoreError) {
        guard !isSent else { return }
        do { try wire.synchronise() } catch { throw fail(error) }
        isSent = true
    }

    private func fail(_ error: StoreError) -> StoreError {
        failure = error
        return error
    }

    /// Sends what waits and takes every answer.
    ///
    /// - Parameters:
    ///   - isGuarded: whether the transaction can go on when a row is refused.
    ///   - take: hears each row.
    /// - Returns: how many rows the last change changed.
    @discardableResult
    func settle(
        isGuarded: Bool = false, _ take: (Answer) throws(StoreError) -> Void = { _ throws(StoreError) in }
    ) throws(StoreError) -> Int {
        guard !pending.isEmpty else { return 0 }
        try send()
        let answered = pending
        pending.removeAll(keepingCapacity: true)
        (pendingBytes, isSent) = (0, false)
        var outcome = Outcome()
        do {
            for statement in answered { try self.take(answersTo: statement, &outcome, take) }
            try wire.takeSynchronisation()
        } catch {
            throw fail(error)
        }
        if let refusal = outcome.refusal {
            guard isGuarded, refusal.concernsOneRow else { throw fail(refusal) }
            throw refusal
        }
        if let misread = outcome.misread { throw misread }
        return outcome.changes
    }

    private struct Outcome {
        var changes = 0
        /// The first refusal of the server, or change of nothing.
        var refusal: StoreError?
        /// A row that was never written like that, which does not end the transaction.
        var misread: StoreError?

        mutating func hear(_ answer: Answer, _ count: Int32, _ take: (Answer) throws(StoreError) -> Void) {
            for row in 0..<count where misread == nil {
                answer.row = row
                do { try take(answer) } catch { misread = error }
            }
        }
    }

    /// - Throws: only when the connection is lost.
    private func take(
        answersTo statement: Pending, _ outcome: inout Outcome, _ take: (Answer) throws(StoreError) -> Void
    ) throws(StoreError) {
        var columns: [Table.Column] = []
        if case .rows(let named, let areMany) = statement.expectation {
            columns = named
            if areMany { wire.askForSingleRows() }
        }
        while let answer = try wire.answer() {
            answer.columns = columns
            switch (answer.outcome, statement.expectation) {
            case (.refused(let refusal), _):
                let error = StoreError(state: refusal.state, message: refusal.message, table: statement.table)
                outcome.refusal = outcome.refusal ?? error
                forget(statement)
            case (.skipped, _): forget(statement)
            case (.rows(let count), .rows): outcome.hear(answer, count, take)
            case (.done, .change(let otherwise)):
                outcome.changes = answer.changes
                if answer.changes == 0, let otherwise { outcome.refusal = outcome.refusal ?? otherwise }
            case (.done, .word): outcome.hear(answer, 1, take)
            case (.rows, _), (.done, _), (.synchronised, _): break
            }
        }
    }

    /// A statement that was not prepared after all.
    private func forget(_ statement: Pending) {
        if case .preparation(let prepared) = statement.expectation { prepared.isPrepared = false }
    }
}

extension StoreError {
    /// Whether a refusal is about the row and not about the transaction.
    fileprivate var concernsOneRow: Bool {
        switch self {
        case .conflict, .appendOnly: true
        default: false
        }
    }
}
