import CanonicalJSON
import Console
import Verification

/// The words and layouts in which a verdict is shown to a person.
extension Evidence.Kind {
    var words: String {
        switch self {
        case .credential: "a credential"
        case .presentation: "a presentation"
        case .statusList: "a status list"
        case .receipt: "an intake receipt"
        case .bundle: "an audit bundle"
        case .forkProof: "a proof that a log forked"
        case .coverage: "a coverage proof"
        }
    }
}

extension Conclusion {
    var words: String {
        switch self {
        case .valid: "VALID"
        case .invalid: "INVALID"
        case .cannotTell: "CANNOT TELL"
        }
    }

    var style: Terminal.Style {
        switch self {
        case .valid: .good
        case .invalid: .bad
        case .cannotTell: .warning
        }
    }
}

extension Check {
    /// `  ok   Proof       eddsa-jcs-2022 holds, …`, broken at spaces to stay within 80 columns.
    func line(on terminal: Terminal) -> String {
        let mark = outcome.mark
        let label = mark + String(repeating: " ", count: 5 - mark.count) + name.title
        let line = layOut(label, sentence, width: 15).dropLast()
        return "  " + terminal.styled(mark, outcome.style) + line.dropFirst(2 + mark.count)
    }

    /// The question, the answer and the facts.
    func explanation(number: Int, on terminal: Terminal) -> String {
        let answer = outcome.words
        var text = "\n\(number). " + terminal.styled(name.title, .strong) + "\n"
        text += terminal.styled(layOut("", name.question, width: 0), .faint)
        let reason = layOut("", "\(answer). \(sentence)", width: 0).dropFirst(4 + answer.count)
        text += "    " + terminal.styled(answer, outcome.style) + reason
        for (index, step) in steps.enumerated() {
            text += layOut("", "\(number).\(index + 1) \(step.title): \(step.value)", width: 2)
        }
        // The steps say what the facts do, in their order.
        for (key, value) in facts where steps.isEmpty { text += layOut("", "\(key): \(value.words)", width: 2) }
        return String(text.dropLast())
    }
}

extension JSON {
    /// A text as it is, a list with commas, members one after the other. All of what is long is for `--json`.
    fileprivate var words: String { plainText.printable(limit: 600) }

    private var plainText: String {
        switch self {
        case .string(let text): text
        case .array(let elements): elements.isEmpty ? "none" : elements.map(\.plainText).joined(separator: ", ")
        case .object(let object): object.map { "\($0.key) \($0.value.plainText)" }.joined(separator: " ")
        default: canonicalString
        }
    }
}

extension Check.Outcome {
    fileprivate var mark: String {
        switch self {
        case .passed: "ok"
        case .failed: "FAIL"
        case .cannotTell: "?"
        case .notApplicable: "-"
        }
    }

    fileprivate var words: String {
        switch self {
        case .passed: "Yes"
        case .failed: "No"
        case .cannotTell: "Cannot tell"
        case .notApplicable: "Not asked"
        }
    }

    fileprivate var style: Terminal.Style {
        switch self {
        case .passed: .good
        case .failed: .bad
        case .cannotTell: .warning
        case .notApplicable: .faint
        }
    }
}

extension Check.Name {
    fileprivate var title: String {
        switch self {
        case .form: "Form"
        case .dataModel: "Data model"
        case .proof: "Proof"
        case .key: "Key"
        case .issuer: "Issuer"
        case .holder: "Holder"
        case .keyPeriod: "Key period"
        case .challenge: "Challenge"
        case .schema: "Schema"
        case .resources: "Resources"
        case .badge: "Badge"
        case .evidence: "Evidence"
        case .validity: "Period"
        case .status: "Status"
        case .list: "List"
        case .dates: "Dates"
        case .checkpoint: "Checkpoint"
        case .quorum: "Witnesses"
        case .entries: "Entries"
        case .complete: "Complete"
        case .when: "Time"
        case .story: "Story"
        case .paid: "Paid"
        case .openings: "Openings"
        case .log: "Log"
        case .request: "Request"
        case .fork: "Fork"
        case .statement: "Statement"
        case .coverage: "Coverage"
        }
    }

    fileprivate var question: String {
        switch self {
        case .form: "Is the file complete and readable as what it says it is?"
        case .dataModel: "Does the document follow the rules of the data model of verifiable credentials?"
        case .proof: "Did a key sign exactly this document? Every byte that says something counts."
        case .key: "Do you know that key? A proof says which key signed; whose key it is, no file can prove."
        case .issuer: "Is that key the key of the issuer that the document names?"
        case .holder: "Does whoever shows it have the key of the holder, or the key that it is bound to?"
        case .keyPeriod:
            "Was the key good when it signed? Of a key in wrong hands only the log can say what it signed before."
        case .challenge: "Was it signed for you, in answer to what you asked, and not shown to somebody else before?"
        case .schema: "Does it have the shape that the schema it names describes?"
        case .resources: "Is what it refers to the very thing whose digest it has?"
        case .evidence: "Which further check, beyond what was asked for, does its issuer say it made?"
        case .badge: "Does it follow the rules of Open Badges, which say more than those of credentials?"
        case .validity: "Is the instant of verification within the period for which it was issued?"
        case .status: "Has the issuer revoked or suspended it, by a bit in a list that the issuer signed too?"
        case .list: "Can the bits of the list be read?"
        case .dates: "Do the dates of the promise make sense?"
        case .checkpoint: "Did the log sign this checkpoint, with a key that you know from elsewhere?"
        case .entries:
            "Is every entry in the tree of that checkpoint, and none missing between two?"
        case .quorum: "Did the witnesses that your policy asks for see the same log as you?"
        case .complete:
            "Are these all entries about the request, up to where the log says that they go? Auditors check its word."
        case .when: "Does somebody else than the log say that the entries existed when it says?"
        case .paid:
            "What was given for the delay? Whether that is what the policy gives, punctual audit recompute tells."
        case .story: "Does every entry say something that can be understood?"
        case .openings: "Are the values shown beside the log those that the entries commit to?"
        case .log: "Does the log speak of this very document, and say the same?"
        case .request: "Is what was asked for, as the log commits to it, what the receipt confirms?"
        case .fork: "Did the log sign two histories that cannot both be true?"
        case .statement: "Did the log sign this statement of what it paid and owes, with a key that you know?"
        case .coverage:
            "Is the request in the published sums with these amounts, and does every sum on the way add up?"
        }
    }
}

extension Check.Need {
    /// Which option would help.
    var hint: String {
        switch self {
        case .issuer: "If you know the issuer's key from elsewhere, name it with --issuer ID."
        case .logKey:
            "Name the log's key with --log-key VKEY, learnt from elsewhere than the bundle."
        case .keyDocument: "Get the signer's keys on a way that you trust, and give them: --did-document FILE."
        case .bundle: "Ask for an audit bundle, whose log can show when this was signed, and give both."
        case .context: "Give the context by its URL: --context URL=FILE."
        case .schema: "Give the schema by its URL: --schema URL=FILE; or do without: --ignore-schema."
        case .challenge: "Name what you gave the holder to answer: --challenge TEXT --domain TEXT."
        case .statusList: "Fetch the list and give it: --status-list FILE; or do without: --ignore-status."
        case .newerBundle:
            "Ask for the bundle again, made later: punctual audit prove, after an index, a cosignature or a timestamp."
        case .newerStatusList: "Fetch the list again and give it with --status-list FILE."
        }
    }
}
