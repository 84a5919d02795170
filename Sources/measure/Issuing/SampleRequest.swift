/// What an institution sends, as bytes; each with another number in it, and nothing prepared from it.
struct SampleRequest: Sendable {
    /// With `mark` wherever the number goes.
    private let bytes: [UInt8]
    /// Where the marks begin.
    private let places: [Int]

    private static let mark = Array("############".utf8)

    /// - Parameter member: stands first in the object, such as the key of a line in a batch.
    init(_ member: String = "") {
        let text = """
            {\(member)"tier":"standard","review":"none","holder":{"id":"did:example:holder-############",\
            "email":"holder-############@example.org"},"credential":{"@context":\
            ["https://www.w3.org/ns/credentials/v2","https://www.w3.org/ns/credentials/examples/v2"],\
            "type":["VerifiableCredential","ExampleDegreeCredential"],"name":"Degree",\
            "description":"What the university says of a student who passed.",\
            "credentialSubject":{"id":"did:example:holder-############","name":"Ada Example ############",\
            "degree":{"type":"ExampleBachelorDegree","name":"Bachelor of Science"}}}}
            """
        self.init(marked: text)
    }

    /// A line of a batch, which brings its own key.
    static let line = SampleRequest(#""idempotencyKey":"line-############","#)

    /// - Parameter text: with `############` wherever the number goes.
    init(marked text: String) {
        let bytes = Array(text.utf8)
        places = bytes.indices.filter { bytes[$0...].starts(with: Self.mark) }.reduce(into: []) { places, place in
            // Marks do not overlap.
            if places.last.map({ place >= $0 + Self.mark.count }) ?? true { places.append(place) }
        }
        self.bytes = bytes
    }

    var count: Int { bytes.count }

    /// The request with that number.
    func append(_ number: Int, to output: inout [UInt8]) {
        let start = output.count
        output.append(contentsOf: bytes)
        for place in places {
            var (position, rest) = (start + place + Self.mark.count, number)
            for _ in Self.mark {
                position -= 1
                output[position] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            }
        }
    }
}
