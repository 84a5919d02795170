import CanonicalJSON

extension Benefit {
    /// Whether it gives less than another of the same type, counted in the same way.
    func gives(lessThan other: Benefit) -> Bool {
        switch (worth, other.worth) {
        case (.fixed(let amount), .fixed(let other)): amount.minor < other.minor
        case (.shareOfPrice(let share), .shareOfPrice(let other)): !share.isAtLeast(other)
        default: false
        }
    }

    func place(in benefit: JSONPointer) -> JSONPointer {
        amount == nil ? benefit.appending("shareOfPrice") : benefit.appending("amount").appending("minor")
    }

    var worthInWords: String {
        switch worth {
        case .fixed(let amount): amount.description
        case .shareOfPrice(let ratio): "\(ratio) of the price"
        }
    }
}
