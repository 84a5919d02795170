/// Where the log speaks of the staff.
extension Projection {
    func applyStaff(_ event: Event, at place: Place) throws {
        switch event {
        case .staffAdded(let added): try writer.insert(StaffRecord(id: added.id.text, seq: place.seq))
        case .staffRolesChanged(let changed): try update(changed.id, at: place) { $0.changedSeq = place.seq }
        case .staffRemoved(let removed): try update(removed.id, at: place) { $0.removedSeq = place.seq }
        default: break
        }
    }

    private func update(_ id: StaffID, at place: Place, _ change: (inout StaffRecord) -> Void) throws {
        guard var row = try writer.record(StaffRecord.self, .text(id.text)) else {
            throw StoreError.corrupt("entry \(place.seq) is about somebody who is not of the staff")
        }
        change(&row)
        try writer.update(row)
    }
}
