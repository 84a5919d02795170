import CanonicalJSON

/// `@context` of credentials and presentations: [VCDM 2.0, 4.3](https://www.w3.org/TR/vc-data-model-2.0/#contexts).
enum BaseContext {
    static let url = "https://www.w3.org/ns/credentials/v2"

    /// Documents in use have up to about ten contexts; each is compared with those before it.
    static let maximumCount = 64

    /// A list without repetition that begins with ``url`` and goes on with URLs and objects. What they define is not
    /// looked at.
    static func check(in document: OpenObject) throws(CredentialError) {
        guard case .array(let contexts) = try document.value("@context") else {
            throw document.malformed("@context", "must be a list that begins with \(url)")
        }
        guard contexts.first == .string(url) else {
            let isVersion1 = contexts.first == "https://www.w3.org/2018/credentials/v1"
            throw CredentialError(
                at: document.place.appending("@context").appending(0),
                "must be \(url)" + (isVersion1 ? "; data model 1.1 is not supported" : ""))
        }
        guard contexts.count <= maximumCount else {
            throw document.malformed("@context", "has more than \(maximumCount) items")
        }
        for index in contexts.indices.dropFirst() {
            try checkFurther(contexts, index, at: document.place.appending("@context").appending(index))
        }
    }

    private static func checkFurther(
        _ contexts: [JSON], _ index: Int, at place: @autoclosure () -> JSONPointer
    ) throws(CredentialError) {
        guard !contexts[..<index].contains(contexts[index]) else {
            throw CredentialError(at: place(), "appears twice; give each context once")
        }
        switch contexts[index] {
        case .object: break
        case .string(let text): _ = try URI(text, at: place())
        default: throw CredentialError(at: place(), "must be a URL or an object")
        }
    }
}
