import CanonicalJSON
import Cryptography
import HTTPClient
import Testing
import TransparencyLog

@Suite("The log over HTTP")
struct TileTests {
    @Test("is enough for a stranger: entries hash to the tiles, tiles to the root of the signed checkpoint")
    func stranger() throws {
        let service = try TestService()
        let running = try service.serve()
        defer { running.stop() }
        let lines = (0..<200).map { requestBody(holder: "urn:x:\($0)").canonicalString }.joined(separator: "\n")
        let batch = try running.send(
            "POST", "/v1/requests:batch", key: "many", Array(lines.utf8), contentType: "application/x-ndjson")
        #expect(batch.status == 200)
        let note = try SignedNote(parsing: running.send("GET", "/checkpoint").body)
        let head = try Checkpoint(parsing: note.text).head
        #expect(head.size == 6 + 400)
        let root = try MerkleTree.root(size: head.size) { place in
            let response = try running.send("GET", "/" + place.path)
            #expect(response.header("Cache-Control")?.contains("immutable") == true)
            return response.body
        }
        #expect(root == head.root)
        var tree = CompactRange()
        for index in 0...head.size / 256 {
            guard let place = EntryBundleCoordinate(index: index, treeSize: head.size) else { continue }
            let bundle = try running.send("GET", "/" + place.path).body
            for entry in try EntryBundle.decode(bundle, count: place.width) {
                tree.append(MerkleTree.leafHash(entry))
            }
        }
        #expect(tree.head == head)
    }

    @Test(
        "has no other tiles",
        arguments: [
            "/tile/0/001", "/tile/0/x000/000", "/tile/0/000.p/255", "/tile/entries/000.p/200", "/tile/9/000",
            "/tile/0/0",
            "/tile/entries/999", "/tile/nonsense", "/tile/0/000.p/256",
        ])
    func refused(path: String) throws {
        let service = try TestService()
        let running = try service.serve()
        defer { running.stop() }
        let response = try running.send("GET", path)
        #expect(response.status == 404)
        #expect(try JSON(parsing: response.body)["type"] == "urn:punctual:problem:unknown-tile")
    }
}
