import CanonicalJSON
import OpenBadges
import TestSupport
import Testing

@Suite("Badges in SVG")
struct SVGTests {
    static let drawing = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"><g id='a'>x &amp; y</g></svg>"
    static let namespace = "xmlns:openbadges=\"https://purl.imsglobal.org/ob/v3p0\""

    static func svg(_ inside: String, _ attributes: String = namespace) -> String {
        "<svg xmlns=\"http://www.w3.org/2000/svg\" \(attributes)>\(inside)</svg>"
    }

    static func read(_ text: String) throws(BakingError) -> BakedCredential? {
        try SVGImage(Array(text.utf8)).credential
    }

    private func bake(_ text: String, _ credential: BakedCredential, replacing: Bool = false) throws -> String {
        String(decoding: try BadgeImage(Array(text.utf8)).baking(credential, replacing: replacing), as: UTF8.self)
    }

    @Test("A token stands in the attribute, a document in a CDATA section, directly behind the start of the drawing")
    func baking() throws {
        let token = try bake(Self.drawing, BakedCredential("e30.e30.AA"))
        #expect(
            token == "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\" \(Self.namespace)>"
                + "<openbadges:credential verify=\"e30.e30.AA\"></openbadges:credential><g id='a'>x &amp; y</g></svg>")
        let document = try bake(Self.drawing, BakedCredential("{\"a\": 1}"))
        #expect(document.contains(">\(element("<![CDATA[{\"a\": 1}]]>"))<g id"))
    }

    private func element(_ inside: String) -> String { "<openbadges:credential>\(inside)</openbadges:credential>" }

    @Test(
        "A credential comes back from the file that it was baked into",
        arguments: [
            "{}", "{\"a\":\"]]>]]]>> & < \\u0000\"}", "{\"a\":[[\"é\u{1F600}\"]]}", "e30.e30.AA", "e30..AA",
        ],
        [
            drawing, "<svg xmlns='http://www.w3.org/2000/svg'/>", svg(""),
            svg("", "xmlns:openbadges='http://openbadges.org'"),
            "\u{FEFF}<?xml version='1.0' encoding='utf-8'?>\n<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"a>b\">\n"
                + "<!-- <svg> --><?a b?>\(drawing)<!-- end -->\n",
            "<s:svg xmlns:s='http://www.w3.org/2000/svg' a = '>'\n/>",
        ])
    func roundTrip(text: String, image: String) throws {
        let credential = try BakedCredential(text)
        let baked = try bake(image, credential)
        #expect(try Self.read(baked) == credential)
        #expect(try BadgeImage(Array(baked.utf8)).credential?.text == text)
        #expect(throws: BakingError.alreadyBaked) { try bake(baked, credential) }
        let other = try BakedCredential("e30.e30.BB")
        #expect(try Self.read(bake(baked, other, replacing: true)) == other)
    }

    @Test("The two characters that XML cannot hold are escaped as JSON escapes them")
    func nonCharacters() throws {
        let object: JSONObject = ["a": "\u{FFFE}\u{FFFF}"]
        let baked = try bake(Self.drawing, BakedCredential(object))
        #expect(!baked.unicodeScalars.contains("\u{FFFE}") && !baked.unicodeScalars.contains("\u{FFFF}"))
        #expect(try JSON(parsing: Array(try #require(try Self.read(baked)).text.utf8)) == .object(object))
    }

    @Test(
        "The element is found by its namespace, wherever that is declared",
        arguments: [
            svg("<openbadges:credential verify='e30.e30.AA'/>"),
            svg("<g><openbadges:credential verify='e30.e30.AA'/></g>"),
            svg("<b:credential xmlns:b='https://purl.imsglobal.org/ob/v3p0' verify='e30.e30.AA'/>", ""),
            svg("<credential xmlns='https://purl.imsglobal.org/ob/v3p0' verify='e30.e30.AA' />", ""),
            svg(
                "<g xmlns:b='https://purl.imsglobal.org/ob/v3p0'><b:credential verify='e30&#46;e30&#x2E;AA'> </b:credential></g>"
            ),
        ])
    func namespaces(text: String) throws {
        #expect(try Self.read(text)?.text == "e30.e30.AA")
    }

    @Test(
        "Elements that only look like it are left alone",
        arguments: [
            svg("<openbadges:credential verify='e30.e30.AA'/>", ""), svg("<credential verify='e30.e30.AA'/>"),
            svg("<openbadges:credential xmlns:openbadges='other' verify='e30.e30.AA'/>"),
            svg("<openbadges:assertion/>"),
            svg("<!-- <openbadges:credential verify='e30.e30.AA'/> -->"),
            svg("<![CDATA[<openbadges:credential verify='e30.e30.AA'/>]]>"),
            svg("<g xmlns:b='https://purl.imsglobal.org/ob/v3p0'/><b:credential verify='e30.e30.AA'/>"),
        ])
    func others(text: String) throws {
        #expect(try Self.read(text) == nil)
    }

    @Test(
        "The published images are read, and baked anew",
        .enabled(if: Conformance.isExpected, Conformance.absence),
        arguments: [("simple-json", BakedCredential.Form.document), ("simple-jwt", .token), ("simple-jwt_v1", .token)])
    func published(name: String, form: BakedCredential.Form) throws {
        let image = try BadgeImage(Conformance.bytes("open-badges/\(name).svg"))
        let credential = try #require(image.credential)
        #expect(credential.form == form)
        #expect(throws: BakingError.alreadyBaked) { try image.baking(PNGTests.document) }
        let other = try BadgeImage(image.baking(PNGTests.document, replacing: true))
        #expect(other.credential == PNGTests.document)
        #expect(try BadgeImage(other.baking(credential, replacing: true)).credential == credential)
    }

    static let refused: [(String, String)] = [
        ("", "neither PNG nor SVG"), ("hello", "neither PNG nor SVG"), ("<html/>", "neither PNG nor SVG"),
        ("<svg/>", "neither PNG nor SVG"), ("<svg xmlns='http://www.w3.org/1999/xhtml'/>", "neither PNG nor SVG"),
        ("<!DOCTYPE svg [<!ENTITY a 'b'>]>" + drawing, "declarations of its own"), ("<!DOCTYPE svg", "document type"),
        ("<!DOCTYPE svg '" + drawing, "document type"), (svg("<!DOCTYPE svg>"), "name is missing"),
        (svg("&a;"), "entity"), (svg("<g a='&a;'/>"), "entity"), (svg("&"), "entity"), (svg("&#0;"), "entity"),
        (svg("&#xD800;"), "entity"), (svg("&#x110000;"), "entity"), (svg("&#+65;"), "entity"), (svg("&#;"), "entity"),
        (svg("&#99999999999999999999;"), "entity"), (svg("]]>"), "]]>"), (svg("<!-- -- -->"), "comment"),
        (svg("<!-- "), "comment"), (svg("<![CDATA["), "CDATA"), (svg("<?a"), "processing instruction"),
        (svg("<?xml version='1.0'?>"), "declaration"), (" <?xml version='1.0'?>" + drawing, "declaration"),
        ("<?xml version='1.0' encoding='ISO-8859-1'?>" + drawing, "iso-8859-1"),
        ("<?xml version='1.0' encoding='UTF-16'?>" + drawing, "utf-16"), (svg("\u{0}"), "control character"),
        (svg("\u{1B}"), "control character"), (drawing + "<g/>", "second root"), (drawing + drawing, "second root"),
        (drawing + "x", "outside"), ("x" + drawing, "outside"), (String(drawing.dropLast(6)), "ends before"),
        (svg("<g>"), "closes no element"), (svg("</g>"), "closes no element"), (svg("<g></h>"), "closes no element"),
        (svg("<g a=1/>"), "quotation"), (svg("<g a/>"), "no value"), (svg("<g a='1'b='2'/>"), "white space"),
        (svg("<g a='1' a='2'/>"), "twice"), (svg("<g a='<'/>"), "a <"), (svg("<g a='1/>"), "quotation"),
        (svg("< g/>"), "name is missing"), (svg("<1/>"), "name is missing"), (svg("<g"), "white space"),
        (svg("<g /x>"), "name is missing"),
        (svg("<g " + (0...256).map { "a\($0)=''" }.joined(separator: " ") + "/>"), "more than 256"),
        (svg(String(repeating: "<g>", count: 256)), "more than 256"),
        (
            svg("", (0...16).map { "xmlns:a\($0)='https://purl.imsglobal.org/ob/v3p0'" }.joined(separator: " ")),
            "more than 16"
        ),
        (svg("<openbadges:credential/>"), "no credential"),
        (svg("<openbadges:credential verify=''/>"), "no credential"),
        (svg("<openbadges:credential verify='{}'/>"), "compact JWS"),
        (svg("<openbadges:credential>e30.e30.AA</openbadges:credential>"), "verify"),
        (svg("<openbadges:credential verify='e30.e30.AA'>{}</openbadges:credential>"), "more than one"),
        (
            svg("<openbadges:credential verify='e30.e30.AA'/><g/><openbadges:credential verify='e30.e30.AA'/>"),
            "more than one"
        ),
        (svg("<openbadges:credential><g/></openbadges:credential>"), "within"),
        (svg("<openbadges:credential>{}"), "closes no element"), (svg("<openbadges:credential>"), "closes no element"),
    ]

    @Test("Everything else is refused", arguments: refused)
    func refuses(text: String, words: String) {
        let error = #expect(throws: BakingError.self) { try BadgeImage(Array(text.utf8)) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "") for \(text.prefix(200))")
    }

    @Test("Bytes that are no UTF-8 are refused, and files that are too large")
    func bytes() {
        #expect(throws: BakingError.malformed("the document is not UTF-8", offset: 0)) {
            try SVGImage(Array(Self.drawing.utf8) + [0xFF])
        }
        #expect(throws: BakingError.tooLarge(limit: BadgeImage.maximumBytes)) {
            try SVGImage([UInt8](repeating: 0x20, count: BadgeImage.maximumBytes + 1))
        }
    }

    @Test("A drawing that is cut off anywhere is refused")
    func cutOff() throws {
        let bytes = try SVGImage(Array(Self.drawing.utf8)).baking(BakedCredential("e30.e30.AA"))
        for count in 0..<bytes.count {
            #expect(throws: BakingError.self) { try SVGImage(Array(bytes.prefix(count))) }
        }
    }

    @Test("Damaged drawings are refused or can be baked anew")
    func damage() throws {
        var random = SeededRandom(seed: 0x5)
        let whole = "<?xml version=\"1.0\" encoding='utf-8'?><!DOCTYPE svg SYSTEM 'a'><!-- c -->" + Self.drawing
        let bytes = try SVGImage(Array(whole.utf8)).baking(BakedCredential("{\"a\":\"]]>\"}"))
        let token = try BakedCredential("e30.e30.AA")
        var refused = 0
        for _ in 0..<6000 {
            do throws(BakingError) {
                let image = try SVGImage(OpenBadgesTests.damage(bytes, using: &random))
                let baked = try image.baking(token, replacing: true)
                #expect(try SVGImage(baked).credential == token)
            } catch {
                refused += 1
            }
        }
        #expect(3000..<6000 ~= refused, "\(refused)")
    }
}
