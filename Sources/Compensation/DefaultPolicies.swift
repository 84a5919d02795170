/// The policies of the tenant `default`, in force from the moment they are published: the service level `standard` and
/// what it pays, `pocket-fit`. Part of the program, so that there is a promise from the first request on.
package enum DefaultPolicies {
    /// The documents, in the order in which they can be published.
    package static let documents: [[UInt8]] = [PackageResources.standard_json, PackageResources.pocket_fit_json]
}
