import CanonicalJSON
package import Credentials

/// The file of a schema that a verifier or an institution has at hand, with the address at which it is published.
package struct HandedSchema: Sendable {
    let url: URI
    let file: [UInt8]
    /// What the file says, when it is a credential.
    let credential: UnsecuredCredential?

    /// A file that is a JSON Schema itself.
    package init(at url: URI, file: [UInt8]) { (self.url, self.file, credential) = (url, file, nil) }

    /// A file that is a `JsonSchemaCredential`, and what its proof, which the caller verified, was found to secure.
    package init(at url: URI, file: [UInt8], securing credential: UnsecuredCredential) {
        (self.url, self.file, self.credential) = (url, file, credential)
    }
}

extension HandedSchema {
    /// The schema: the file, or what the credential in it is about.
    func document() throws -> JSON {
        guard let credential else { return try JSON(parsing: file) }
        let subject = credential.subjects.first
        guard credential.types.contains(SchemaCheck.credentialType), credential.subjects.count == 1,
            subject?["type"] == .string(SchemaCheck.schemaType), let schema = subject?["jsonSchema"]
        else {
            throw CredentialError(
                at: JSONPointer().appending("credentialSubject"),
                "must be one JsonSchema with its jsonSchema, in a JsonSchemaCredential")
        }
        return schema
    }
}
