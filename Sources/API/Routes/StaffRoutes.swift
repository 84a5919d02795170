import CanonicalJSON
import HTTPServer
import Issuance

/// Who acts for the service: what the operator does and asks.
func staffRoutes(_ service: Service) -> [Route] {
    [
        Route(
            .get, "/operator/staff", .operator, "Everybody of the staff, those who left among them",
            .now { _ in .json(.ok, service.staffList()) }),
        Route(
            .post, "/operator/staff", .operator, "Let somebody act for the service; the key is in this answer only",
            .later { call, reply in
                service.addStaff(try StaffDraft(try call.json(), named: true)) { result in
                    reply(
                        result.map { added in
                            var body = added.answer.body
                            body["apiKey"] = .string(added.apiKey)
                            return .json(.created, body)
                        })
                }
            }),
        Route(
            .post, "/operator/staff/{id}/roles", .operator, "Let somebody do other things, or until another instant",
            .later { call, reply in
                let draft = try StaffDraft(try call.json(), named: false)
                service.changeRoles(of: try call.namedStaff(), draft) { reply($0.map(HTTPResponse.answer)) }
            }),
        Route(
            .post, "/operator/staff/{id}/remove", .operator, "Let somebody do nothing any more",
            .later { call, reply in
                service.removeStaff(try call.namedStaff()) { reply($0.map(HTTPResponse.answer)) }
            }),
    ]
}

extension Call {
    fileprivate func namedStaff() throws(Refusal) -> StaffID {
        guard let id = StaffID(parameter("id")) else {
            throw Refusal(.unknownStaff, "Nobody here has this id; see `punctual staff list`.")
        }
        return id
    }
}
