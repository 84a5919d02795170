import ServiceLevels
import Temporal

extension NoticePlan {
    /// The plan in sentences that a person can hold us to.
    package var plainWords: [String] {
        let told = NoticeStep.allCases.filter { steps[$0] != nil && $0 != .nothingNew }
        let left = NoticeStep.allCases.filter { step in
            steps[step] == nil && step != .nothingNew && step != .compensationReversed
        }
        return [
            "You read what we tell you under your request; nothing is sent to you by other ways yet.",
            "You are told " + told.map(inWords).joined(separator: "; ") + ".",
        ]
            + (left.isEmpty ? [] : ["You are not told " + left.map(\.inWords).joined(separator: ", nor ") + "."])
            + [silence, most].compactMap(\.self) + quiet + [
                "The texts are part of this plan, in \(locales.joined(separator: " and ")), and say nothing but what "
                    + "the public log says; anyone can write them again, word for word.",
                "A cause is named once somebody found it and the log says so, and not before."
                    + (tone.beyondControl.isEmpty
                        ? " We never say that it was not in our hands."
                        : " We say that it was not in our hands of these causes only: "
                            + tone.beyondControl.map(\.rawValue).joined(separator: ", ") + "."),
            ]
    }

    private func inWords(_ step: NoticeStep) -> String {
        guard let plan = steps[step] else { return step.inWords }
        let within = (plan.within ?? Self.toldWithin).inWords
        let begin = plan.isCritical || cadence.digestWindow == .zero ? "" : " after the time in which we collect news"
        return "\(step.inWords), within \(within)\(begin)"
    }

    private var silence: String? {
        cadence.every.map { every in
            "While your request is late, or may be, you hear from us \(every.inWords) after the last time at the "
                + "latest, also when there is nothing new."
        }
    }

    private var most: String? {
        let digest =
            cadence.digestWindow == .zero
            ? "" : " What is not critical waits \(cadence.digestWindow.inWords), so that several news come as one."
        return "You get at most \(cadence.maxPerDay) notice\(cadence.maxPerDay == 1 ? "" : "s") about one request on "
            + "one day; what comes later comes the day after." + digest
    }

    private var quiet: [String] {
        guard let quietHours else { return [] }
        func shown(_ minute: Int) -> String {
            let (hour, minute) = (minute / 60, minute % 60)
            return "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
        }
        let bypass =
            quietHours.criticalBypass
            ? ", except "
                + NoticeStep.allCases.filter { steps[$0]?.isCritical ?? false }.map(\.inWords)
                .joined(separator: ", ") : ""
        return [
            "From \(shown(quietHours.from)) to \(shown(quietHours.to)) nothing comes\(bypass). The clock is that of "
                + "the calendar that your request is counted by, or UTC; where you are is not in the log."
        ]
    }
}
