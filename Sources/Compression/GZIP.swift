import CZlib

/// [RFC 1952](https://www.rfc-editor.org/rfc/rfc1952), one member, whole in memory.
package enum GZIP {
    /// With level 4 to 8 the empty list is the specification's example; 6 is zlib's own choice.
    private static let level: Int32 = 6
    private static let memoryLevel: Int32 = 8
    /// "Unix", whatever this runs on.
    private static let operatingSystem: Int32 = 3

    /// Packs bytes; the same bytes always become the same ones.
    package static func compress(_ bytes: [UInt8]) -> [UInt8] {
        var stream = unsafe z_stream()
        precondition(unsafe gzip_deflate_start(&stream, level, memoryLevel) == Z_OK, "zlib has no memory")
        defer { unsafe deflateEnd(&stream) }
        var header = unsafe gz_header()
        unsafe header.os = operatingSystem
        let capacity = unsafe Int(deflateBound(&stream, UInt(bytes.count)))
        return unsafe withUnsafeMutablePointer(to: &header) { header in
            // Kept by the stream until the header is written, which the call of deflate below does.
            precondition(unsafe deflateSetHeader(&stream, header) == Z_OK, "zlib takes a header before any data")
            return unsafe run(&stream, on: bytes, capacity: capacity) { stream in
                precondition(unsafe deflate(stream, Z_FINISH) == Z_STREAM_END, "deflateBound bounds the output")
            }
        }
    }

    /// What makes packed bytes unusable.
    package enum Failure: Error {
        /// They are not gzip, or damaged, or cut off.
        case damaged
        /// They unpack to more than the limit.
        case tooLarge
        /// Something stands after the end.
        case trailingData
    }

    /// Unpacks at most `limit` bytes. Memory that the result does not need is never touched.
    package static func expand(_ bytes: [UInt8], limit: Int) throws(Failure) -> [UInt8] {
        var stream = unsafe z_stream()
        precondition(unsafe gzip_inflate_start(&stream) == Z_OK, "zlib has no memory")
        defer { unsafe inflateEnd(&stream) }
        var status = Z_OK
        // One byte more than the limit tells "exactly" from "more".
        let output = unsafe run(&stream, on: bytes, capacity: limit + 1) { stream in
            unsafe status = inflate(stream, Z_FINISH)
        }
        guard output.count <= limit else { throw .tooLarge }
        guard status == Z_STREAM_END else { throw .damaged }
        guard unsafe stream.avail_in == 0 else { throw .trailingData }
        return output
    }

    private static func run(
        _ stream: inout z_stream, on input: [UInt8], capacity: Int, _ work: (UnsafeMutablePointer<z_stream>) -> Void
    ) -> [UInt8] {
        unsafe input.withUnsafeBufferPointer { input in
            unsafe [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
                unsafe stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                unsafe stream.avail_in = UInt32(input.count)
                unsafe stream.next_out = output.baseAddress
                unsafe stream.avail_out = UInt32(capacity)
                unsafe work(&stream)
                count = unsafe capacity - Int(stream.avail_out)
            }
        }
    }
}
