import Glibc

/// Runs `body` while this thread cannot get SIGPIPE, which OpenSSL raises on a connection that the other side closed,
/// and which would end the process.
func withoutBrokenPipeSignal<Result>(_ body: () -> Result) -> Result {
    var brokenPipe = sigset_t()
    var before = sigset_t()
    var pending = sigset_t()
    unsafe sigemptyset(&brokenPipe)
    unsafe sigaddset(&brokenPipe, SIGPIPE)
    unsafe pthread_sigmask(SIG_BLOCK, &brokenPipe, &before)
    let result = body()
    unsafe sigpending(&pending)
    if unsafe sigismember(&pending, SIGPIPE) == 1 {
        var atOnce = timespec()
        unsafe sigtimedwait(&brokenPipe, nil, &atOnce)
    }
    unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
    return result
}
