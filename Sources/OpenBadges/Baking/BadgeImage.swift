/// An image that can carry a credential.
package enum BadgeImage: Hashable, Sendable {
    /// A PNG.
    case png(PNGImage)
    /// An SVG.
    case svg(SVGImage)

    /// The largest file that is read, 16 MiB: badges are shown small, and those in use have less than one.
    package static let maximumBytes = 16 << 20

    /// Reads a file of either format, which its beginning tells.
    package init(_ bytes: [UInt8]) throws(BakingError) {
        if bytes.starts(with: PNGImage.signature.prefix(4)) {
            self = .png(try PNGImage(bytes))
        } else {
            self = .svg(try SVGImage(bytes))
        }
    }

    /// The credential in it, if any.
    package var credential: BakedCredential? {
        switch self {
        case .png(let image): image.credential
        case .svg(let image): image.credential
        }
    }

    /// The file with a credential.
    ///
    /// - Parameter replacing: whether a credential that is there gives way.
    /// - Throws: ``BakingError/alreadyBaked``, or what keeps the image from being baked.
    package func baking(_ credential: BakedCredential, replacing: Bool = false) throws(BakingError) -> [UInt8] {
        switch self {
        case .png(let image): try image.baking(credential, replacing: replacing)
        case .svg(let image): try image.baking(credential, replacing: replacing)
        }
    }
}
