import Dispatch
import Issuance
import Synchronization

/// Starts something that is answered later, and waits for the answer: for whoever has a thread to wait with.
///
/// - Parameter start: is handed what must be called once, with the answer.
package func waitForAnswer<Value: Sendable>(
    _ start: (@escaping @Sendable (Result<Value, any Error>) -> Void) throws -> Void
) throws -> Value {
    let done = DispatchSemaphore(value: 0)
    let result = Mutex<Result<Value, any Error>?>(nil)
    try start { answer in
        result.withLock { $0 = answer }
        done.signal()
    }
    done.wait()
    guard let answer = result.withLock({ $0 }) else { throw StoreError.corrupt("an answer without a result") }
    return try answer.get()
}
