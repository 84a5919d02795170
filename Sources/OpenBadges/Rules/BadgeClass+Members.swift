extension BadgeClass {
    /// The properties that the specification names, without `type`.
    var members: [BadgeMember] { Self.table[self] ?? [] }

    private static let table: [BadgeClass: [BadgeMember]] = [
        .achievement: achievementMembers,
        .achievementSubject: subjectMembers,
        .address: BadgeMember.optional(
            [
                "addressCountry", "addressRegion", "addressLocality", "streetAddress", "postOfficeBoxNumber",
                "postalCode",
            ], .string) + [.optional("addressCountryCode", .countryCode), .optional("geo", .object(.geoCoordinates))],
        .alignment: BadgeMember.optional(["targetCode", "targetDescription", "targetFramework"], .string) + [
            .required("targetName", .string), .optional("targetType", .term(.alignmentTargetType)),
            .required("targetUrl", .uri),
        ],
        .credentialSchema: [.required("id", .uri)],
        .credentialStatus: [.required("id", .uri)],
        .criteria: [.optional("id", .uri), .optional("narrative", .string)],
        .endorsementSubject: [.required("id", .uri), .optional("endorsementComment", .string)],
        .evidence: BadgeMember.optional(["narrative", "name", "description", "genre", "audience"], .string) + [
            .optional("id", .uri)
        ],
        .geoCoordinates: [.required("latitude", .number), .required("longitude", .number)],
        .identifierEntry: [.required("identifier", .string), .required("identifierType", .term(.identifierType))],
        .identityObject: [
            .required("hashed", .boolean), .required("identityHash", .string),
            .required("identityType", .term(.identifierType)), .optional("salt", .string),
        ],
        .image: [.required("id", .uri), .optional("caption", .string)],
        .profile: profileMembers,
        .proof: [
            .optional("created", .dateTime), .optional("verificationMethod", .uri),
            .optional("proofPurpose", .term(.proofPurpose)),
        ] + BadgeMember.optional(["cryptosuite", "challenge", "nonce", "proofValue"], .string),
        .refreshService: [.required("id", .uri)],
        .related: [
            .required("id", .uri), .optional("inLanguage", .languageCode), .optional("version", .string),
        ],
        .result: [
            .optional("achievedLevel", .uri), .list("alignment", .object(.alignment)),
            .optional("resultDescription", .uri), .optional("status", .term(.resultStatus)),
            .optional("value", .string),
        ],
        .resultDescription: [
            .required("id", .uri), .list("alignment", .object(.alignment)), .list("allowedValue", .string),
            .required("name", .string), .optional("requiredLevel", .uri), .optional("requiredValue", .string),
            .required("resultType", .term(.resultType)),
            .list("rubricCriterionLevel", .object(.rubricCriterionLevel)),
        ] + BadgeMember.optional(["valueMax", "valueMin"], .string),
        .rubricCriterionLevel: [
            .required("id", .uri), .list("alignment", .object(.alignment)), .required("name", .string),
        ] + BadgeMember.optional(["description", "level", "points"], .string),
        .termsOfUse: [.optional("id", .uri)],
    ]

    private static let achievementMembers: [BadgeMember] =
        [
            .required("id", .uri), .list("alignment", .object(.alignment)),
            .optional("achievementType", .term(.achievementType)), .optional("creator", .object(.profile)),
            .optional("creditsAvailable", .number), .required("criteria", .object(.criteria)),
            .required("description", .string), .list("endorsement", .endorsement), .list("endorsementJwt", .compactJWS),
            .optional("image", .object(.image)), .optional("inLanguage", .languageCode), .required("name", .string),
            .list("otherIdentifier", .object(.identifierEntry)), .list("related", .object(.related)),
            .list("resultDescription", .object(.resultDescription)), .list("tag", .string),
        ] + BadgeMember.optional(["fieldOfStudy", "humanCode", "specialization", "version"], .string)

    private static let subjectMembers: [BadgeMember] =
        [
            .optional("id", .uri), .optional("activityEndDate", .dateTime), .optional("activityStartDate", .dateTime),
            .optional("creditsEarned", .number), .required("achievement", .object(.achievement)),
            .list("identifier", .object(.identityObject)), .optional("image", .object(.image)),
            .list("result", .object(.result)), .optional("source", .object(.profile)),
        ] + BadgeMember.optional(["licenseNumber", "narrative", "role", "term"], .string)

    private static let profileMembers: [BadgeMember] =
        [
            .required("id", .uri), .optional("url", .uri), .list("endorsement", .endorsement),
            .list("endorsementJwt", .compactJWS), .optional("image", .object(.image)),
            .optional("email", .emailAddress),
            .optional("address", .object(.address)), .list("otherIdentifier", .object(.identifierEntry)),
            .optional("parentOrg", .object(.profile)), .optional("dateOfBirth", .date),
        ]
        + BadgeMember.optional(
            [
                "name", "phone", "description", "official", "familyName", "givenName", "additionalName",
                "patronymicName", "honorificPrefix", "honorificSuffix", "familyNamePrefix",
            ], .string)
}
