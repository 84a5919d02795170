import Testing

@Suite("LinkedData")
struct LinkedDataTests {}
