/// Names that Open Badges 3.0 fixes ([1EdTech, Open Badges 3.0](https://www.imsglobal.org/spec/ob/v3p0)).
package enum OpenBadges {
    /// The context that a badge has beside the one of the data model, at the version that we issue.
    package static let context = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
}
