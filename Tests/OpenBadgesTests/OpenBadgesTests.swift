import Testing

@Suite("OpenBadges")
struct OpenBadgesTests {}
