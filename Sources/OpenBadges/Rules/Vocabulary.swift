/// The enumerations of Open Badges 3.0, appendix B.
struct Vocabulary: Sendable {
    /// Whether terms of one's own are allowed, which begin with `ext:`.
    let isExtensible: Bool
    let terms: Set<String>

    func contains(_ term: String) -> Bool {
        terms.contains(term) || isExtensible && term.hasPrefix("ext:") && term.utf8.count > 4
    }

    static let achievementType = Vocabulary(
        isExtensible: true,
        terms: [
            "Achievement", "ApprenticeshipCertificate", "Assessment", "Assignment", "AssociateDegree", "Award",
            "BachelorDegree", "Badge", "Certificate", "CertificateOfCompletion", "Certification", "CoCurricular",
            "CommunityService", "Competency", "Course", "Degree", "Diploma", "DoctoralDegree", "Fieldwork",
            "GeneralEducationDevelopment", "JourneymanCertificate", "LearningProgram", "License",
            "MasterCertificate", "MasterDegree", "Membership", "MicroCredential", "ProfessionalDoctorate",
            "QualityAssuranceCredential", "ResearchDoctorate", "SecondarySchoolDiploma",
        ])

    static let alignmentTargetType = Vocabulary(
        isExtensible: true,
        terms: [
            "ceasn:Competency", "ceterms:Credential", "CFItem", "CFRubric", "CFRubricCriterion",
            "CFRubricCriterionLevel", "CTDL",
        ])

    /// Also the `identityType` of an IdentityObject.
    static let identifierType = Vocabulary(
        isExtensible: true,
        terms: [
            "accountId", "emailAddress", "identifier", "isbn", "issn", "lisSourcedId", "ltiContextId",
            "ltiDeploymentId", "ltiPlatformId", "ltiToolId", "ltiUserId", "name", "nationalIdentityNumber",
            "oneRosterSourcedId", "productId", "sisSourcedId", "sourcedId", "systemId", "userName",
        ])

    static let proofPurpose = Vocabulary(isExtensible: false, terms: ["assertionMethod"])

    static let resultStatus = Vocabulary(
        isExtensible: false,
        terms: ["Completed", "Enrolled", "Failed", "InProgress", "OnHold", "Provisional", "Withdrew"])

    static let resultType = Vocabulary(
        isExtensible: true,
        terms: [
            "GradePointAverage", "LetterGrade", "Percent", "PerformanceLevel", "PredictedScore", "RawScore", "Result",
            "RubricCriterion", "RubricCriterionLevel", "RubricScore", "ScaledScore", "Status",
        ])
}
