import CZlib

/// One value through one stream of zlib, whichever format stands around it.
enum DeflateStream {
    /// How much memory zlib takes to find repetitions: its own choice.
    static let memoryLevel: Int32 = 8

    /// Packs all of `bytes` with a stream that `start` makes ready.
    static func compress(_ bytes: [UInt8], start: (inout z_stream) -> Int32) -> [UInt8] {
        var stream = unsafe z_stream()
        precondition(unsafe start(&stream) == Z_OK, "zlib has no memory")
        defer { unsafe deflateEnd(&stream) }
        let capacity = unsafe Int(deflateBound(&stream, UInt(bytes.count)))
        return unsafe run(&stream, on: bytes, capacity: capacity) { stream in
            precondition(unsafe deflate(stream, Z_FINISH) == Z_STREAM_END, "deflateBound bounds the output")
        }
    }

    /// Unpacks at most `limit` bytes with a stream that `start` makes ready.
    static func expand(
        _ bytes: [UInt8], limit: Int, start: (inout z_stream) -> Int32
    ) throws(GZIP.Failure) -> [UInt8] {
        var stream = unsafe z_stream()
        precondition(unsafe start(&stream) == Z_OK, "zlib has no memory")
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
