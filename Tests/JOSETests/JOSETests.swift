import Testing

@Suite("JOSE")
struct JOSETests {}
