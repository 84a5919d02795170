/// The log as anybody may read it: [C2SP tlog-tiles](https://c2sp.org/tlog-tiles).
extension Service {
    /// The bytes at a path: `tile/<L>/<N>[.p/<W>]` for hashes, `tile/entries/<N>[.p/<W>]` for the entries themselves.
    ///
    /// - Throws: `Refusal` with `unknownTile`, also for a tile that is not as wide yet.
    package func tile(_ path: String) throws -> [UInt8] {
        guard let bytes = try store.read({ try PublishedLog.resource(path, in: $0) }) else { throw Refusal.unknownTile }
        return bytes
    }
}
