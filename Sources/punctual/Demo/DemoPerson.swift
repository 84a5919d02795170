import CanonicalJSON
import Console

/// One row of the demo's input: somebody whose institution asks for a credential.
struct DemoPerson: Sendable {
    let institution: String
    let holder: String
    let email: String
    let name: String
    let award: String
    let tier: String

    /// Reads a file with one person in each line.
    ///
    /// - Throws: `UsageError` that names the line.
    static func read(_ path: String) throws -> [DemoPerson] {
        let lines = try readFile(path, maximumBytes: 16 << 20).split(separator: UInt8(ascii: "\n"))
        guard !lines.isEmpty else { throw UsageError("\(path) names nobody.") }
        return try lines.enumerated().map { position, line in
            do {
                return try DemoPerson(try JSON(parsing: line))
            } catch {
                throw UsageError("\(path), line \(position + 1): \(error).")
            }
        }
    }

    private init(_ json: JSON) throws(JSONShapeError) {
        var reader = try ObjectReader(json)
        institution = try reader.string("institution")
        holder = try reader.string("holder")
        email = try reader.string("email")
        name = try reader.string("name")
        award = try reader.string("award")
        tier = try reader.string("tier")
        try reader.finish()
    }

    /// The body of `POST /v1/requests`.
    func request(review: String) -> JSON {
        [
            "credential": [
                "@context": [
                    "https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2",
                ],
                "type": ["VerifiableCredential", "ExampleDegreeCredential"],
                "credentialSubject": [
                    "id": .string(holder), "name": .string(name),
                    "degree": ["type": "ExampleBachelorDegree", "name": .string(award)],
                ],
            ],
            "holder": ["id": .string(holder), "email": .string(email)], "tier": .string(tier),
            "review": .string(review),
        ]
    }
}
