import CanonicalJSON
import Foundation
import Testing
import TransparencyLog

@Suite("vcverify: what is typed wrongly")
struct ProgramUsageTests {
    private let desk: TestDesk

    init() throws { desk = try TestDesk() }

    @Test(
        "every usage error says what was wrong, prints no verdict and ends with 2",
        arguments: [
            ("", "FILE is missing: A credential or presentation"),
            ("--statuslist list.json diploma.json", "There is no option --statuslist. Did you mean --status-list?"),
            ("--json --json diploma.json", "--json is given twice."),
            ("--json=yes diploma.json", "--json takes no value."),
            ("diploma.json --issuer", "--issuer needs a value: --issuer ID."),
            ("--json --explain diploma.json", "--json has everything that --explain shows; give one of them."),
            ("--at yesterday diploma.json", "--at: "),
            ("--at 2026-03-03 diploma.json", "Write it like 2026-01-31T09:00:00Z."),
            ("--max-status-age 24h diploma.json", "Write it like PT24H."),
            ("--issuer university diploma.json", "has no scheme"),
            ("--did-document diploma.json diploma.json", "--did-document diploma.json has no keys"),
            ("--did-document empty diploma.json", "--did-document empty is not JSON"),
            ("--context diploma.json diploma.json", "--context: write URL=FILE, not diploma.json."),
            ("--context https://a.example/c=empty diploma.json", "--context empty is not JSON"),
            ("--schema https://a.example/s= diploma.json", "--schema: write URL=FILE"),
            ("--issuer did:key:z6MkvghvuB8w diploma.json", "is not a did:key"),
            ("--log-key issuer.example/log+00000000+AAAA bundle.json", "--log-key: not a valid verifier key"),
            ("--log-key log.pub bundle.json", "log.pub cannot be opened: No such file or directory."),
            ("--log-key empty bundle.json", "--log-key: there is no key in empty."),
            ("--log-key diploma.json bundle.json", "--log-key diploma.json: not a valid verifier key"),
            ("--log-key witness.vkey bundle.json", "it is the key of a witness, not of a log"),
            ("--log-key long bundle.json", "long has more than 16384 bytes"),
            ("--status-list none.json diploma.json", "none.json cannot be opened: No such file or directory."),
            ("--status-list diploma.json diploma.json", "is a credential, not a status list."),
            ("--status-list empty diploma.json", "--status-list empty: This is not JSON"),
            ("none.json", "none.json cannot be opened: No such file or directory."),
            (".", ". is a folder; name the files in it."),
            ("huge", "huge has more than 67108864 bytes"),
        ])
    func usage(_ line: String, words: String) throws {
        try desk.put("", "empty")
        try desk.put(String(repeating: "\n", count: 16_385), "long")
        let key = try Cosigner(name: KeyName("witness.example"), privateKey: sampleKey(5)).verifierKey.vkey
        try desk.put(key, "witness.vkey")
        let huge = desk.folder.appending(path: "huge")
        try Data().write(to: huge)
        try FileHandle(forWritingTo: huge).truncate(atOffset: 64 << 20 + 1)
        let output = try desk.vcverify(line)
        #expect(output.exitCode == 2)
        #expect(output.text.isEmpty)
        #expect(output.complaints.hasPrefix("vcverify: "))
        #expect(output.complaints.contains(words))
        #expect(output.complaints.hasSuffix("\nTry vcverify --help.\n"))
    }

    @Test("a fault of the machine is neither a verdict nor a slip of the pen")
    func machineFault() throws {
        let output = try desk.vcverify("/proc/self/mem")
        #expect(output.exitCode == 70)
        #expect(output.text.isEmpty)
        #expect(output.complaints == "vcverify: /proc/self/mem cannot be read: Input/output error.\n")
    }

    @Test("--help says everything that may be typed")
    func help() throws {
        let output = try desk.vcverify("--help")
        #expect(
            output.text == """
                Verify credentials, presentations and audit bundles offline, trusting no server.

                Usage: vcverify [options] FILE…

                  FILE                    A credential or presentation (JSON with embedded
                                          proofs, a token, or a badge in a PNG or SVG), an
                                          intake receipt, an audit bundle, a coverage proof or a
                                          status list. With an audit bundle among them, the
                                          others must be what its log speaks of.
                  --issuer ID             An issuer that you mean: a did:key or did:jwk, or whom
                                          a --did-document is of. Repeatable.
                  --did-document FILE     Keys that you know: a did.json, an issuer's metadata
                                          or JSON Web Keys, from a source that you trust.
                                          Repeatable.
                  --status-list FILE      A status list that a credential names, as you fetched
                                          it. Repeatable.
                  --ignore-status         Do without a status list that is not at hand.
                  --max-status-age PT24H  Do not rely on a status list older than this; by
                                          default, on any.
                  --context URL=FILE      A JSON-LD context, by its URL. Repeatable.
                  --schema URL=FILE       A JSON Schema, by its URL. Repeatable.
                  --ignore-schema         Do without a schema that is not at hand, or of an
                                          unknown kind.
                  --resource URL=FILE     What a credential refers to with a digest. Repeatable.
                  --challenge TEXT        What a presentation must answer: its challenge, or the
                                          nonce of a token.
                  --domain TEXT           For whom a presentation must be: its domain, or the
                                          audience of a token.
                  --log-key VKEY|FILE     The log's verifier key, or a file of such keys, one a
                                          line; not from the bundle.
                  --policy FILE           A C2SP tlog-policy: the logs that you believe, and the
                                          quorum of witnesses that must have cosigned; not from
                                          the bundle.
                  --tsa-roots FILE        PEM certificates of the timestamp authorities that you
                                          believe.
                  --block-headers FILE    Block headers that you believe, a line each: height,
                                          space, 160 hexadecimal digits.
                  --at RFC3339            Judge as of this instant; by default, now.
                  --explain               Show every step: the question, the answer, how it was
                                          reached, and the facts.
                  --json                  Print the verdict as JSON.
                  --help                  Show this.

                Example:
                  vcverify --log-key log.vkey --status-list 1.json bundle.json a.json

                """)
        #expect(output.exitCode == 0)
    }

    @Test("text in a file cannot steer the terminal")
    func hostileText() throws {
        try desk.put(["type": "\u{1B}[2J\u{1B}]0;VALID\u{7}"], "note\u{1B}[31m.json")
        for option in ["--explain", "--ignore-status"] {
            let output = try desk.run([option, "note\u{1B}[31m.json"])
            #expect(output.exitCode == 3)
            #expect((output.text + output.complaints).utf8.allSatisfy { $0 >= 0x20 || $0 == UInt8(ascii: "\n") })
        }
    }

    @Test("the program is linked to libcrypto and zlib, to the Swift runtime and to libc, and to nothing else")
    func linkage() throws {
        let runtime = ["libswift", "libdispatch.so", "libBlocksRuntime.so"]
        let system = ["linux-vdso.so", "libcrypto.so", "libz.so", "libc.so", "libm.so", "libgcc_s.so", "libstdc++.so"]
        let output = try desk.run([TestDesk.program.path], program: URL(filePath: "/usr/bin/ldd"))
        #expect(output.exitCode == 0)
        for line in output.text.split(separator: "\n") {
            let library = line.drop(while: \.isWhitespace)
            #expect(
                library.hasPrefix("/lib64/ld-linux") || (runtime + system).contains(where: library.hasPrefix),
                "\(library)")
        }
        #expect(output.text.contains("libcrypto.so") && output.text.contains("libz.so"))
    }
}
