import CanonicalJSON
import Foundation
import TestSupport
import Testing

/// Ours, judged by others.
@Suite(
    "What we issue, by other people's implementations",
    .enabled(if: SecondImplementation.isExpected, SecondImplementation.absence))
struct IssuedHereTests {
    static let specimens = (try? IssuedHere.specimens.get()) ?? []

    @Test("every form that we issue has a specimen, and all can be made and judged")
    func everyForm() throws {
        let specimens = try IssuedHere.specimens.get()
        #expect(Set(specimens.map(\.name)).count == specimens.count)
        #expect(specimens.count == 174)
        #expect(try IssuedHere.verdicts.get().objectValue?.count == specimens.flatMap(\.requests).count)
    }

    @Test("each library that knows the form accepts it, and refuses every changed copy", arguments: specimens)
    func judged(_ specimen: Specimen) throws {
        let verdicts = try IssuedHere.verdicts.get()
        try #require(!specimen.judges.isEmpty && !specimen.forgeries.isEmpty)
        for judge in specimen.judges {
            let verdict = verdicts[specimen.id("")]?[judge]
            #expect(verdict == ["valid": true], "\(judge): \(verdict?.canonicalString ?? "no verdict")")
            for forgery in specimen.forgeries {
                let verdict = verdicts[specimen.id(forgery.name)]?[judge]
                #expect(
                    verdict?["valid"] == false,
                    "\(judge), changed: \(forgery.name): \(verdict?.canonicalString ?? "no verdict")")
            }
        }
    }
}

/// The judges, judged.
@Suite(
    "Other people's implementations, by published vectors",
    .enabled(if: SecondImplementation.isExpected, SecondImplementation.absence))
struct JudgeTests {
    @Test("they accept every signed document of the two suites' vectors and refuse every changed copy")
    func vectors() throws {
        let result = try SecondImplementation.run("check_judges.py", [Conformance.folder.path])
        #expect(result["wrong"] == [])
        #expect(result["checked"] == 144)
    }
}
