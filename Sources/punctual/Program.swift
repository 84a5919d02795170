import Console
import Cryptography
import HTTPServer
import Hosting
import Issuance
import Temporal

/// The service and its command line.
@main
enum Program {
    static let name = "punctual"

    /// Every command, in the order in which help lists them.
    static let commands: [Command] =
        [
            .demo, .initialise, .serve, .backup, .restore,
            .addInstitution, .status, .update, .revoke, .suspend, .erase, .statusList,
            .listRefunds,
            .settleRefund, .addStaff, .listStaff, .changeStaff, .removeStaff, .reportOwed, .listApprovals,
            .giveApproval,
            .refuseApproval, .reverse, .waive, .fileClaim, .listClaims, .showClaim, .askClaim, .giveEvidence,
            .decideClaim,
            .appealClaim, .opineOnClaim, .assignClaim, .offerMenu, .makeOffer, .showOffer, .acceptOffer, .declineOffer,
            .reportParity,
            .addIssuer,
            .listKeys, .rotateKey, .revokeKey, .listLogKeys, .addLogKey, .retireLogKey, .makeBadges, .checkBadge,
            .bakeBadge,
            .extractBadge, .verify, .auditVerify, .auditProve, .auditProof, .auditIndex, .auditCoverage, .coverage,
            .auditRecompute, .auditExport,
            .auditCompare,
            .witnessInitialise, .witnessServe, .witnessEvidence, .timestamps, .recover, .doctor, .migrate,
            .listIncidents, .showIncident, .reportStage, .openIncident, .publishIncidentRules, .classifyIncident,
            .mergeIncidents, .splitIncident, .resolveIncident, .recordPostmortem, .incidentActions, .reportNow,
            .reportStages, .reportIncidents, .statusPage,
            .creditsReceipt, .credits, .listSurveys, .answerSurvey, .verifyReview, .review,
            .forecast, .listEscalations, .takeEscalation,
        ] + Command.policyCommands + Command.couponCommands + Command.assuranceCommands

    static func main() {
        let terminal = Terminal()
        exit(run(Array(CommandLine.arguments.dropFirst()), terminal))
    }

    /// Finds the command, reads what was typed behind it, and runs it.
    private static func run(_ typed: [String], _ terminal: Terminal) -> ExitCode {
        do {
            guard let first = typed.first, !["help", "--help", "-h"].contains(first) else {
                terminal.print(overview())
                return .done
            }
            guard let command = commands.first(where: { typed.starts(with: $0.syntax.words) }) else {
                throw UsageError(
                    "There is no command \"\(unknownWords(typed))\"." + hint(first, firstWords, prefix: ""))
            }
            let arguments = try Arguments(Array(typed.dropFirst(command.syntax.words.count)), command.syntax)
            if arguments.wantsHelp {
                terminal.print(command.syntax.help(program: name))
                return .done
            }
            return try command.run(arguments, terminal)
        } catch {
            return report(error, terminal)
        }
    }

    /// Every way in which a command can fail, and the exit code that says which.
    private static func report(_ error: any Error, _ terminal: Terminal) -> ExitCode {
        switch error {
        case let error as UsageError:
            terminal.note("\(name): \(error) See \(name) help.")
            return .usage
        case let error as StartupRefusal:
            terminal.note("\(name): the service does not start. \(error)")
            return .refusesToStart
        case let error as Failure:
            terminal.note("\(name): \(error.description)")
            return error.exitCode
        case is HostingError, is HTTPServerError, is CryptographyError, StoreError.unavailable, is TemporalError:
            // Something here is not as the command needs it: a port taken, a key locked, a service that runs already.
            terminal.note("\(name): \(error)")
            return .usage
        default:
            terminal.note("\(name): \(error)")
            return .internal
        }
    }

    private static func overview() -> String {
        var text = """
            Punctual issues verifiable credentials and keeps its promises about time.

            Usage: \(name) COMMAND [options]


            """
        let width = commands.map { $0.syntax.words.joined(separator: " ").count }.max() ?? 0
        for command in commands {
            text += layOut(command.syntax.words.joined(separator: " "), command.syntax.summary, width: width)
        }
        return text + "\nHelp on one: \(name) COMMAND --help. Exit codes: 0 done, 1 no, 2 usage, 3\n"
            + "cannot tell, 70 a fault of ours, 78 the log is not what it was."
    }

    private static var firstWords: [String] { commands.map { $0.syntax.words[0] } }

    private static func unknownWords(_ typed: [String]) -> String {
        typed.prefix(2).prefix { !$0.hasPrefix("-") }.joined(separator: " ")
    }
}

/// One command: what may be typed, and what it does.
struct Command: Sendable {
    let syntax: CommandSyntax
    let run: @Sendable (Arguments, Terminal) throws -> ExitCode
}

/// What a person can mend, with the exit code that says what kind it is.
struct Failure: Error {
    let description: String
    let exitCode: ExitCode
    /// Whether the service said no, and so did nothing.
    let isRefusal: Bool

    init(_ description: String, _ exitCode: ExitCode = .negative, isRefusal: Bool = false) {
        self.description = description
        self.exitCode = exitCode
        self.isRefusal = isRefusal
    }
}
