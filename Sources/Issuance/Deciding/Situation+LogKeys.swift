/// Decisions about who signs checkpoints.
extension Situation {
    func change(_ event: LogKeyChanged) throws(Refusal) -> Decision {
        try directory.logKeys.check(event)
        return Decision([LogEvent(.logKeyChanged(event))])
    }
}
