/// The base of the registry that stands for each byte by one emoji: a text of Unicode scalars, where the other bases
/// are ASCII. Nobody issues credentials in it; it is here because it is in the published tables.
enum Base256Emoji {
    static func encode(_ bytes: [UInt8]) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: bytes.map { symbols[Int($0)] })
        return String(text)
    }

    static func decode(_ text: Substring.UnicodeScalarView) throws(MultiformatsError) -> [UInt8] {
        var bytes: [UInt8] = []
        for index in text.indices {
            guard let byte = values[text[index]] else {
                let offset = text[..<index].reduce(0) { $0 + UTF8.width($1) }
                throw .unexpectedCharacter(.base256emoji, offset: offset)
            }
            bytes.append(byte)
        }
        return bytes
    }

    private static let values = Dictionary(uniqueKeysWithValues: zip(symbols, UInt8.min...UInt8.max))

    private static let symbols = Array(
        """
        🚀🪐☄🛰🌌🌑🌒🌓🌔🌕🌖🌗🌘🌍🌏🌎\
        🐉☀💻🖥💾💿😂❤😍🤣😊🙏💕😭😘👍\
        😅👏😁🔥🥰💔💖💙😢🤔😆🙄💪😉☺👌\
        🤗💜😔😎😇🌹🤦🎉💞✌✨🤷😱😌🌸🙌\
        😋💗💚😏💛🙂💓🤩😄😀🖤😃💯🙈👇🎶\
        😒🤭❣😜💋👀😪😑💥🙋😞😩😡🤪👊🥳\
        😥🤤👉💃😳✋😚😝😴🌟😬🙃🍀🌷😻😓\
        ⭐✅🥺🌈😈🤘💦✔😣🏃💐☹🎊💘😠☝\
        😕🌺🎂🌻😐🖕💝🙊😹🗣💫💀👑🎵🤞😛\
        🔴😤🌼😫⚽🤙☕🏆🤫👈😮🙆🍻🍃🐶💁\
        😲🌿🧡🎁⚡🌞🎈❌✊👋😰🤨😶🤝🚶💰\
        🍓💢🤟🙁🚨💨🤬✈🎀🍺🤓😙💟🌱😖👶\
        🥴▶➡❓💎💸⬇😨🌚🦋😷🕺⚠🙅😟😵\
        👎🤲🤠🤧📌🔵💅🧐🐾🍒😗🤑🌊🤯🐷☎\
        💧😯💆👆🎤🙇🍑❄🌴💣🐸💌📍🥀🤢👅\
        💡💩👐📸👻🤐🤮🎼🥵🚩🍎🍊👼💍📣🥂
        """.unicodeScalars)
}
