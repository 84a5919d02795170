package import Temporal
package import TransparencyLog

/// How far a witness has come with our log, and what to do next: a value that is told what happened and decides,
/// without a clock, a store or a network.
package struct WitnessProgress: Hashable, Sendable {
    /// The wait after the first failure: as long as the usual interval.
    static let firstWait = Milliseconds(1_000)
    /// The longest wait: a witness that is back is noticed within a minute, and one question a minute burdens nobody.
    static let longestWait = Milliseconds(60_000)

    /// The size of the checkpoint that the witness cosigned last, as far as we know.
    package private(set) var cosignedSize: UInt64
    /// The size of the newest checkpoint whose cosignature we have.
    package private(set) var keptSize: UInt64
    /// How often in a row it was of no use.
    package private(set) var failures = 0
    /// Nothing is sent before this.
    package private(set) var notBefore = Instant.earliest

    /// - Parameter keptSize: the size of the newest checkpoint whose cosignature is in the store; 0 for none.
    package init(keptSize: UInt64) {
        cosignedSize = keptSize
        self.keptSize = keptSize
    }

    /// What to do after an answer.
    package enum Step: Hashable, Sendable {
        /// Keep the line, which is verified.
        case keep(NoteSignature)
        /// Send again at once; the old size is known now.
        case sendAgain
        /// Do nothing until ``oldSize(toCosign:at:)`` says so; why, if something is wrong.
        case wait(why: String?)
        /// Look at what the witness shows monitors: it contradicts itself, or us.
        case suspect(why: String)
        /// The witness knows a log that ours does not continue. Sign nothing more.
        case alarm(why: String)
    }

    /// The old size to send with a checkpoint of this size; nil when there is nothing to send now.
    package func oldSize(toCosign size: UInt64, at now: Instant) -> UInt64? {
        size > keptSize && size >= cosignedSize && now >= notBefore ? cosignedSize : nil
    }

    /// Learns what the witness answered.
    /// - Parameters:
    ///   - oldSize: what was sent with the checkpoint.
    ///   - size: the size of the checkpoint.
    ///   - ourSize: the size of our log now, which may have grown since.
    package mutating func take(
        _ reply: WitnessReply, toOld oldSize: UInt64, new size: UInt64, ourSize: UInt64, at now: Instant,
        using random: inout some RandomNumberGenerator
    ) -> Step {
        switch reply {
        case .cosigned(let line):
            (cosignedSize, keptSize, failures) = (size, size, 0)
            return .keep(line)
        case .otherSize(let other) where other > ourSize:
            return .alarm(why: "it cosigned \(other) entries of this log, which has \(ourSize)")
        case .otherSize(oldSize):
            let why = "it asks for the size \(oldSize), which it was given"
            wait(from: now, using: &random)
            return .suspect(why: why)
        case .otherSize(let other):
            let isForgetful = other < keptSize
            cosignedSize = other
            guard size >= other else { return .wait(why: nil) }
            guard isForgetful else { return .sendAgain }
            wait(from: now, using: &random)
            return .wait(why: "it has forgotten that it cosigned \(keptSize) entries and knows of \(other)")
        case .inconsistent:
            return .alarm(why: "it cosigned \(oldSize) entries that this log, it says, does not continue")
        case .unusable(let why):
            wait(from: now, using: &random)
            return .wait(why: why)
        }
    }

    /// Waits twice as long as the last time, within limits, and by chance a little less, so that many logs do not come
    /// back to a witness at one moment.
    private mutating func wait(from now: Instant, using random: inout some RandomNumberGenerator) {
        let longest = min(Self.firstWait.count << min(failures, 9), Self.longestWait.count)
        failures += 1
        notBefore = now + Milliseconds(Int64.random(in: longest / 2...longest, using: &random))
    }
}
