package import CanonicalJSON
package import Temporal

/// A policy document with its envelope read: which kind it is, whose, which version, from when. The promise itself is
/// in ``spec``, which the type of its kind reads; `Policy`, one floor up, says which type that is.
package struct PolicyDocument: Hashable, Sendable {
    /// Which promise the document makes.
    package let kind: Kind
    /// What every kind says about itself.
    package let metadata: Metadata
    /// The whole document.
    package let json: JSON
    /// The RFC 8785 form of the whole document: what is hashed, stored and published.
    package let canonicalBytes: [UInt8]
    /// The identity of the document.
    package let hash: PolicyHash

    /// The kinds of the format. Which of them this version keeps, `Policy` says.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case businessCalendar = "BusinessCalendar"
        case serviceLevel = "ServiceLevel"
        case compensation = "Compensation"
        case budget = "Budget"
        case notification = "Notification"
        case claims = "Claims"
        case forecast = "Forecast"
        case review = "Review"
        case suspension = "Suspension"
    }

    /// The name, owner, version and begin of a policy.
    package struct Metadata: Hashable, Sendable {
        /// The name that versions share: 1 to 63 of `a-z 0-9 . -`, beginning and ending with a letter or digit.
        package let id: String
        /// From 1 on; each published version is greater than the one before.
        package let version: Int64
        /// The institution whose requests it is for, or `default`; the same form as an id.
        package let tenant: String
        /// The wish of its author; in force from then or from its publication, whichever is later.
        package let effectiveFrom: Instant
        /// From then on it binds nobody who comes, later than ``effectiveFrom``; nil when the next version ends it.
        package let effectiveUntil: Instant?
        /// The version before, where the author names it: a check that nobody published in between.
        package let supersedes: PolicyHash?
        /// The title, by language tag.
        package let title: [String: String]
    }

    /// 64 KiB hold a policy with every condition list full; 32 levels hold conditions nested ten deep. Both for the
    /// bytes as sent and for their canonical form, so that what is published can always be read again.
    package static let limits = JSONLimits(maximumBytes: 1 << 16, maximumDepth: 32)

    /// Reads the envelope of a document as it was sent. Not JSON, too long or of another shape: ``PolicyError``.
    package init(parsing bytes: [UInt8]) throws(PolicyError) {
        let json: JSON
        do throws(JSONError) {
            json = try JSON(parsing: bytes, limits: Self.limits)
        } catch {
            throw PolicyError(pointer: JSONPointer(), problem: error.description)
        }
        try self.init(json)
    }

    /// Reads the envelope of a document that already is a JSON value, as in a log entry.
    package init(_ json: JSON) throws(PolicyError) {
        canonicalBytes = json.canonicalBytes
        guard canonicalBytes.count <= Self.limits.maximumBytes else {
            let problem = "the canonical form has more than \(Self.limits.maximumBytes) bytes; say less"
            throw PolicyError(pointer: JSONPointer(), problem: problem)
        }
        self.json = json
        hash = PolicyHash(ofCanonical: canonicalBytes)
        do throws(JSONShapeError) {
            var envelope = try ObjectReader(json)
            try envelope.constant("apiVersion", "punctual/v1")
            kind = try envelope.choice("kind")
            metadata = try Metadata(envelope.object("metadata"))
            _ = try envelope.object("spec")
            try envelope.finish()
        } catch {
            throw PolicyError(error)
        }
    }

    /// A reader of the promise itself, for the type of its kind: a document of another kind is refused.
    package func spec(of kind: Kind) throws(JSONShapeError) -> ObjectReader {
        guard self.kind == kind else {
            throw JSONShapeError(pointer: JSONPointer().appending("kind"), problem: "expected \(kind.rawValue)")
        }
        var envelope = try ObjectReader(json)
        return try envelope.object("spec")
    }
}

extension PolicyDocument.Metadata {
    init(_ reader: consuming ObjectReader) throws(JSONShapeError) {
        id = try reader.identifier("id")
        version = try reader.integer("version", in: 1...JSON.largestInteger)
        tenant = try reader.identifier("tenant")
        effectiveFrom = try reader.instant("effectiveFrom")
        effectiveUntil = try reader.optionalInstant("effectiveUntil")
        supersedes = try reader.optionalPolicyHash("supersedes")
        title = try reader.texts("title")
        try reader.optionalConstant("public", true)
        try reader.notKept("labels")
        try reader.finish()
        guard let effectiveUntil, effectiveUntil <= effectiveFrom else { return }
        throw JSONShapeError(
            pointer: reader.pointer(to: "effectiveUntil"), problem: "expected an instant later than effectiveFrom")
    }

    /// The title in English, or else in the first language of the document by tag.
    package var titleInWords: String { title["en"] ?? title.min { $0.key < $1.key }?.value ?? id }
}
