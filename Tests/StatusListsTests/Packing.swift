import CZlib
import Multiformats
import StatusLists

/// gzip by other settings than ours, to read what others publish and what an attacker may send.
func gzip(_ bytes: [UInt8], level: Int32 = 9) -> [UInt8] {
    var stream = unsafe z_stream()
    _ = unsafe gzip_deflate_start(&stream, level, 9)
    defer { unsafe deflateEnd(&stream) }
    let capacity = unsafe Int(deflateBound(&stream, UInt(bytes.count)))
    return unsafe bytes.withUnsafeBufferPointer { input in
        unsafe [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
            unsafe stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            unsafe stream.avail_in = UInt32(input.count)
            unsafe stream.next_out = output.baseAddress
            unsafe stream.avail_out = UInt32(capacity)
            _ = unsafe deflate(&stream, Z_FINISH)
            count = unsafe capacity - Int(stream.avail_out)
        }
    }
}

func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

func multibase(_ packed: [UInt8]) -> String { Multibase.encode(packed, as: .base64url) }

func setBits(_ list: Bitstring) -> [Int] { (0..<list.count).filter { list[$0] } }
