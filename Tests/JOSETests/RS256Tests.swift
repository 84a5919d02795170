import CanonicalJSON
import Cryptography
import Foundation
import JOSE
import Testing

@Suite("RS256, with a key from a file")
struct RS256Tests {
    /// A key of nobody, made for this test with `openssl genpkey`.
    static let base64 = """
        MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDS7NgSbxRpJ8XfjC5uGMwgRz0cagxpQziadBC5id+9qwvjkDOR
        h2MuZEL/PKFoVRu+g0dt1BYHE75Ug7k5tzMUD0+gRAj4dVXuZZn+oF2C8Nj3BBQPNmUuLhKKIqYVx7mYs0Weri4VKsXNYecDdUMv
        9JilAEsYznHcOvNzQf/GZmZfTvf+pER2k8KgzQKufqCLMhgJdQekaOcdbDNt8GRi6lOfcBtPiIq9aPjI34FADiugDaPJY4fh9Xgo
        g9RS1QQ/Mt45kAoRc4gVkPMMAcTESB8aS6cg9EM7vTjdh4sC5Fpk1J5OUah/W2Hbg4fkGx9BWc+P+SQhGVlNUWHhlrWJAgMBAAEC
        ggEASZoWKBCU6cDUPpa3GPoUOOtC+uhSnmSzmsoHkAb5iUDnrCgEprK8vFKGQnSQykxwmwFKapvId/2+u9UfTHGOJGDXY1B6ZODk
        9ISFwSGKoAeVXlUQ/uH3Wq7/Dy7aD92a+RsNnzqeoApF7c5NA5rmsBRFM8avbd+UQcpca4rLSxqL7Lhtux7cYRy1iKiCO5hLUb8K
        BigtOdLBf02t6zyY81YcEAvL928UEPGQMzd4NffK4D5mcaDpwSKIJqzOGi635FEOKP15ChdMIvn/8aDR6C7Eo/VddFP/aPc3xeM7
        7H1Q6KwpeyH8IfMz/aOsMsZlfdAZB6Tmwui9zdJjeNO0lQKBgQD5AkqaHJTv7mbPsvToIx1I+CtYABRzqdfwvb/LZZX7Zcl/wig+
        B9AWLRxoicS0l1ZOZqfb5A1ExbdrMy7Uy4nb8tHIVAucCJQyxdIGT3sCCd1YplEq9x7NRtvTOOBRYDn4JJRLvYYUkRU9saOEesA3
        qg5G4sKXNHbCxNdFdHooGwKBgQDY2NUCnzC6Y2EYb8wMe79LwLeQo2J86zJj6IJhgeH7G3masaLZwzm+HtbBERyHnpwdkWoYFzm5
        Tyw57E9b2N4gCWHxMLZ6jf1ukAKYM7mNzVEH0amf7qreqt5dyJ699w5PVTp3W4zo6BdOMDb4vQwjqvqinc+GmgzHgzmKJjd7KwKB
        gDGIyChiGSqlhSQ6GEf5fEDgxVaLJYZgugk05etjOPO6qtvUVscILNfMf4M4LL40AMI135x5gD43CqazltRT7QepBRxRw8F1X22+
        Nmp08yZTqgmRhEIEyMbTGrWo8c6eUsnPFQUAHaUHu277YGjhNk2ccZyeTVFg6WMTXzN82TQTAoGAIvUJmcuZ6mI889iJ93U3iHm/
        3eRI60RrMin4YsmyaW2rc+GxFBPhyiFkk2kzxTUvi6C2jr2nw5Tc11WeEXtri5SXom8s66LaOSmkEW89OXvg1TbadnreNtkq0cmW
        tZ8PQoDF1RoAJEfOAf/JzN2FCHb2wqJYIyXQa5VfAENa7FMCgYEAx+R3aARat3s0SuVHFq8MMzUqOxZd44gqOt6dErrJBR2VE5Ow
        SRGC5TSLNBfQ/lkGFCpgIrbMBcimNo9kFApebnk0kXNXgYuZiVvWDfeRzpPtatD0OudQ57zJJyQIGCLlZbTT2rtmSfMs3d02CutQ
        O5FIqsDA6Af4EzoXRe0DsDk=
        """

    static func key() throws -> PrivateKey {
        let folder = FileManager.default.temporaryDirectory.appending(path: "punctual-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "key.pem").path
        let text = "-----BEGIN PRIVATE KEY-----\n\(base64)\n-----END PRIVATE KEY-----\n"
        #expect(
            FileManager.default.createFile(
                atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600]))
        return .rsa(try KeyFile.readRSA(path: path, passphrase: nil))
    }

    @Test("an RSA key signs tokens, and its public half as JSON verifies them")
    func roundTrip() throws {
        let key = try Self.key()
        let header = JOSEHeader(.rs256, type: "JWT", key: JSONWebKey(key.publicKey))
        let token = try JWS(signing: [1], header: header, key: key)
        let read = try JWS(parsing: token.compact)
        let publicKey = try JSONWebKey(.object(JSONWebKey(key.publicKey).json)).publicKey
        try read.verify(with: publicKey)
        #expect(read.signature.count == 256)
        #expect(refusal { try read.verify(with: Fixtures.issuer.publicKey) } != nil)
        #expect(try JWS(signing: [1], header: header, key: key) == token)
    }

    @Test("an RSA key binds an SD-JWT")
    func holder() throws {
        let key = try Self.key()
        let token = try HandMade.token(["cnf": ["jwk": .object(JSONWebKey(key.publicKey).json)]])
            .binding(nonce: "n", audience: "https://verifier.example", key: key, at: Fixtures.now)
        #expect(try SDJWTTests.verify(token, SDJWTRefusalTests.expectation).holderKey == key.publicKey)
    }
}
