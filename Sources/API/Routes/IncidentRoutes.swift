import CanonicalJSON
import HTTPServer
import Issuance

/// Incidents: what institutions report and see, what the staff decides, what the operator does on the machine.
func incidentRoutes(_ service: Service) -> [Route] {
    institutionIncidentRoutes(service) + staffIncidentRoutes(service) + operatorIncidentRoutes(service)
}

/// Who decides about incidents.
private let deciders: [StaffRole] = [.incidentManager, .operator]

/// Who may look at numbers.
private let readers: [StaffRole] = [.incidentManager, .operator, .customerExperience, .finance]

private func institutionIncidentRoutes(_ service: Service) -> [Route] {
    [
        Route(
            .post, "/v1/stage-reports", .institutionOrStaff(deciders),
            "Say that a stage fails, or works again: for the institution's own requests, or by the staff for any",
            body: .stageReport, change(.report, service)),
        Route(
            .post, "/v1/incidents", .institutionOrStaff(deciders),
            "Open an incident, as the staff; or report a failing stage, as an institution", body: .incident,
            .later { call, reply in
                try submit(call.caller.tenant == nil ? .open : .report, call, service, reply)
            }),
        Route(
            .get, "/v1/incidents/public", .anyone, "What everybody may know of incidents: no persons, no institutions",
            .now { _ in .json(.ok, try service.publicState(), headers: ["Cache-Control": "no-store"]) }),
        Route(
            .get, "/v1/incidents", .institutionOrStaff(readers),
            "The newest incidents; an institution sees those with requests of its own",
            .now { call in .json(.ok, try service.incidentList(for: call.caller.tenant)) }),
        Route(
            .get, "/v1/incidents/{id}", .institutionOrStaff(readers), "Everything about one incident",
            .now { call in
                .json(.ok, try service.incidentDossier(call.parameter("id"), for: call.caller.tenant))
            }),
        Route(
            .get, "/v1/requests/{id}/incident", .anyone,
            "The proof that a request was counted among those of its incident",
            .now { call in .json(.ok, try service.membershipProof(of: call.requestID())) }),
        Route(
            .get, "/status.json", .anyone, "The public state of the service",
            .now { _ in .json(.ok, try service.publicState(), headers: ["Cache-Control": "no-store"]) }),
        Route(
            .get, "/status", .anyone, "The same as a page",
            .now { _ in
                HTTPResponse(
                    .ok, headers: ["Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"],
                    body: Array(StatusPage.html(try service.publicState(), isStatic: false).utf8))
            }),
    ]
}

private func staffIncidentRoutes(_ service: Service) -> [Route] {
    let verbs: [(path: String, verb: IncidentVerb, summary: String, body: BodySchema)] = [
        ("classify", .classify, "Say why, and how sure that is", .incidentCause),
        ("merge", .merge, "Make another incident a part of this one", .incidentMerge),
        ("split", .split, "Look at the requests of some institutions by themselves", .incidentSplit),
        ("resolve", .resolve, "Say that it is over", .noteOnly),
        ("postmortem", .postmortem, "Record what was learnt, and what of it is public", .incidentPostmortem),
        ("actions", .plan, "Plan something so that it does not happen again", .incidentAction),
        ("done", .done, "Say that an action was done", .incidentDone),
    ]
    return verbs.map { verb in
        Route(
            .post, "/v1/incidents/{id}/\(verb.path)", .staff(deciders), verb.summary, body: verb.body,
            change(verb.verb, service))
    } + [
        Route(
            .get, "/v1/dashboard", .staff(readers), "What is going on, in numbers that the log adds up to",
            .now { _ in .json(.ok, try service.dashboard()) }),
        Route(
            .get, "/v1/reports/stages", .staff(readers), "Where requests spend their time, and who waits longest",
            .now { _ in .json(.ok, try service.stageReport()) }),
        Route(
            .get, "/v1/reports/incidents", .staff(readers), "How often causes came back, and which actions are overdue",
            .now { _ in .json(.ok, try service.recurrenceReport()) }),
    ]
}

private func operatorIncidentRoutes(_ service: Service) -> [Route] {
    let unnamed: [IncidentVerb] = [.report, .rules, .open]
    return IncidentVerb.allCases.map { verb in
        let place = unnamed.contains(verb) ? "" : "/{id}"
        return Route(
            .post, "/operator/incidents\(place)/\(verb.rawValue)", .operator, "As the operator: \(verb.rawValue)",
            change(verb, service))
    } + [
        Route(
            .get, "/operator/incidents", .operator, "The newest incidents",
            .now { _ in .json(.ok, try service.incidentList()) }),
        Route(
            .get, "/operator/incidents/{id}", .operator, "Everything about one incident",
            .now { call in .json(.ok, try service.incidentDossier(call.parameter("id"))) }),
        Route(
            .get, "/operator/dashboard", .operator, "What is going on, in numbers",
            .now { _ in .json(.ok, try service.dashboard()) }),
        Route(
            .get, "/operator/reports/stages", .operator, "Where requests spend their time",
            .now { _ in .json(.ok, try service.stageReport()) }),
        Route(
            .get, "/operator/reports/incidents", .operator, "How often causes came back",
            .now { _ in .json(.ok, try service.recurrenceReport()) }),
    ]
}

private func change(_ verb: IncidentVerb, _ service: Service) -> Route.Run {
    .later { call, reply in try submit(verb, call, service, reply) }
}

private func submit(
    _ verb: IncidentVerb, _ call: Call, _ service: Service, _ reply: @escaping Route.Reply
) throws {
    let body = try call.optionalJSON()
    let incident = try call.parameters["id"].map { text in
        guard let id = IncidentID(text) else { throw Refusal.unknownIncident }
        return id
    }
    let by: String? =
        switch call.caller {
        case .institution: nil
        case .staff(let member): member.id.text
        case .unknown: IncidentAuthor.machine
        case .holder: preconditionFailure("a receipt opens no route of incidents")
        }
    let asker = IncidentAsker(by: by, tenant: call.caller.tenant, idempotency: try call.idempotency(body))
    let command = try IncidentCommand(verb, on: incident, body, by: asker)
    service.change(command) { reply($0.map(HTTPResponse.answer)) }
}
