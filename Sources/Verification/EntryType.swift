/// The types of entries about a request, as the page "What the log says" of the issuing service has them. Written here
/// again, on purpose: a verifier shares nothing with who issues.
enum EntryType: String {
    case requestAccepted = "request.accepted"
    case requestApproved = "request.approved"
    case requestHeld = "request.held"
    case requestResumed = "request.resumed"
    case requestCancelled = "request.cancelled"
    case credentialIssued = "credential.issued"
    case credentialRevoked = "credential.revoked"
    case promiseBroken = "sla.breach"
    case compensationPosted = "compensation.post"
    case noticeQueued = "notice.queued"
}
