package import CanonicalJSON
import ServiceLevels
import StatusLists
import Temporal

/// What a command's sender is told. It is a function of the command's entry, so the answer to a retry is the same
/// bytes.
package struct Answer: Hashable, Sendable {
    package let kind: Kind
    package let body: JSONObject

    /// What became of the command.
    package enum Kind: Hashable, Sendable {
        /// Something exists now that did not before.
        case created
        /// The request is accepted and waits for something.
        case pending
        /// Done.
        case done
    }

    init(_ kind: Kind, _ body: JSONObject) {
        self.kind = kind
        self.body = body
    }
}

extension Answer {
    /// Nothing is kept of a person any more. It names no request, or it would say whose it was.
    static let erased = Answer(.done, ["state": "erased"])

    /// The answer to the command whose entry was `event`.
    ///
    /// - Parameters:
    ///   - issued: the credential that the same command issued, if it did.
    ///   - url: the service's address, for links.
    init(to event: LogEvent, issued: CredentialIssued?, url: String) {
        var body: JSONObject = [:]
        body["id"] = event.request.map { .string($0.text) }
        switch event.event {
        case .requestAccepted(let accepted):
            body["state"] = .string((issued == nil ? RequestState.processing : .available).rawValue)
            body["receipt"] = accepted.receipt
            body["dueAt"] = .string(accepted.dueAt.rfc3339)
            body["credential"] = issued?.credential
            if issued == nil, let id = event.request { body["statusUrl"] = .string("\(url)/v1/requests/\(id)/status") }
            self.init(issued == nil ? .pending : .created, body)
            return
        case .requestApproved:
            body["state"] = .string(RequestState.available.rawValue)
            body["credential"] = issued?.credential
        case .requestHeld(let held):
            body["state"] = .string(RequestState.paused.rawValue)
            body["until"] = held.until.map { .string($0.rfc3339) }
        case .requestResumed(let resumed):
            body["state"] = .string(RequestState.processing.rawValue)
            body["dueAt"] = .string(resumed.dueAt.rfc3339)
        case .requestUpdated: body["updated"] = true
        case .requestCancelled:
            body["state"] = .string(RequestState.cancelled.rawValue)
        case .requestDenied(let denied):
            body["state"] = .string(RequestState.denied.rawValue)
            body["reason"] = denied.reason.map { .string($0.rawValue) }
        case .credentialRevoked:
            body["state"] = .string(RequestState.revoked.rawValue)
        case .credentialStatusSet(let status):
            body["status"] = ["purpose": .string(status.purpose.rawValue), "value": .integer(status.value)]
        case .logKeyChanged(let changed):
            self.init(changed.state == .added ? .created : .done, changed.facts)
            return
        case .issuerAdded(let added):
            self.init(.created, added.facts)
            return
        case .keyAdded(let added):
            self.init(.created, added.facts)
            return
        case .keyRevoked(let revoked):
            self.init(.done, revoked.facts)
            return
        case .resourceRegistered(let resource):
            self.init(.created, ["url": .string(resource.url), "hash": .string(resource.hash)])
            return
        case .requestsIndexed(let indexed):
            self.init(.created, indexed.facts)
            return
        case .coverage(let stated):
            self.init(.created, stated.facts)
            return
        case .institutionAdded(let added):
            self.init(.created, ["id": .string(added.tenant.text), "name": .string(added.name)])
            return
        case .policyPublished(let published):
            self.init(
                .created,
                ["hash": .string(published.hash.text), "effectiveAt": .string(published.effectiveAt.rfc3339)])
            return
        case .policy(let event):
            self.init(.created, event.content.facts)
            return
        case .subjectErased:
            self = .erased
            return
        case .incident(let event):
            self.init(event.isBeginning ? .created : .done, event.content.facts)
            return
        case .wallet(let fact):
            self.init(to: fact)
            return
        case .coupon(let fact):
            self.init(to: fact)
            return
        case .staffAdded(let added):
            self.init(.created, added.facts)
            return
        case .staffRolesChanged(let changed):
            self.init(.done, changed.facts)
            return
        case .staffRemoved(let removed):
            self.init(.done, removed.facts)
            return
        case .offer(let offer):
            var isNew = false
            if case .made = offer { isNew = true }
            self.init(isNew ? .created : .done, offer.answer(about: event.request))
            return
        case .claim(let claim):
            self.init(claim.isNew ? .created : .done, claim.answer(about: event.request))
            return
        case .survey(.answered(let answered)):
            body["state"] = "answered"
            for (name, value) in answered.facts { body[name] = value }
            self.init(.created, body)
            return
        case .reviewPublished(let published):
            self.init(.created, published.summary)
            return
        case .foresight(let event):
            for (name, value) in event.content.facts { body[name] = value }
            self.init(.done, body)
            return
        case .refundSettled(let settled):
            self.init(.done, settled.facts)
            return
        case .assurance(let event): event.add(to: &body)
        case .decision(let event):
            self.init(.done, event.content.facts)
            return
        case .logOpened, .zonePinned, .keyRetired, .credentialIssued, .promiseBroken, .compensationPosted,
            .noticeQueued, .notice, .settling, .survey:
            break
        }
        self.init(.done, body)
    }
}
