import CentreStore
import Foundation
import GRDB
import OneStop

/// The journal is the truth: rows and figures are rebuilt from it and compared.
public enum Rebuild {
  /// What in the rows is not what the journal says. Empty: they agree to the digit.
  public static func differences(_ db: Database) throws -> [String] {
    var faults: [String] = []
    try HallJournal.days(db) { hall in
      let rows = try HallRows.visits(db, from: hall.day, to: hall.day)
      if rows.count != hall.visits.count {
        faults.append("\(hall.day): \(rows.count) visits in the table, \(hall.visits.count) in the journal")
      }
      for row in rows {
        guard let visit = hall.visits[row.id] else {
          faults.append("\(hall.day): visit \(row.id) (\(row.number)) is not in the journal")
          continue
        }
        if let difference = difference(row, visit) { faults.append("\(hall.day): \(visit.number): \(difference)") }
      }
      if hall.closed {
        if let difference = try CounterLogRows.difference(hall.day, db) { faults.append(difference) }
        let told = DayFigures(of: hall.visits.values, settings: hall.settings)
        for breakdown in Breakdown.allCases {
          let stored = try FigureRows.figures(db, from: hall.day, to: hall.day, by: breakdown, settings: hall.settings)
          for (key, tally) in told.tallies where key.dimension == breakdown && stored.tallies[key] != tally {
            faults.append("\(hall.day): figures by \(breakdown) (\(key.value)) are not those of the journal")
          }
        }
      }
    }
    return try faults + ChecklistRows.differences(db) + LetterRows.differences(db) + HomeVisitRows.differences(db)
  }

  private static func difference(_ row: Visit, _ visit: Visit) -> String? {
    if row.number != visit.number { return "number \(row.number)" }
    if row.steps != visit.steps { return "its steps differ" }
    if row.priority != visit.priority || row.needs != visit.needs || row.issuedAt != visit.issuedAt {
      return "its marks differ"
    }
    switch (row.standing, visit.standing) {
    case (.waiting, .waiting): return nil
    case let (a, b) where a == b: return nil
    default: return "stands as \(row.standing.word), in the journal as \(visit.standing.word)"
    }
  }
}

/// How far the waits that were told were off, against the usual "people ahead × mean".
public enum EstimateError {
  public static func measure(_ desk: CommandDesk) async throws -> String {
    let database = desk.database
    let (told, naive) = try await database.pool.read { db -> ([Int], [Int]) in
      var told: [Int] = []
      var naive: [Int] = []
      try HallJournal.days(db) { hall in
        var issued: [Visit.ID: QueueEvent.TicketIssued] = [:]
        let first =
          try Int64.fetchOne(db, sql: "SELECT firstSeq FROM day WHERE day = ?", arguments: [hall.day.number]) ?? 0
        let next = try Int64.fetchOne(
          db, sql: "SELECT firstSeq FROM day WHERE day > ? ORDER BY day LIMIT 1", arguments: [hall.day.number])
        for entry in try Journal.entries(db, after: first, limit: .max, types: ["ticket-issued"]) {
          if let next, entry.seq >= next { break }
          let event = try entry.decode(QueueEvent.TicketIssued.self)
          issued[event.visit] = event
        }
        // The naive rule knows the mean of the day beforehand, which is more than it would in earnest.
        var means: [Service.ID: (sum: Int, n: Int)] = [:]
        for step in hall.visits.values.lazy.flatMap(\.steps) {
          if let seconds = step.serviceSeconds {
            means[step.service, default: (0, 0)].sum += seconds
            means[step.service]!.n += 1
          }
        }
        for (id, event) in issued {
          guard let estimate = event.estimatedSeconds, let first = hall.visits[id]?.steps.first,
            let wait = first.waitSeconds,
            let mean = means[first.service], mean.n > 0
          else { continue }
          told.append(abs(estimate - wait))
          naive.append(abs(event.ahead * mean.sum / mean.n - wait))
        }
      }
      return (told.sorted(), naive.sorted())
    }
    guard !told.isEmpty else { return "chưa có dữ liệu" }
    func line(_ name: String, _ errors: [Int]) -> String {
      let mean = errors.reduce(0, +) / errors.count
      return
        "\(name): \(errors.count) lượt, sai số trung bình \(mean) s, trung vị \(errors[errors.count / 2]) s, p90 \(errors[errors.count * 9 / 10]) s"
    }
    return line("ước tính của Một Cửa", told) + "\n" + line("số người × trung bình", naive)
  }
}
