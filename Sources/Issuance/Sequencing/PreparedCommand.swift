import CanonicalJSON

/// A command with what its entries will say, written down where the command is handed over: by many threads, instead of
/// by the one that all commands wait for.
struct PreparedCommand: Sendable {
    let command: Command
    /// What the entry of its acceptance says.
    private let accepted: EntryContent?
    /// What the entry of its credential says.
    private let issued: EntryContent?

    init(_ command: Command) {
        self.command = command
        switch command {
        case .accept(let request):
            accepted = EntryContent(of: request.event)
            issued = request.issued.map { EntryContent(of: $0) }
        case .approve(_, _, let credential):
            accepted = nil
            issued = EntryContent(of: credential)
        default: (accepted, issued) = (nil, nil)
        }
    }

    /// What the entry of an event says that the command led to.
    func content(of event: Event) -> EntryContent {
        let prepared: EntryContent? =
            switch event {
            case .requestAccepted: accepted
            case .credentialIssued: issued
            default: nil
            }
        return prepared ?? EntryContent(of: event.content)
    }
}

/// What an entry says of an event, in canonical form: its facts, and what its commitments open to.
struct EntryContent: Sendable {
    let type: String
    let facts: [UInt8]
    /// One object, kept beside the log.
    let openings: [UInt8]
    /// Where in it the value of each field lies, in the order of RFC 8785.
    let fields: [(name: String, place: Range<Int>)]

    /// As long as a credential with its receipt, so that the buffer seldom grows.
    private static let usualBytes = 4096

    init(of event: some EventContent) {
        type = Swift.type(of: event).type
        var facts: [UInt8] = []
        event.facts.appendCanonical(to: &facts)
        var openings: [UInt8] = []
        var fields: [(String, Range<Int>)] = []
        for (name, value) in event.openings {
            if openings.isEmpty { openings.reserveCapacity(Self.usualBytes) }
            openings.append(UInt8(ascii: openings.isEmpty ? "{" : ","))
            JSON.string(name).appendCanonical(to: &openings)
            openings.append(UInt8(ascii: ":"))
            let start = openings.count
            value.appendCanonical(to: &openings)
            fields.append((name, start..<openings.count))
        }
        if !fields.isEmpty { openings.append(UInt8(ascii: "}")) }
        (self.facts, self.openings, self.fields) = (facts, openings, fields)
    }
}
