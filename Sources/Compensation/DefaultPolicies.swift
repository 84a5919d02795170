/// The policies of the tenant `default`, in force from the moment they are published: the service level `standard` and
/// what it pays, `pocket-fit`. Part of the program, so that there is a promise from the first request on.
package enum DefaultPolicies {
    /// The documents, in the order in which they can be published.
    package static let documents: [[UInt8]] = [PackageResources.standard_json, PackageResources.pocket_fit_json]

    /// A plan of notices with texts in English and German, for the tenant `default`. Nobody is bound to it until it is
    /// published; an institution may take it, or start from it.
    package static let notices: [UInt8] = PackageResources.notices_json

    /// One document of each model that pays for the service level `standard`: that which is in force, and four that an
    /// institution may take, or start from. They are compared with each other over what really happened.
    package static let models: [[UInt8]] = [
        PackageResources.pocket_fit_json, PackageResources.flat_refund_json, PackageResources.apology_only_json,
        PackageResources.tiered_json, PackageResources.personalised_json,
    ]
}
