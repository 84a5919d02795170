/// Why an entry is not of the form that the page of the log asks for. Becomes the sentence of a finding.
struct EntryProblem: Error {
    let sentence: String

    init(_ sentence: String) { self.sentence = sentence }
}
