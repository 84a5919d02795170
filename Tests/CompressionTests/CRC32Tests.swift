import Compression
import Testing

@Suite("CRC-32")
struct CRC32Tests {
    @Test("the check value of the catalogue, of an empty text, and of the last chunk of every PNG")
    func published() {
        #expect(CRC32.checksum(Array("123456789".utf8)) == 0xCBF4_3926)
        #expect(CRC32.checksum([]) == 0)
        #expect(CRC32.checksum(Array("IEND".utf8)) == 0xAE42_6082)
    }

    @Test("a part of an array is checked without a copy of it")
    func part() {
        let bytes = Array("xx123456789yy".utf8)
        #expect(unsafe CRC32.checksum(bytes.span.extracting(2..<11).bytes) == 0xCBF4_3926)
    }
}
