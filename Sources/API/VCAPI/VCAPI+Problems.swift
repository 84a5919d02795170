import CanonicalJSON
import Credentials
import HTTPServer
import Issuance

extension VCAPI {
    /// Runs a route that replies later, and says whatever goes wrong in the words of the VC API.
    static func translating(_ reply: @escaping Route.Reply, _ run: (@escaping Route.Reply) throws -> Void) throws {
        do {
            try run { reply($0.mapError { translated($0) }) }
        } catch {
            throw translated(error)
        }
    }

    /// Runs a route that replies at once, and says whatever goes wrong in the words of the VC API.
    static func translating(_ run: () throws -> HTTPResponse) throws -> HTTPResponse {
        do {
            return try run()
        } catch {
            throw translated(error)
        }
    }

    /// A credential that cannot be issued is a bad request here; `type` is the specification's where it has one.
    private static func translated(_ error: any Error) -> any Error {
        switch error {
        case let refusal as Refusal:
            var problem = Problem(refusal: refusal, badRequest: [.invalidCredential, .invalidRequest, .wrongState])
            problem.pointer = problem.pointer.map { $0.replacing("/securing/", with: "/options/") }
            let isAboutTheBody = [.invalidCredential, .invalidRequest].contains(refusal.code)
            problem.type = refusal.problem ?? (isAboutTheBody ? .malformedValue : nil)
            return problem
        case is JSONError, is JSONShapeError:
            var problem = Problem(error)
            problem.type = error is JSONError ? .parsing : .malformedValue
            return problem
        default: return error
        }
    }
}

extension Problem {
    /// VCALM, 2.4: an option that is not understood is an error, because leaving it out would do another thing than was
    /// asked.
    static func refuseUnknown(_ known: [String], in json: JSON, at place: JSONPointer) throws {
        var reader = try ObjectReader(json, at: place)
        for name in known { _ = reader.optionalValue(name) }
        do throws(JSONShapeError) {
            try reader.finish()
        } catch {
            var problem = Problem(
                .badRequest, "unknown-option", "There is no such option", "Known are \(known.joined(separator: ", ")).")
            problem.type = .unknownOption
            problem.pointer = error.pointer.description
            throw problem
        }
    }
}

extension ProblemType {
    /// An option that the service does not know (VCALM, 3.8).
    static let unknownOption = ProblemType(rawValue: "https://www.w3.org/TR/vcalm#UNKNOWN_OPTION_PROVIDED")
}
