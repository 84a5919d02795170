import COpenSSL

/// OpenSSL's queue of errors, one for each thread. We leave it empty after every refusal: what stays in it would be
/// taken for a failure of the next user of the library on this thread (TLS reads it).
enum LibraryErrors {
    /// Forgets what the library recorded: the refusal is already known and expected (a signature that is not valid).
    static func clear() {
        ERR_clear_error()
    }

    /// Takes the newest recorded reason as text and empties the queue.
    static func take(during operation: String) -> CryptographyError {
        let code = ERR_peek_last_error()
        ERR_clear_error()
        let text = unsafe ERR_reason_error_string(code).map { unsafe String(cString: $0) }
        return .library(operation: operation, reason: text ?? "no reason recorded")
    }
}
