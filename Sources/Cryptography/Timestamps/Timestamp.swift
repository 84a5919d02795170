/// What a timestamp authority said, verified: these bytes existed at that time
/// ([RFC 3161, 2.4.2](https://www.rfc-editor.org/rfc/rfc3161#section-2.4.2)).
///
/// It says nothing about who had the bytes, nor whether they are true.
package struct Timestamp: Hashable, Sendable {
    /// `genTime`, in milliseconds since 1970-01-01T00:00:00Z; a finer fraction is cut off.
    package let genTimeMilliseconds: Int64
    /// How far `genTime` may be off, either way, in milliseconds rounded up; nil when the authority does not say.
    package let accuracyMilliseconds: Int64?
    /// The authority's policy, an object identifier in dotted form.
    package let policy: String
    /// The token's number at its authority, in upper-case hexadecimal.
    package let serialNumber: String
    /// The subject of the certificate that signed, as RFC 2253 writes names.
    package let authority: String
    /// The earliest end of validity in the chain, root included, in milliseconds since 1970-01-01T00:00:00Z. Before
    /// then the token has to be renewed.
    package let chainExpiresMilliseconds: Int64
}
