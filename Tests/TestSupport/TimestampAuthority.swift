package import Foundation

/// A timestamp authority of the test's own, made and run by the `openssl` command: a root, and a certificate for
/// timestamps under it.
package struct TimestampAuthority: Sendable {
    /// The kind of its key.
    package enum Key: String, Sendable, CaseIterable {
        case ellipticCurve = "ec -pkeyopt ec_paramgen_curve:P-256"
        case rsa = "rsa:2048"
    }

    /// Something that the command refused to do.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Where its files are.
    package let folder: URL
    /// The root, in PEM.
    package var root: [UInt8] { get throws { [UInt8](try Data(contentsOf: folder.appending(path: "root.pem"))) } }

    /// Makes one in an empty folder.
    ///
    /// - Parameters:
    ///   - days: how long its own certificate holds, from now on; the root holds for ten years.
    ///   - digest: by which it signs.
    package init(in folder: URL, key: Key = .ellipticCurve, days: Int = 3000, digest: String = "sha256") throws {
        self.folder = folder
        try Data(Self.settings(digest: digest).utf8).write(to: folder.appending(path: "openssl.cnf"))
        try Data("01\n".utf8).write(to: folder.appending(path: "serial"))
        let words = key.rawValue.split(separator: " ").map(String.init)
        try run(
            ["req", "-new", "-x509", "-newkey", "ed25519", "-nodes", "-keyout", "root.key", "-out", "root.pem"]
                + ["-subj", "/CN=Root of a test", "-extensions", "root", "-days", "3650", "-config", "openssl.cnf"])
        try run(
            ["req", "-new", "-newkey"] + words + ["-nodes", "-keyout", "tsa.key", "-out", "tsa.csr"]
                + ["-subj", "/O=Loopback/CN=Authority of a test", "-config", "openssl.cnf"])
        try certify("tsa.pem", extensions: "authority", serial: 0x1111, days: days)
    }

    /// Another certificate for the same key.
    package func certify(_ name: String, extensions: String, serial: Int, days: Int = 3000) throws {
        try run([
            "x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key", "-set_serial", "\(serial)",
            "-extfile", "openssl.cnf", "-extensions", extensions, "-days", "\(days)", "-out", name,
        ])
    }

    /// A certificate of the folder, in DER.
    package func der(_ name: String) throws -> [UInt8] {
        try run(["x509", "-in", name, "-outform", "DER", "-out", name + ".der"])
        return [UInt8](try Data(contentsOf: folder.appending(path: name + ".der")))
    }

    /// The answer to a query, both in DER. A query that cannot be read is answered with a refusal.
    package func answer(_ query: [UInt8]) throws -> [UInt8] {
        let name = UUID().uuidString
        let (question, reply) = (folder.appending(path: name + ".tsq"), folder.appending(path: name + ".tsr"))
        try Data(query).write(to: question)
        try run([
            "ts", "-reply", "-config", "openssl.cnf", "-queryfile", question.path, "-signer", "tsa.pem", "-inkey",
            "tsa.key", "-out", reply.path,
        ])
        return [UInt8](try Data(contentsOf: reply))
    }

    /// What `openssl ts -verify` says of a response over a digest.
    ///
    /// - Parameter seconds: since 1970, at which the chain is judged.
    package func accepts(_ response: [UInt8], digest: String, atSeconds seconds: Int64) throws -> Bool {
        let reply = folder.appending(path: UUID().uuidString + ".tsr")
        try Data(response).write(to: reply)
        let arguments = ["ts", "-verify", "-digest", digest, "-in", reply.path, "-CAfile", "root.pem"]
        return (try? run(arguments + ["-attime", "\(seconds)"])) != nil
    }

    private func run(_ arguments: [String]) throws {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "openssl \(arguments.joined(separator: " ")): \(text)")
        }
    }

    private static func settings(digest: String) -> String {
        """
        [req]
        distinguished_name = name
        prompt = no
        [name]
        CN = replaced
        [root]
        basicConstraints = critical, CA:true
        keyUsage = critical, keyCertSign
        [authority]
        basicConstraints = critical, CA:false
        keyUsage = critical, digitalSignature
        extendedKeyUsage = critical, timeStamping
        [code]
        basicConstraints = critical, CA:false
        keyUsage = critical, digitalSignature
        extendedKeyUsage = critical, codeSigning
        [tsa]
        default_tsa = local
        [local]
        serial = serial
        default_policy = 1.2.3.4.1
        digests = sha256
        signer_digest = \(digest)
        accuracy = secs:1, millisecs:500, microsecs:100
        clock_precision_digits = 3
        tsa_name = yes
        ess_cert_id_chain = no
        ess_cert_id_alg = sha256

        """
    }
}
