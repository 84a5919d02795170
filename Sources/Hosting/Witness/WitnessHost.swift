package import HTTPServer
package import Witnessing

/// A running witness.
package final class WitnessHost: Sendable {
    package let address: HTTPServer.Address
    private let network: HTTPServer

    /// Listens.
    ///
    /// - Parameters:
    ///   - report: hears what the operator should know.
    ///   - halt: stops the process, because only a restart can tell what is true.
    package init(
        _ witness: Witness, address: HTTPServer.Address, tls: HTTPServer.TLS?,
        report: @escaping @Sendable (String) -> Void, halt: @escaping @Sendable (String) -> Void
    ) throws {
        var settings = HTTPServer.Configuration(address: address)
        settings.tls = tls
        settings.log = report
        settings.bodyLimit = WitnessHandler.bodyLimit
        let handler = WitnessHandler(witness, report: report, halt: halt)
        network = try HTTPServer(settings) { handler.handle($0, $1) }
        self.address = network.address
    }

    /// Takes no new requests, answers what was accepted, and stops.
    package func stop(graceMilliseconds: Int) { network.stop(graceMilliseconds: graceMilliseconds) }
}
