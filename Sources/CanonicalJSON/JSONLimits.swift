/// How much a parser may be asked to read.
package struct JSONLimits: Hashable, Sendable {
    /// The most bytes a document may have.
    package let maximumBytes: Int

    /// The most arrays and objects that may be open at once.
    package let maximumDepth: Int

    /// One credential is a few kilobytes and a full status list under 100; a value takes up to 15 times its bytes in
    /// memory, so one mebibyte keeps a hostile document at a size that a small server can hold.
    /// A credential nests to about ten; 64 leaves room for every context and schema in use.
    package static let standard = JSONLimits(maximumBytes: 1 << 20, maximumDepth: 64)

    /// The deepest limit a caller may ask for: values are walked recursively, and this many frames fit a thread's
    /// stack of 512 KiB in a release build.
    package static let highestDepth = 512

    /// Limits for callers with a reason of their own. `maximumDepth` lies in 0...``highestDepth``.
    package init(maximumBytes: Int, maximumDepth: Int) {
        precondition((0...Self.highestDepth).contains(maximumDepth), "values are walked recursively")
        self.maximumBytes = maximumBytes
        self.maximumDepth = maximumDepth
    }
}
