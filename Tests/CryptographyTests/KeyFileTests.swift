import Cryptography
import Foundation
import Testing

@Suite("Key files")
struct KeyFileTests {
    @Test("a key comes back from its file", arguments: [nil, [UInt8]("correct horse".utf8)])
    func roundTrip(passphrase: [UInt8]?) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "signing.pem").path
        let key = try Ed25519PrivateKey(seed: [UInt8](0..<32))
        try KeyFile.write(key, to: path, passphrase: passphrase)
        #expect(try KeyFile.read(path: path, passphrase: passphrase).seed == key.seed)
    }
}
