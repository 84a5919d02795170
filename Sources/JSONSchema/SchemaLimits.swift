/// How much work one validation may be.
package struct SchemaLimits: Hashable, Sendable {
    /// The most steps: a rule applied, a member or element looked at, a state of a pattern, eight bytes compared.
    package let maximumSteps: Int

    /// The most schemas that may apply within each other.
    package let maximumDepth: Int

    /// Five million steps, 256 deep. A policy of ours takes 1,800 steps and 14 levels; the most expensive steps known
    /// take 0.7 seconds together (release build, one core).
    package static let standard = SchemaLimits(maximumSteps: 5_000_000, maximumDepth: 256)

    /// The deepest limit a caller may ask for: measured to fit a stack of 768 KiB in a release build, of 5 MiB in a
    /// debug build.
    package static let highestDepth = 512

    /// Limits for callers with a reason of their own. `maximumDepth` lies in 1...``highestDepth``.
    package init(maximumSteps: Int, maximumDepth: Int) {
        precondition((1...Self.highestDepth).contains(maximumDepth), "schemas are applied recursively")
        self.maximumSteps = maximumSteps
        self.maximumDepth = maximumDepth
    }
}
