/// How much a parser may be asked to read.
package struct JSONLimits: Hashable, Sendable {
    /// The most bytes a document may have.
    package let maximumBytes: Int

    /// The most arrays and objects that may be open at once.
    package let maximumDepth: Int

    /// One mebibyte, 64 deep. A credential is a few kilobytes and a full status list under 100; the worst document
    /// takes 28 times its bytes in memory (measured), which a small server can hold. A credential nests to about ten;
    /// 64 leaves room for every context and schema in use.
    package static let standard = JSONLimits(maximumBytes: 1 << 20, maximumDepth: 64)

    /// The deepest limit a caller may ask for: values are walked recursively. Reading, comparing and writing this many
    /// levels was measured to fit a stack of 512 KiB in a release build, of 2 MiB in a debug build.
    package static let highestDepth = 512

    /// Limits for callers with a reason of their own. `maximumDepth` lies in 0...``highestDepth``.
    package init(maximumBytes: Int, maximumDepth: Int) {
        precondition((0...Self.highestDepth).contains(maximumDepth), "values are walked recursively")
        self.maximumBytes = maximumBytes
        self.maximumDepth = maximumDepth
    }
}
