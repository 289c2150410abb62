import OneStop

/// What a rating tablet shows.
public struct RatingView: Encodable, Sendable, Equatable {
  struct Person: Encodable, Sendable, Equatable { var name, title: String }
  struct CentreName: Encodable, Sendable, Equatable {
    var name: String
    var nameLines: [String]
  }
  /// A question or a reason for a low level, in the words of the word files.
  struct Item: Encodable, Sendable, Equatable {
    var id, vi, en: String

    init(_ id: String, _ key: String, _ places: [String: String] = [:]) {
      let words = Words.text("rating.\(key)", places)
      (self.id, vi, en) = (id, words.vi, words.en)
    }
  }
  var counter: Counter.ID
  var state: String
  var questions: [Item]
  var reasons: [Item]
  var officer: Person?
  var centre: CentreName
  var step: Step.ID?
  var until: String?
  var silenceSeconds: Int
  var helpOn: Bool

  public init(_ number: Counter.ID, _ state: CentreState, at now: Instant) throws {
    let hall = state.hall
    guard hall.settings.counter(number) != nil else { throw QueueRejection.unknownCounter }
    counter = number
    questions = [Item("reception", "reception", ["n": "\(number)"]), Item("handling", "handling")]
    reasons = Rating.reasonIDs.map { Item($0, "reason.\($0)") }
    centre = CentreName(name: hall.settings.centre.name, nameLines: hall.settings.centre.nameLines)
    silenceSeconds = hall.settings.rules.ratingSilenceSeconds
    helpOn = hall.help[number] != nil
    let desk = hall.desk(number)
    officer = desk.officer.flatMap { state.officers[$0] }.map { Person(name: $0.name, title: $0.title) }
    self.state = desk.isClosed ? "closed" : "idle"
    // The last step finished here, while it may still be rated.
    let finished = hall.lastFinished(at: number)
    if let finished, let found = try? hall.ratable(finished, at: now) {
      self.state = "ask"
      step = finished
      until = found.step.finishedAt?.adding(seconds: hall.settings.rules.ratingMinutes * 60).iso
    }
  }
}
