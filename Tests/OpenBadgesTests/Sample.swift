import CanonicalJSON

/// A badge that follows every rule and uses every class.
enum Sample {
    static let badge: JSON = [
        "@context": [
            "https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "id": "urn:uuid:00000000-0000-4000-8000-000000000001",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Sums", "description": "Adds up", "validFrom": "2026-01-01T00:00:00Z",
        "validUntil": "2027-01-01T00:00:00+01:00", "awardedDate": "2025-12-31T00:00:00Z",
        "image": ["id": "https://school.example/image.png", "type": "Image", "caption": "A sum"],
        "issuer": profile,
        "credentialSubject": subject,
        "evidence": [
            ["type": ["Evidence"], "id": "https://school.example/exam", "narrative": "An exam", "genre": "Maths"]
        ],
        "endorsement": [endorsement], "endorsementJwt": ["e30.e30.AA"],
        "credentialSchema": ["id": "https://school.example/schema", "type": "1EdTechJsonSchemaValidator2019"],
        "credentialStatus": ["id": "https://school.example/list#1", "type": "BitstringStatusListEntry"],
        "refreshService": ["id": "https://school.example/refresh", "type": "1EdTechCredentialRefresh"],
        "termsOfUse": [["type": "Terms"]],
        "proof": [
            [
                "type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "created": "2026-01-01T00:00:00Z",
                "verificationMethod": "did:key:z6Mk#z6Mk", "proofPurpose": "assertionMethod", "proofValue": "z1",
            ]
        ],
    ]

    static let profile: JSON = [
        "id": "https://school.example", "type": ["Profile"], "name": "A school", "url": "https://school.example",
        "email": "office@school.example", "dateOfBirth": "1900-02-28", "givenName": "A", "phone": "+1",
        "image": ["id": "https://school.example/logo.svg", "type": "Image"], "endorsementJwt": [],
        "address": [
            "type": ["Address"], "addressCountry": "Portugal", "addressCountryCode": "PT",
            "geo": ["type": "GeoCoordinates", "latitude": .number(38.7), "longitude": -9],
        ],
        "otherIdentifier": [["type": "IdentifierEntry", "identifier": "17", "identifierType": "ext:school"]],
        "parentOrg": ["id": "https://city.example", "type": "Profile"],
    ]

    static let subject: JSON = [
        "id": "did:example:alice", "type": ["AchievementSubject"], "activityStartDate": "2025-09-01T08:00:00Z",
        "creditsEarned": .number(1.5), "role": "Pupil", "source": profile,
        "identifier": [
            [
                "type": "IdentityObject", "hashed": true, "salt": "Kosher", "identityType": "emailAddress",
                "identityHash": "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399",
            ]
        ],
        "achievement": [
            "id": "https://school.example/sums", "type": ["Achievement"], "achievementType": "Competency",
            "name": "Sums", "description": "Adds up", "criteria": ["narrative": "Add"], "creator": profile,
            "creditsAvailable": 2, "inLanguage": "en-GB", "tag": ["maths"],
            "alignment": [
                [
                    "type": ["Alignment"], "targetName": "Numbers", "targetUrl": "https://frame.example/1",
                    "targetType": "CFItem",
                ]
            ],
            "related": [["id": "https://school.example/sums/1", "type": ["Related"], "inLanguage": "pt"]],
            "resultDescription": [
                [
                    "id": "urn:x:grade", "type": ["ResultDescription"], "name": "Grade", "resultType": "LetterGrade",
                    "allowedValue": ["B", "A"], "requiredLevel": "urn:x:level",
                    "rubricCriterionLevel": [
                        ["id": "urn:x:level", "type": ["RubricCriterionLevel"], "name": "Well", "points": "4"]
                    ],
                ],
                ["id": "urn:x:status", "type": ["ResultDescription"], "name": "Status", "resultType": "Status"],
            ],
        ],
        "result": [
            ["type": ["Result"], "resultDescription": "urn:x:grade", "value": "A", "achievedLevel": "urn:x:level"],
            ["type": ["Result"], "resultDescription": "urn:x:status", "status": "Completed"],
        ],
    ]

    static let endorsement: JSON = [
        "@context": [
            "https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "id": "urn:x:endorsement", "type": ["VerifiableCredential", "EndorsementCredential"], "name": "Good",
        "issuer": "https://city.example", "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": [
            "id": "https://school.example", "type": ["EndorsementSubject"], "endorsementComment": "Is good",
        ],
    ]
}
