import CanonicalJSON
import HTTPServer
import Issuance

/// The body of `POST /credentials/derive`.
struct Derivation {
    init(_ body: JSON) throws {
        _ = body
    }

    func answer(_ service: Service) throws -> HTTPResponse {
        .json(.created, [:])
    }
}
