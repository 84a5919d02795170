package import CanonicalJSON
import HTTPServer

/// The published description of the routes, made from the table of routes itself
/// ([OpenAPI 3.1](https://spec.openapis.org/oas/v3.1.0)).
package enum OpenAPI {
    /// The document for a table of routes; the operator's are not published.
    package static func document(_ routes: [Route]) -> JSONObject {
        var paths: JSONObject = [:]
        for route in routes where route.access != .operator {
            let path = "/" + route.pattern.joined(separator: "/").replacing("...}", with: "}")
            var operations = paths[path]?.objectValue ?? [:]
            operations[route.method.rawValue.lowercased()] = .object(operation(route))
            paths[path] = .object(operations)
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "Punctual",
                "version": "1",
                "description": "Verifiable credentials with a deadline: late ones are compensated by themselves.",
            ],
            "paths": .object(paths),
            "components": [
                "securitySchemes": ["apiKey": ["type": "http", "scheme": "bearer"]],
                "schemas": .object(BodySchema.components),
            ],
        ]
    }

    private static func operation(_ route: Route) -> JSONObject {
        let problem: JSON = [
            "description": "A problem document (RFC 9457)",
            "content": ["application/problem+json": ["schema": ["$ref": .string(BodySchema.problem.reference)]]],
        ]
        var operation: JSONObject = [
            "summary": .string(route.summary),
            "responses": ["2XX": ["description": "Done"], "4XX": problem, "5XX": problem],
        ]
        var parameters = route.pattern.filter { $0.hasPrefix("{") }.map { segment -> JSON in
            parameter(segment.filter { !"{.}".contains($0) }, in: "path")
        }
        if let body = route.body {
            operation["requestBody"] = [
                "required": .bool(body.isRequired),
                "content": ["application/json": ["schema": ["$ref": .string(body.reference)]]],
            ]
        }
        operation["description"] = route.description.map(JSON.string)
        switch route.access {
        case .anyone, .operator: break
        case .institution, .staff, .institutionOrStaff, .claimant: operation["security"] = [["apiKey": []]]
        case .anyoneOrInstitution: operation["security"] = [["apiKey": []], [:]]
        }
        if route.method == .post, route.description == nil {
            parameters.append(parameter("Idempotency-Key", in: "header"))
        }
        if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
        return operation
    }

    private static func parameter(_ name: String, in place: String) -> JSON {
        ["name": .string(name), "in": .string(place), "required": true, "schema": ["type": "string"]]
    }
}
