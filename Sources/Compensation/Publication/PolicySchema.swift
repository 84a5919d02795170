/// `schemas/policy.schema.json`, as a part of the program: what a policy may look like.
package enum PolicySchema {
    /// The bytes of the file.
    package static let document: [UInt8] = PackageResources.policy_schema_json
}
