package import TransparencyLog

/// What the answer of a witness to `add-checkpoint` says, read without belief: a cosignature is verified, everything
/// unexpected is ``unusable(_:)``.
package enum WitnessReply: Hashable, Sendable {
    /// It cosigned; the line is verified.
    case cosigned(NoteSignature)
    /// 409: the size of the checkpoint that it cosigned last is another than was said.
    case otherSize(UInt64)
    /// 422: the checkpoint does not continue the one that it cosigned last, it says.
    case inconsistent
    /// Anything else: why it is of no use.
    case unusable(String)

    /// Reads an answer.
    /// - Parameters:
    ///   - contentType: the value of the header field, if there was one.
    ///   - note: what was sent.
    ///   - witness: the key that the policy gives this witness.
    package init(
        status: Int, contentType: String?, body: [UInt8], to note: SignedNote, from witness: VerifierKey
    ) {
        switch status {
        case 200:
            do throws(TransparencyLogError) {
                let answer = try AddCheckpointResponse(parsing: body)
                self = .cosigned(try answer.cosignature(of: witness, on: note).line)
            } catch {
                self = .unusable("what it answered is no cosignature of it: \(error)")
            }
        case 409:
            guard contentType == Self.sizeType, let size = Self.size(body) else {
                self = .unusable("it names another size, but not which")
                return
            }
            self = .otherSize(size)
        case 422: self = .inconsistent
        case 403: self = .unusable("it does not trust the key of this log (403)")
        case 404: self = .unusable("it does not know this log, or has no such path (404)")
        default: self = .unusable("it answered with status \(status)")
        }
    }

    private static let sizeType = "text/x.tlog.size"

    /// A decimal number and a newline.
    private static func size(_ body: [UInt8]) -> UInt64? {
        guard body.last == UInt8(ascii: "\n"), let text = String(validating: body.dropLast(), as: UTF8.self),
            let size = UInt64(text), size <= Checkpoint.maximumSize, String(size) == text
        else { return nil }
        return size
    }
}
