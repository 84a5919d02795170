/// The published contexts that ship with the room, by the absolute URL that documents name them with.
enum PublishedContexts {
    /// Each URL with the bytes of the document that stands there.
    static let table: [(url: String, bytes: [UInt8])] = [
        ("https://w3id.org/security/data-integrity/v2", PackageResources.data_integrity_v2_json)
    ]
}
