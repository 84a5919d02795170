import CanonicalJSON
import Dispatch
import Foundation
import Synchronization
import Testing

/// Many tills and one coupon, over real connections.
@Suite("A race for one coupon over HTTP")
struct CouponRaceTests {
    private static let tills = 0..<100

    @Test("3.1/25 of 100 parallel redemptions one wins, all others are told why, and again when they ask again")
    func race() throws {
        let service = try RunningAPI()
        try service.operate(
            "/operator/institutions/\(service.tenant)/coupons/limits",
            ["unit": "PFC", "budget": 1000, "perAgent": 1000])
        let order: JSON = [
            "kind": "single-use", "unit": "PFC", "minor": 500, "until": "2027-01-01T00:00:00Z", "reason": "goodwill",
        ]
        let minted = try service.act("/v1/coupons", order, under: "mint")
        let code = try #require(minted.json["coupons"]?.arrayValue?.first?["code"], "\(minted)")
        let answers = Mutex<[Int: [Int]]>([:])
        let (start, end) = (DispatchSemaphore(value: 0), DispatchGroup())
        for till in Self.tills {
            end.enter()
            Thread.detachNewThread {
                start.wait()
                let body: JSON = ["code": code, "holder": .string("urn:x:\(till)")]
                let answer = try? service.act("/v1/coupons/redeem", body, under: "till \(till)")
                answers.withLock { $0[answer?.status ?? 0, default: []].append(till) }
                end.leave()
            }
        }
        for _ in Self.tills { start.signal() }
        end.wait()
        let tills = answers.withLock { $0 }
        #expect(tills[200]?.count == 1 && Set(tills.keys) == [200, 409], "\(tills.mapValues(\.count))")
        #expect(tills.values.joined().count == Self.tills.count)
        for till in Self.tills {
            let body: JSON = ["code": code, "holder": .string("urn:x:\(till)")]
            let again = try service.act("/v1/coupons/redeem", body, under: "till \(till)")
            #expect(again.status == (tills[200] == [till] ? 200 : 409), "who asks again is told the same")
        }
        let list = try service.send("GET", "/v1/coupons", key: service.apiKey)
        #expect(list.json["coupons"]?.arrayValue?.map { $0["state"] } == ["redeemed"], "\(list)")
    }
}

extension RunningAPI {
    /// A command of the institution.
    fileprivate func act(_ path: String, _ body: JSON, under name: String) throws -> Answer {
        try send("POST", path, body.canonicalBytes, headers: [("Idempotency-Key", name)], key: apiKey)
    }
}
