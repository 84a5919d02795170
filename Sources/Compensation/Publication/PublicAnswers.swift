package import ServiceLevels
package import Temporal

/// What people ask about promises, with answers made from the policies in force: change a policy, and the answers
/// change.
package struct PublicAnswers: Hashable, Sendable {
    /// In the order of the page.
    package let answers: [Answer]

    /// One question.
    package struct Answer: Hashable, Sendable {
        /// A short name that stays: `how-long`.
        package let id: String
        /// As a person asks.
        package let question: String
        /// Sentences, each kept by the rules.
        package let sentences: [String]
        /// The documents that say so.
        package let policies: [PolicyHash]
    }

    /// The answers for the requests of a tenant, or of everybody who has no policies of their own.
    package init(from book: PolicyBook, for tenant: String = PolicyBook.defaultTenant, at now: Instant) {
        let offers = book.offers(of: tenant, at: now)
        answers = [
            Self.howLong(offers), Self.howMuch(offers), Self.doIAsk(book, tenant, offers, at: now),
            Self.suspended(book, tenant, at: now), Self.notices(offers), Self.change, Self.proof,
        ]
    }

    private static func howLong(_ offers: [Binding]) -> Answer {
        Answer(
            id: "how-long", question: "How long does it take to get my credential?",
            sentences: offers.flatMap(\.serviceLevel.plainWords).orNone("Nothing is promised at this time."),
            policies: offers.map(\.serviceLevel.hash))
    }

    private static func howMuch(_ offers: [Binding]) -> Answer {
        Answer(
            id: "how-much", question: "What do I get when it is late?",
            sentences: offers.flatMap { offer in
                (offers.count > 1 ? ["Under \(offer.serviceLevel.metadata.titleInWords):"] : [])
                    + offer.compensation.plainWords
            }.orNone("Nothing is promised at this time."),
            policies: offers.map(\.compensation.hash))
    }

    private static func doIAsk(_ book: PolicyBook, _ tenant: String, _ offers: [Binding], at now: Instant) -> Answer {
        let claims = book.inForce(.claims, of: tenant, at: now)
        let how = claims.flatMap(\.plainWords).orNone(
            "If you think that something is missing, write to the institution that issued your credential and name "
                + "your request; it can show you every entry of the log about it.")
        return Answer(
            id: "how-to-claim", question: "Do I have to ask for it, and how?",
            sentences: (offers.isEmpty
                ? [] : ["What a policy gives automatically needs no claim: it is posted by itself."])
                + how,
            policies: claims.map(\.hash))
    }

    private static func suspended(_ book: PolicyBook, _ tenant: String, at now: Instant) -> Answer {
        let suspensions = book.inForce(.suspension, of: tenant, at: now).filter { policy in
            guard case .suspension(let suspension) = policy else { return false }
            return book.time(of: suspension).map { now < $0.upperBound } ?? false
        }
        return Answer(
            id: "suspended", question: "Is any of this suspended?",
            sentences: suspensions.flatMap(\.plainWords).orNone("No."), policies: suspensions.map(\.hash))
    }

    private static func notices(_ offers: [Binding]) -> Answer {
        let plan = offers.lazy.compactMap(\.notices).first
        return Answer(
            id: "notices", question: "When do I hear from you?",
            sentences: (plan?.plainWords ?? []).orNone(
                "You read under your request what happens to it, as soon as it does; no plan of notices is published."),
            policies: plan.map { [$0.hash] } ?? [])
    }

    private static var change: Answer {
        Answer(
            id: "change", question: "Can the promise change after I asked for a credential?",
            sentences: [
                "No. A request keeps the policies that were in force when it was accepted; their hashes are in its "
                    + "receipt.",
                "For requests that come later, a change by which anybody would lose is published at least "
                    + "\(PolicyBook.changeNotice.inWords) before it takes effect.",
            ], policies: [])
    }

    private static var proof: Answer {
        Answer(
            id: "proof", question: "How can I check that you keep it?",
            sentences: [
                "Every policy stays at its address for ever, under the hash of its text.",
                "Every deadline, delay and payment is an entry of a public log that cannot be changed without notice; "
                    + "anyone can compute again what was owed.",
            ], policies: [])
    }
}

extension PolicyBook {
    /// What requests of a tenant can be bound to now, or of the default tenant where it has nothing of its own.
    fileprivate func offers(of tenant: String, at now: Instant) -> [Binding] {
        let own = bindings(of: tenant, at: now)
        return own.isEmpty && tenant != Self.defaultTenant ? bindings(of: Self.defaultTenant, at: now) : own
    }
}

extension [String] {
    fileprivate func orNone(_ sentence: String) -> [String] { isEmpty ? [sentence] : self }
}
