package import CanonicalJSON

/// A schema of draft 2020-12, compiled: every keyword has a value of the right shape, and every reference leads
/// somewhere. [Core](https://json-schema.org/draft/2020-12/json-schema-core),
/// [Validation](https://json-schema.org/draft/2020-12/json-schema-validation).
package struct JSONSchema: Sendable {
    let subschemas: [Subschema]
    /// The schemas with a dynamic anchor, for each resource.
    let dynamicAnchors: [[ExactString: Int]]
    let limits: SchemaLimits

    /// Compiles a schema, and those of the registry that it refers to.
    ///
    /// - Parameters:
    ///   - uri: where the schema was found: its relative references, and its `$id`, are resolved against this.
    ///   - assertsFormats: whether `format` refuses what is not of the format. By itself it does not (Validation
    ///     section 7.2.1), unless the schema's metaschema demands it.
    package init(
        _ schema: JSON, at uri: String = "", registry: SchemaRegistry = SchemaRegistry(), assertsFormats: Bool = false,
        limits: SchemaLimits = .standard
    ) throws(SchemaError) {
        var resources = registry.resources
        let root = try resources.add(schema, at: uri)
        var compiler = SchemaCompiler(resources: resources, assertsFormats: assertsFormats)
        try compiler.compile(root)
        subschemas = compiler.subschemas.compactMap(\.self)
        dynamicAnchors = compiler.dynamicAnchors
        self.limits = limits
    }

    /// How many violations are reported; the search ends with the last.
    package static let maximumViolations = 100

    /// How long their places may be together, but for the last: names can be as long as the document, and each
    /// violation below one repeats it.
    static let maximumViolationBytes = 1 << 16

    /// What is wrong with an instance; empty when it is valid. An error means that this cannot be said within the
    /// limits: the instance is then neither valid nor invalid.
    package func validate(_ instance: JSON) throws(SchemaError) -> [SchemaViolation] {
        var evaluation = Evaluation(self)
        return try evaluation.validate(instance)
    }
}
