/// Private keys of nobody, made for these tests with `openssl genpkey` and written by `openssl pkcs8 -topk8`: we must
/// read what another program writes. The base64 text stands here without the PEM lines around it.
enum KeyFixtures {
    /// The example of RFC 8410, 10.3.
    static let ed25519 = "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC"
    static let ed25519Seed = "d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842"

    /// The same key under the passphrase "swordfish" (`-v2 aes-256-cbc`: PBES2, PBKDF2 with HMAC-SHA-256).
    static let encryptedEd25519 = """
        MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAg3VxzidjaVtAICCAAwDAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoE
        EO8IQEtgqh/sqYpG4CMvStsEQKd+K+LloVqB5Yhqy30i/PGcDhglcAwL8v6aKXwSz269mOeYe4qRmMZtB7UvoSZtcU9WJl5SZ9N0
        7jV33L5qTnk=
        """

    static let p256 = """
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg0+TWju4EBML+r8IJNr6ycmc3E8OH6y71qF3DSSx0iTGhRANCAAQeZ2hy
        hTjybw5vnF7gE7LJBYcHiZyLem1QgO/LJMWiFudfpN6UOoMfi9pS6d0WIkQNlR1DgMswf3w5CUrgZuHY
        """

    static let p384 = """
        MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDBorSr1FC5nfnBDW3MEDUtYymjPr4FGPVMbGOtULtvleTJG9B3iqyH0v4sk
        5vylRv6hZANiAAQD14gkOeX5RNkVjFWovs7LHOOJ4TnM0dJKKl8BqssdL7RI6EmO7c/uzoMQUY7Ri5PciwriO0dMOMmJoK8NfjdvViTD
        Li5Ua5XCzEs/TUl01fUI78v+ocB3AxMy7Zxj4zg=
        """

    static let rsa2048 = """
        MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCn6nsqcicpxlUKvDC7GXPxb1l9gvyZYeWIRCvV/aqLaXmzMbCwTF4b
        67nS5BtZw31+js1Qkl1QbNBI9nF0bEK7BC/K971g93MzIFnhCUbeT5TZU4Ahslcngi74OWoQqd2VfIKQT9tbCKdqB7RsN8aG+vp+YKSD
        IQT0ernHQcIHoaKs8cI1fpduN2+9Sl2vnRZiIQ8fOiQ37YaP04LtLM6mPAHgvHe2le8veJaN4bkBHNKGNW55zEV8vvDUBwL1Sv++armb
        0TZEHd4HscmRsTR7q7+sU72naLCwLDIkJIRL1gnfG/CyikRQ/rV3132dYU68FZZhMqvXJV03y+MjHdPHAgMBAAECggEAT0L0W59h1CrO
        JtCZch/8JknI5OGpSd+3oOCJDqx8Te1+aHM6s6WAwM4/O4i4TmFkghJ3YSKN0LJkiSRnfqzBvRSnWLgjmTuFEeuh8YNXBAZtvT5Ym89a
        q4gckshLRE1ijrckzGkdorWNjRPQ+0pCuKGND42f6lPySlMKEb/9Dmtd3akNmb5NUgaU4EBbfPPTtKgtrXTSHksi6GtCfncvvFRZ6xcA
        pEeLlGp3BRnVOMEsXMGDZw8wSIWgKms2eMEwOyOF7uisXbJZgufUqq5bUpfTi9G1PXGMtqcZvmsqKJbmcshoXOnvuO7G/NTgZAYx/TZ5
        MnQPsMzu7ss7o6VMIQKBgQDi5H2E4TShPQ/q9axFvxealZb1Vg+GYsUwDYwflLn9EntgtJzNgt0duR8TjEYSFScmC0wtqU97dirr5upv
        hgEH+Ms0O0L3ZHm8J+q72hn6gx/P2PY1BujDpaxrdML5cD1DiI40vifkJY70BgOqgzrK+YU4g32j6ahmRHVYkGE9ZwKBgQC9dRsoezqj
        tJZc3YUyAhywMJ8meH/AhH39VHHfxELz6DN0ka7IsKLC+PyuHrWSWk+5crUNJ8UuwTx5NcpQ/iTQ68MFeIhLHBPwHNzkNl4sJ90LvKoG
        ma7AFXg0gIbyMGwM+XIMS/NqWGAewozAIcNTuQboHQ+B8Ilb7YPYSqBaoQKBgHbXhWNPbnix+h9wlM5nfB6NEefpLvKN04kK34U/KngC
        8TrC/4qpa9YAu+VKSP15tOq5aipUj3w0deDgL5VAlFOvngf6rmXUa+sA4XOJlqfffI8qrjMyLkMkCP6zxthOUNiJsyqvG0fl4E2yxMLQ
        P8BHF991CB8N6RW/79L2tOgrAoGBAIaTIG9o2QZfyE6+q1YSWf5tCx9wiI5fjn7b9OdVqZlHXwV2VgkILxT/d7zW43LJ48d+y0xE67OC
        X0paAxP08oHUdfr02xs/Hop4dg9E7y++QS2NHdkCYTbgCTqB8VknPBkbNv+1E3p+vAgdeY0gbnaR/23w9or+KRO7auPAXpcBAoGASw7Z
        s77tta3OgLoLj6drvZ3Hdag+37WvngCW4BV4feavFFDz30wPkdStpNcddN/RypPe9TdEA4G5+CC4D1PyNxN9MBbNH7dDsrVOpSpUvNJn
        q4OAoAOQjgNuZonzLkImxxCoi1wBh6swAMmdlKqhUmD09lAa2Nh0JnJp57vThgw=
        """

    /// RS256 of "sample" under `rsa2048`, by `openssl dgst -sha256 -sign`.
    static let rsa2048Signature = """
        a5ff43fe52e1ebc32cda6d875dfb6e93dfee9c6793f4a837a78bb9dea66bcfbce19919d951d0ed16e2ea9d489d1745ea47000f06
        25da04f019f4fdb83dc44d071d8e7967a23f73affe85ca98e076572efcb8f8d68d591e1b287558d1b882efdbfab307189ea184c3
        64b50b00bb651d3d71963bd3544e263bfda9a3df7ed3ba27743bdeaf0fa87ff2a6f09b91c0e1ff45a32118a1204b432ac09f20e9
        2ecc4c08c32ad04b4e713eb527d90c0ecbed4e872d639ec92ce577eb1da6705f090409ad0f1fd5c60907870ab4feeea208ae616f
        f7dd7910de717f4332cafa94d38dbeb347a6b197aaecf786a53e02258542b34645fa5ceef3889dc2c3fc90d9de954fca
        """

    /// Too short for RFC 7518.
    static let rsa1024 = """
        MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBAKuar3whtmOnDuv3RgGWVZBN5vwsEbz/L97T+CucN6QrscAV556h0l5t
        gOa7bBhdW9AxKw3q6txAWFLoKjq7AeGGVSFSWzKXRpz/ztKEQgprSgBIsSZx6X34V7vSyNm7b7V4qrLWWThX1OmALIab3rTyrbRAQyAc
        St0IeofeEWPXAgMBAAECgYAwC64oVhQH0KU34dKi7SFltrn+TqRkwxn3DGgGZcWaXHV272sbGfmZYJVfhIgeRj1HjAye5+/73LQd+kyg
        hu1ebtMuHFYIaB1LBBsp7huLA7Jv+oURlZSgTZkfP4erUI+VUxyf8FKnkIqg/X5C4UCGFzRGAthCn0ngp1wN+i/7AQJBANp2jPl4VSTC
        imqg4Oja4/F1LWZXa7SzQhbzOdYF4dHnOJW5zOPMlomG4L8Pri1GjIRgHI2wICjtcr0+1yMhclcCQQDJFvkkIfx1vjGQXRYLjd1WcYiw
        hz0Nkh8b30yHfBFmGHF225ff2IRZ4AR7wVS4fa/O4r9RmyQeqf85oVLqX6qBAkAbVz7pcd/mC9ra4WuEePCSJYIbDtHR+aVJzgLtACt0
        46U3R9uWnuIwMAssnj/ENtIbNxQbv3Em7iCwAo9WPDddAkBbBn0sr/25xqhk8t4hyMvib24yimVGmVhfo4re4Xh2wKXL6ccr2rS+gjtF
        UdRp1usYOWflJtcI0mbnzXDdCwUBAkEAmF+QoIySasFtzWeKVWspR0QIt9XQbUVJSFn50Jl9MCSKjoTrhVb6/kfehatPhH8vcquCsety
        IQG5tnIZT8XnrA==
        """

    /// A curve we do not use.
    static let secp256k1 = """
        MIGEAgEAMBAGByqGSM49AgEGBSuBBAAKBG0wawIBAQQglO8cHLC0LiBpyzhSvvLtvCBHsEotOKHteY0qOiOO1M2hRANCAARyDLqQPZ3I
        6zUUFvehbr1hzYVnwZYZ0yF4Z7iTmBVxtdznKXUsJ7nqTR5Ev4DlL2Ye250kEESOCjfRcfrYWUHe
        """

    /// A key that agrees on secrets and signs nothing.
    static let x25519 = """
        MC4CAQAwBQYDK2VuBCIEIJA5Lza/9AOvfNe+4JEcNQKApFmPGf8WjFLU68UvxzpQ
        """

    /// The PEM form of base64 text.
    static func pem(_ base64: String, label: String = "PRIVATE KEY") -> [UInt8] {
        let characters = Array(base64.utf8.filter { $0 > 0x20 })
        let lines = stride(from: 0, to: characters.count, by: 64).map {
            String(decoding: characters[$0..<min($0 + 64, characters.count)], as: UTF8.self)
        }
        return [UInt8]("-----BEGIN \(label)-----\n\(lines.joined(separator: "\n"))\n-----END \(label)-----\n".utf8)
    }
}
