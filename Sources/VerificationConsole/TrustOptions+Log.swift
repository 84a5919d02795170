import Console
import Cryptography
import OpenTimestamps
import TransparencyLog

/// What the verifier brings about logs: who they are, who watches them, who says when.
extension TrustOptions {
    /// The policy of a `--policy` file.
    static func policy(_ path: String, reading read: Read) throws -> LogPolicy {
        let file = try read(path, LogPolicy.maximumBytes)
        do throws(TransparencyLogError) {
            return try LogPolicy(parsing: file)
        } catch {
            throw UsageError("--policy \(path): \(error).")
        }
    }

    /// The certificates of a `--tsa-roots` file.
    static func roots(_ path: String, reading read: Read) throws -> TrustedRoots {
        let file = try read(path, TrustedRoots.maximumByteCount)
        do throws(TimestampError) {
            return try TrustedRoots(pem: file)
        } catch {
            throw UsageError("--tsa-roots \(path): \(error).")
        }
    }

    /// The headers of a `--block-headers` file.
    static func headers(_ path: String, reading read: Read) throws -> BlockHeaders {
        let file = try read(path, BlockHeaders.maximumByteCount)
        do throws(OpenTimestampsError) {
            return try BlockHeaders(parsing: file)
        } catch {
            throw UsageError("--block-headers \(path): \(error).")
        }
    }
}
