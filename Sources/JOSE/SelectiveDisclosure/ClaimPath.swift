/// Which claims are meant: steps from the top of the claims downwards (the claims path pointer of
/// [SD-JWT VC](https://datatracker.ietf.org/doc/draft-ietf-oauth-sd-jwt-vc/) and of OpenID4VP).
///
/// Written as a literal: `["address", "street"]`, `["nationalities", 0]`, and `nil` for every element of an array.
package struct ClaimPath: Hashable, Sendable, ExpressibleByArrayLiteral {
    /// One step.
    package enum Step: Hashable, Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
        ExpressibleByNilLiteral
    {
        /// The member of an object.
        case name(String)
        /// The element of an array, from 0, counted with everything disclosed.
        case index(Int)
        /// Every element of an array.
        case every

        package init(stringLiteral name: String) { self = .name(name) }
        package init(integerLiteral index: Int) { self = .index(index) }
        package init(nilLiteral: ()) { self = .every }
    }

    /// The steps, at least one.
    package let steps: [Step]

    /// The path of these steps; no step at all would mean the whole token, and stops the program.
    package init(_ steps: [Step]) {
        precondition(!steps.isEmpty, "a path without steps")
        self.steps = steps
    }

    /// A path, as a literal.
    package init(arrayLiteral steps: Step...) { self.init(steps) }
}

extension ClaimPath: CustomStringConvertible {
    /// The steps with dots between them: `nationalities.*`.
    package var description: String {
        steps.map { step in
            switch step {
            case .name(let name): name
            case .index(let index): String(index)
            case .every: "*"
            }
        }.joined(separator: ".")
    }
}
