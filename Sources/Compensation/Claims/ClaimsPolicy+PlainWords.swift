import ServiceLevels

/// The instructions for claims in sentences that a person can hold us to.
extension ClaimsPolicy {
    /// Short English sentences, each of them kept by the rules of the page "Claims, reviews and offers".
    package var plainWords: [String] {
        [
            "You need not claim what a delay pays: that comes by itself. You may claim \(Self.subjects).",
            "File while you wait for the credential, or within \(fileWithin.inWords) after it was issued, cancelled or "
                + "denied. "
                + "The last moment is in time.",
            "Ask your institution to file, or file yourself with the intake receipt of your request. Nothing but the "
                + "category and a few words is needed.",
            "We decide within \(decideWithin.inWords). When we ask you for something, the time stands still until you "
                + "give it, but not longer than that time itself.",
        ] + calendarWords + evidenceWords + [
            "Whoever decides is drawn by lot among those who had nothing to do with your request before.",
            "A refusal says which published rule it follows.",
            "What you get is set off against what came by itself: together you get the greater of the two.",
        ] + fourEyesWords + [silenceWords(), "You may appeal within \(appealWithin.inWords) after the decision, once."]
            + assessorWords + ["An appeal is decided within \(appealDecideWithin.inWords), by somebody else."]
    }

    private static var subjects: String { ClaimCategory.allCases.map(\.inWords).joined(separator: "; ") }

    private var calendarWords: [String] {
        guard countsWorkingTime else { return [] }
        return ["Working time is that of the calendar by which your request was promised; its receipt names it."]
    }

    private var evidenceWords: [String] {
        if evidence.isEmpty { return ["We ask for no evidence."] }
        return ["We may ask for \(evidence.map(\.inWords).joined(separator: ", "))."]
    }

    private var fourEyesWords: [String] {
        fourEyesOver.map { ["More than \($0) is granted by two people, who both have to agree."] } ?? []
    }

    private func silenceWords() -> String {
        let escalation = "somebody else has to decide, in the same time again"
        guard onSilence == .grant, let fourEyesOver else { return "If nobody decides in time, \(escalation)." }
        return "If nobody decides in time, you get what you asked for, up to \(fourEyesOver); else \(escalation)."
    }

    private var assessorWords: [String] {
        guard let assessor = independentAssessor else { return [] }
        return [
            "On appeals \(assessor.when.inWords), somebody from outside gives an opinion first, within "
                + "\(assessor.within.inWords); then the time for deciding begins."
        ]
    }
}
