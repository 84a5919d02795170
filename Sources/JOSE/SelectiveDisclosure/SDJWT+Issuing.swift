package import CanonicalJSON
package import Cryptography
import Multiformats

extension SDJWT {
    /// The most decoys in one object or array.
    package static let maximumDecoys = 64

    /// Signs claims of which some are hidden ([RFC 9901, 4](https://www.rfc-editor.org/rfc/rfc9901#section-4)).
    ///
    /// - Parameters:
    ///   - paths: what the holder may keep hidden. A path into another one hides the inner claim in the outer one's
    ///     disclosure.
    ///   - decoys: how many digests of nothing each object and array with hidden claims gets, drawn anew for each, so
    ///     that nobody can count what is hidden.
    ///   - random: for salts and decoys; for tokens that are handed out it must be ``Cryptography/SecureRandom``.
    /// - Throws: ``JOSEError``: a path that leads nowhere, or a claim with a name that the mechanism uses.
    package static func issue(
        _ claims: JSONObject, hiding paths: [ClaimPath], decoys: ClosedRange<Int> = 0...0, header: JOSEHeader,
        key: PrivateKey, using random: inout some RandomNumberGenerator
    ) throws(JOSEError) -> SDJWT {
        precondition(0...maximumDecoys ~= decoys.lowerBound && decoys.upperBound <= maximumDecoys, "decoys")
        try refuseReservedNames(in: .object(claims))
        for path in paths where !exists(path.steps[...], in: .object(claims)) {
            throw .claim(path.description, problem: "is to be hidden, but is not there")
        }
        var concealing = Concealing(decoys: decoys)
        var payload = concealing.object(claims, paths.map { $0.steps[...] }, using: &random)
        guard concealing.disclosures.count <= maximumDisclosures else {
            throw .tooMuch(of: "disclosures", limit: maximumDisclosures)
        }
        payload["_sd_alg"] = .string(Concealing.hash.rawValue)
        var bytes: [UInt8] = []
        payload.appendCanonical(to: &bytes)
        return try SDJWT(JWS(signing: bytes, header: header, key: key), disclosures: concealing.disclosures)
    }

    private static func refuseReservedNames(in json: JSON) throws(JOSEError) {
        switch json {
        case .object(let object):
            for (name, value) in object {
                guard !Disclosure.reservedNames.contains(name) else {
                    throw .claim(name, problem: "has a name that SD-JWT uses itself")
                }
                try refuseReservedNames(in: value)
            }
        case .array(let elements):
            for element in elements { try refuseReservedNames(in: element) }
        default: break
        }
    }

    private static func exists(_ steps: ArraySlice<ClaimPath.Step>, in json: JSON) -> Bool {
        guard let step = steps.first else { return true }
        let rest = steps.dropFirst()
        switch (step, json) {
        case (.name(let name), .object(let object)): return object[name].map { exists(rest, in: $0) } ?? false
        case (.index(let index), .array(let elements)):
            return elements.indices.contains(index) && exists(rest, in: elements[index])
        case (.every, .array(let elements)): return elements.contains { exists(rest, in: $0) }
        default: return false
        }
    }
}

/// Replaces claims by digests, from the inside out.
private struct Concealing {
    typealias Steps = ArraySlice<ClaimPath.Step>

    static let hash = DisclosureHash.sha256
    /// A decoy is the digest of this many random bytes: as many as a digest has.
    private static let decoyByteCount = 32

    let decoys: ClosedRange<Int>
    private(set) var disclosures: [Disclosure] = []

    init(decoys: ClosedRange<Int>) { self.decoys = decoys }

    mutating func object(
        _ object: JSONObject, _ paths: [Steps], using random: inout some RandomNumberGenerator
    ) -> JSONObject {
        var shown = object
        var digests: [String] = []
        for (name, value) in object {
            let rests = paths.filter { $0.first == .name(name) }.map { $0.dropFirst() }
            guard !rests.isEmpty else { continue }
            let value = self.value(value, rests.filter { !$0.isEmpty }, using: &random)
            if rests.contains(where: \.isEmpty) {
                shown[name] = nil
                digests.append(hide(name, value, using: &random))
            } else {
                shown[name] = value
            }
        }
        guard !digests.isEmpty else { return shown }
        for _ in 0..<decoyCount(using: &random) { digests.append(Self.decoy(using: &random)) }
        // In the order of the digests, which says nothing about the order of the claims.
        shown["_sd"] = .array(digests.sorted().map(JSON.string))
        return shown
    }

    private mutating func array(
        _ elements: [JSON], _ paths: [Steps], using random: inout some RandomNumberGenerator
    ) -> [JSON] {
        var shown: [JSON] = []
        var hidesSome = false
        for (index, element) in elements.enumerated() {
            let rests = paths.filter { $0.first == .index(index) || $0.first == .every }.map { $0.dropFirst() }
            let element = value(element, rests.filter { !$0.isEmpty }, using: &random)
            let isHidden = rests.contains(where: \.isEmpty)
            hidesSome = hidesSome || isHidden
            shown.append(isHidden ? ["...": .string(hide(nil, element, using: &random))] : element)
        }
        guard hidesSome else { return shown }
        for _ in 0..<decoyCount(using: &random) {
            let place = (0...shown.count).randomElement(using: &random) ?? 0
            shown.insert(["...": .string(Self.decoy(using: &random))], at: place)
        }
        return shown
    }

    private mutating func value(
        _ json: JSON, _ paths: [Steps], using random: inout some RandomNumberGenerator
    ) -> JSON {
        switch json {
        case _ where paths.isEmpty: json
        case .object(let object): .object(self.object(object, paths, using: &random))
        case .array(let elements): .array(array(elements, paths, using: &random))
        default: json
        }
    }

    private mutating func hide(
        _ name: String?, _ value: JSON, using random: inout some RandomNumberGenerator
    ) -> String {
        let disclosure = Disclosure(name: name, value: value, using: &random)
        disclosures.append(disclosure)
        return disclosure.digest(Self.hash)
    }

    private func decoyCount(using random: inout some RandomNumberGenerator) -> Int {
        decoys.randomElement(using: &random) ?? 0
    }

    private static func decoy(using random: inout some RandomNumberGenerator) -> String {
        hash.digest(of: Base64URL.encode(random.bytes(count: decoyByteCount)))
    }
}
