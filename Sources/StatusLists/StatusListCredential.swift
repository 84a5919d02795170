import CanonicalJSON
package import Credentials
package import Temporal

/// A published status list
/// ([Bitstring Status List 1.0, 2.2](https://www.w3.org/TR/vc-bitstring-status-list/#bitstringstatuslistcredential)).
package struct StatusListCredential: Hashable, Sendable {
    private static let type = "BitstringStatusListCredential"
    private static let subjectType = "BitstringStatusList"

    /// The credential that it is. Its proof was verified before, by the caller.
    package let credential: UnsecuredCredential

    /// What a value other than 0 can mean in this list, at least one.
    package let statusPurposes: [StatusPurpose]

    /// The bits.
    package let bitstring: Bitstring

    /// How many bits its entries have, if it says so. Where it does not, the entries do.
    package let statusSize: StatusSize?

    /// After how long a newer list should be fetched, if the issuer says so. Ends no ``credential``'s validity.
    package let ttl: Milliseconds?

    /// A list to be secured and published.
    ///
    /// - Parameters:
    ///   - id: where it will be: the `statusListCredential` of the entries.
    ///   - furtherPurposes: what other entries use this list for.
    ///   - validFrom: when it was made.
    ///   - validUntil: until when it may be used; not before `validFrom`.
    package static func unsecured(
        id: URI, issuer: IssuerID, statusPurpose: StatusPurpose, furtherPurposes: [StatusPurpose] = [],
        bitstring: Bitstring, validFrom: Instant, validUntil: Instant? = nil, ttl: Milliseconds? = nil
    ) -> UnsecuredCredential {
        let purposes = ([statusPurpose] + furtherPurposes).map { JSON.string($0.rawValue) }
        var subject: JSONObject = [
            "type": .string(subjectType), "statusPurpose": purposes.count == 1 ? purposes[0] : .array(purposes),
            "encodedList": .string(bitstring.encodedList),
        ]
        subject["ttl"] = ttl.map { .integer($0.count) }
        var credential: JSONObject = [
            "@context": ["https://www.w3.org/ns/credentials/v2"], "id": .string(id.description),
            "type": ["VerifiableCredential", .string(type)], "issuer": .string(issuer.description),
            "validFrom": .string(validFrom.dateTimeStamp), "credentialSubject": .object(subject),
        ]
        credential["validUntil"] = validUntil.map { .string($0.dateTimeStamp) }
        do {
            return try UnsecuredCredential(.object(credential))
        } catch {
            preconditionFailure("a status list that is no credential: \(error)")
        }
    }

    /// Reads a list whose proof the caller has verified.
    ///
    /// - Throws: ``StatusListError`` of type ``Credentials/ProblemType/malformedValue`` or
    ///   ``Credentials/ProblemType/statusListLength``.
    package init(_ credential: UnsecuredCredential) throws(StatusListError) {
        let encodedList: String
        let place = JSONPointer().appending("credentialSubject")
        do throws(CredentialError) {
            guard credential.types.contains(Self.type) else {
                throw CredentialError(at: JSONPointer().appending("type"), "must include \(Self.type)")
            }
            guard case .object(let object)? = credential.json["credentialSubject"] else {
                throw CredentialError(at: place, "must be one object: the list")
            }
            let subject = OpenObject(object, at: place)
            guard try subject.types() == [Self.subjectType] else {
                throw subject.malformed("type", "must be \(Self.subjectType)")
            }
            statusPurposes = try Self.purposes(of: subject)
            ttl = try Self.ttl(of: subject)
            statusSize = try StatusSize(of: subject)
            guard let text = try subject.optionalString("encodedList") else {
                throw subject.malformed("encodedList", "is missing and required")
            }
            encodedList = text
        } catch {
            throw StatusListError(error)
        }
        bitstring = try Bitstring(encodedList: encodedList, at: place.appending("encodedList"))
        self.credential = credential
    }

    private static func purposes(of subject: OpenObject) throws(CredentialError) -> [StatusPurpose] {
        let json = try subject.value("statusPurpose")
        let elements = json.arrayValue ?? [json]
        let purposes = elements.compactMap(\.stringValue).map(StatusPurpose.init)
        guard !purposes.isEmpty, purposes.count == elements.count else {
            throw subject.malformed("statusPurpose", "must be one or more strings")
        }
        return purposes
    }

    private static func ttl(of subject: OpenObject) throws(CredentialError) -> Milliseconds? {
        guard let json = subject.object["ttl"] else { return nil }
        guard let count = json.integerValue, count >= 0 else {
            throw subject.malformed("ttl", "must be a whole number of milliseconds")
        }
        return Milliseconds(count)
    }
}
