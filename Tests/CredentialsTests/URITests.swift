import Credentials
import Testing

@Suite("Every URL is a URI of RFC 3986")
struct URITests {
    @Test(
        "What the grammar allows is accepted and kept as it is",
        arguments: [
            "https://example.org/credentials/1", "http://example.edu", "https://example.org/#ExampleCredential",
            "did:example:subject", "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp#key-0",
            "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33", "mailto:a@example.org", "tel:+1-816-555-1212",
            "https://user:pass@example.org:8443/a//b/?q=1/2?3#frag/ment?", "https://example.org:", "file:///etc/hosts",
            "ldap://[2001:db8::7]/c=GB?objectClass?one", "https://[::]", "https://[::1]:443/",
            "http://[1:2:3:4:5:6:7:8]",
            "http://[::ffff:192.0.2.128]/", "http://[1::]/", "http://[v1.fe80::a+en1]/", "https://192.0.2.1/",
            "data:application/vc+jwt,eyJhbGciOiJFUzI1NiJ9.e30.c2ln", "a:", "a:b", "x-y+z.1:/",
            "https://a%20b.example/%C3%A9",
            "https://example.org/~!$&'()*+,;=:@", "urn:example:a:b",
        ])
    func accepts(text: String) throws {
        #expect(try URI(text).description == text)
    }

    @Test(
        "What leaves the grammar is refused with the text and a reason",
        arguments: [
            ("", "no scheme"), ("fake-issuer", "no scheme"), ("/relative/path", "no scheme"),
            ("#fragment", "no scheme"),
            ("../up", "no scheme"), (":no-scheme", "letters and digits"), ("1http://example.org", "letters and digits"),
            ("https ://not-a-url/vcs/1", "letters and digits"), (" https://example.org", "letters and digits"),
            ("ht_tp://example.org", "letters and digits"), ("é:x", "letters and digits"),
            ("https://example.org/a b", "percent-encoded"), ("https://example.org/\u{7F}", "percent-encoded"),
            ("https://example.org/\n", "percent-encoded"), ("https://example.org/é", "percent-encoded"),
            ("https://example.org/\\", "percent-encoded"), ("https://example.org/<a>", "percent-encoded"),
            ("https://example.org/{id}", "percent-encoded"), ("https://example.org/a|b", "percent-encoded"),
            ("https://example.org/?a=\"b\"", "percent-encoded"), ("https://example.org/#a#b", "percent-encoded"),
            ("https://example.org/[1]", "percent-encoded"), ("https://exa mple.org", "percent-encoded"),
            ("https://example.org/%", "hexadecimal"), ("https://example.org/%2", "hexadecimal"),
            ("https://example.org/%zz", "hexadecimal"), ("https:example.org", "no host"), ("https://", "no host"),
            ("https:///path", "no host"), ("HTTP://:80/", "no host"), ("http://user@/", "no host"),
            ("https://example.org:80a/", "port"), ("https://a@b@c/", "percent-encoded"),
            ("https://[::1", "brackets"), ("https://[1:2:3]/", "brackets"),
            ("https://[1:2:3:4:5:6:7:8:9]/", "brackets"),
            ("https://[1::2::3]/", "brackets"), ("https://[12345::]/", "brackets"),
            ("https://[::256.0.0.1]/", "brackets"),
            ("https://[::01.2.3.4]/", "brackets"), ("https://[::g]/", "brackets"), ("https://[1.2.3.4::]/", "brackets"),
            ("https://[v.x]/", "brackets"), ("https://[v1.]/", "brackets"), ("https://[:::]/", "brackets"),
            ("https://[1:2:3:4:5:6:7::8]/", "brackets"), ("https://[::1]x/", "brackets"), ("https://[]/", "brackets"),
        ])
    func refuses(text: String, reason: String) {
        let error = #expect(throws: CredentialError.self) { try URI(text) }
        #expect(error?.type == .malformedValue)
        #expect(error?.problem.contains(reason) == true, "\(error?.problem ?? "")")
    }

    @Test("Characters that Unicode calls equivalent to ASCII are not taken for it")
    func kelvinSignIsRefused() {
        #expect(throws: CredentialError.self) { try URI("did:key:z6M\u{212A}") }
    }
}
