import Glibc

/// SIGTERM and SIGINT, for commands that run until they are told to stop.
enum TerminationSignals {
    private static func both() -> sigset_t {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGTERM)
        unsafe sigaddset(&signals, SIGINT)
        return signals
    }

    /// Leaves the signals to `wait`. To be called before any thread is made, so that every thread inherits it.
    static func block() {
        var signals = both()
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    /// Returns when one of them comes. A second one ends the process at once, as if nobody had asked to hear of it.
    static func wait() {
        var signals = both()
        var received: Int32 = 0
        _ = unsafe sigwait(&signals, &received)
        unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }
}
