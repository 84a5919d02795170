import HTTPServer
import Issuance

/// The log as anybody may read it: [C2SP tlog-tiles](https://c2sp.org/tlog-tiles), and proofs for who does not want to
/// make them from tiles.
func logRoutes(_ service: Service) -> [Route] {
    [
        Route(
            .get, "/checkpoint", .anyone, "The newest signed checkpoint of the log, with its cosignatures (C2SP)",
            .now { _ in .published(try service.checkpoint(), as: .text, cached: .briefly) }),
        Route(
            .get, "/checkpoint/witnessed", .anyone, "The newest checkpoint that enough witnesses have cosigned",
            .now { _ in .published(try service.witnessedCheckpoint(), as: .text, cached: .briefly) }),
        Route(
            .get, "/tile/{tile...}", .anyone, "A tile of the log, or a bundle of its entries (C2SP tlog-tiles)",
            .now { call in
                .published(try service.tile("tile/" + call.parameter("tile")), as: .bytes, cached: .forEver)
            }),
        Route(
            .get, "/v1/log/entries/{index}", .anyone, "One entry of the log, byte for byte as it is hashed",
            .now { call in .published(try service.entry(call.index("index")), as: .json, cached: .forEver) }),
        Route(
            .get, "/v1/log/entries/{index}/tlog-proof", .anyone, "A proof that an entry is in the log (tlog-proof)",
            description: "With `?witnessed=true` under the newest checkpoint that enough witnesses have cosigned.",
            .now { call in
                let isWitnessed = try call.flag("witnessed")
                let proof = try service.proofFile(of: call.index("index"), witnessed: isWitnessed)
                return .published(proof, as: .text, cached: .briefly)
            }),
        Route(
            .get, "/v1/log/inclusion", .anyone, "A proof that an entry is in the tree of any size (RFC 6962, 2.1.1)",
            description: "Parameters: `index` of the entry; `size` of the tree, the newest when left out.",
            .now { call in
                let asked = try call.numbers(["index"], optional: ["size"])
                return .json(
                    .ok, try service.inclusionProof(index: asked["index"] ?? 0, size: asked["size"]),
                    headers: HTTPResponse.proofHeaders)
            }),
        Route(
            .get, "/v1/log/consistency", .anyone, "A proof that the log only grew between two sizes (RFC 6962, 2.1.2)",
            description: "Parameters: `from`, the smaller size; `to`, the larger one, the newest when left out.",
            .now { call in
                let asked = try call.numbers(["from"], optional: ["to"])
                return .json(
                    .ok, try service.consistencyProof(from: asked["from"] ?? 0, to: asked["to"]),
                    headers: HTTPResponse.proofHeaders)
            }),
    ]
}

extension HTTPResponse {
    fileprivate enum Media: String {
        case text = "text/plain; charset=utf-8"
        case bytes = "application/octet-stream"
        case json = "application/json"
    }

    fileprivate enum Caching: String {
        /// As tlog-tiles wants it for what changes: a cache may answer for a moment.
        case briefly = "max-age=1"
        /// What was signed never changes, and neither does what it covers.
        case forEver = "public, max-age=31536000, immutable"
    }

    /// Anybody's to read, also for a page from elsewhere in a browser: it is the same for all.
    fileprivate static func published(_ body: [UInt8], as media: Media, cached: Caching) -> HTTPResponse {
        let headers: HTTPHeaders = [
            "Content-Type": media.rawValue, "Cache-Control": cached.rawValue, "Access-Control-Allow-Origin": "*",
        ]
        return HTTPResponse(.ok, headers: headers, body: body)
    }

    fileprivate static let proofHeaders: HTTPHeaders = [
        "Cache-Control": Caching.briefly.rawValue, "Access-Control-Allow-Origin": "*",
    ]
}

extension Call {
    /// A number of the log in the path.
    fileprivate func index(_ name: String) throws(Refusal) -> UInt64 { try Self.number(parameter(name), name) }

    /// A parameter that is `true` or `false`, the latter when it is left out.
    fileprivate func flag(_ name: String) throws(Refusal) -> Bool {
        switch try query([name])[name] {
        case nil, "false": return false
        case "true": return true
        default: throw Refusal(.invalidRequest, "Write `\(name)=true` or `\(name)=false`.")
        }
    }

    /// Numbers of the log behind the question mark.
    fileprivate func numbers(_ required: [String], optional: [String]) throws(Refusal) -> [String: UInt64] {
        var numbers: [String: UInt64] = [:]
        for (name, text) in try query(required + optional) { numbers[name] = try Self.number(text, name) }
        for name in required where numbers[name] == nil {
            throw Refusal(.invalidRequest, "The parameter `\(name)` is missing.")
        }
        return numbers
    }

    /// Decimal, as the formats of the log write numbers: no sign, no leading zero.
    private static func number(_ text: String, _ name: String) throws(Refusal) -> UInt64 {
        guard let number = Int64(text), number >= 0, String(number).utf8.elementsEqual(text.utf8) else {
            throw Refusal(.invalidRequest, "`\(name)` must be a decimal number without leading zeros.")
        }
        return UInt64(number)
    }
}
