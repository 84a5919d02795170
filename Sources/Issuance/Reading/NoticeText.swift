import ServiceLevels
import Temporal

/// The words of a notice. Every fact in it comes from the entry that it tells of.
enum NoticeText {
    static func text(_ event: Event) -> String {
        switch event {
        case .promiseBroken(let breach) where breach.suspension != nil:
            """
            Your credential was promised by \(breach.dueAt.rfc3339) and was not ready. We are sorry. Nothing is given for \
            this: what the published policy gives was suspended at that time. Who decided that, and why, is published \
            under /policies/\(breach.suspension?.text ?? "").
            """
        case .promiseBroken(let breach):
            """
            Your credential was promised by \(breach.dueAt.rfc3339) and was not ready. We are sorry. You need not do \
            anything: what the published policy gives for this is given by itself.
            """
        case .compensationPosted(let posted) where posted.benefitType == CompensationPosted.credit:
            """
            For the delay of your credential you were given \(posted.minor) Pocket FIT credits. You can spend them \
            until \(posted.window.until.rfc3339).
            """
        case .compensationPosted(let posted):
            """
            For the delay of your credential you were given \(posted.minor) days of premium access, from \
            \(posted.window.from.rfc3339) to \(posted.window.until.rfc3339).
            """
        default: ""
        }
    }
}
