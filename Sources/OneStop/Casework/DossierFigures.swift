/// So many of so many. A share of nothing is no figure: «chưa có dữ liệu», never 0% or 100%.
public struct Share: Codable, Hashable, Sendable {
  public var numerator: Int
  public var denominator: Int

  public init(_ numerator: Int, of denominator: Int) {
    self.numerator = numerator
    self.denominator = denominator
  }

  /// 0 ... 1, or nil where there is no data.
  public var value: Double? { denominator > 0 ? Double(numerator) / Double(denominator) : nil }
}

/// The figures of a set of dossiers, as a pure function of them: the same on the page, in the report and in the score.
/// Several laws count the «same» share differently, so each share is shown with its numerator and denominator.
public struct DossierFigures: Hashable, Sendable {
  /// Taken in, whatever became of them; without those annulled, and without those only registered or refused.
  public var received = 0
  public var registered = 0
  public var refused = 0
  public var punctuality: [Punctuality: Int] = [:]
  /// The same against the date promised first: what a re-appointment hides.
  public var punctualityAtFirst: [Punctuality: Int] = [:]
  public var handedOver = 0
  public var withdrawn = 0
  public var returned = 0
  public var stopped = 0
  /// Dossiers for which a supplement was asked. Those filed online by the citizen alone are counted apart, because the
  /// communes' own target («no supplement») exempts them.
  public var supplemented = 0
  public var supplementedOnline = 0
  public var reappointed = 0
  public var reappointedTwice = 0
  /// The province's date took the place of the one promised here, and of these those it moved to a later day.
  public var replaced = 0
  public var replacedLater = 0
  /// Missed a date, and of these those with a letter.
  public var missed = 0
  public var apologised = 0
  public var channels: [Dossier.Channel: Int] = [:]
  public var digitised = Share(0, of: 0)
  public var vneid = Share(0, of: 0)
  public var provisionalCodes = 0
  public var sameDayPromised = 0
  public var sameDayKept = 0
  /// Ready before closing and not fetched: neither kept nor broken by the centre.
  public var sameDayReady = 0
  public var sameDayAfterCutoff = 0
  /// Reason by word; empty for those nobody has explained.
  public var sameDayBroken: [String: Int] = [:]

  public init() {}

  /// - Parameter now: until when; what is not finished by then is pending or overdue.
  public init(of dossiers: some Sequence<Dossier>, _ rules: CaseRules, at now: Instant) {
    for dossier in dossiers { add(dossier, rules, now) }
  }

  /// As if counted over both sets of dossiers; they have none in common.
  public mutating func add(_ other: DossierFigures) {
    for field in Self.sums { self[keyPath: field] += other[keyPath: field] }
    punctuality.merge(other.punctuality, uniquingKeysWith: +)
    punctualityAtFirst.merge(other.punctualityAtFirst, uniquingKeysWith: +)
    channels.merge(other.channels, uniquingKeysWith: +)
    sameDayBroken.merge(other.sameDayBroken, uniquingKeysWith: +)
    for share in [\DossierFigures.digitised, \.vneid] {
      let (a, b) = (self[keyPath: share], other[keyPath: share])
      self[keyPath: share] = Share(a.numerator + b.numerator, of: a.denominator + b.denominator)
    }
  }

  private static var sums: [WritableKeyPath<DossierFigures, Int>] {
    [
      \.received, \.registered, \.refused, \.handedOver, \.withdrawn, \.returned, \.stopped, \.supplemented,
      \.supplementedOnline, \.reappointed, \.reappointedTwice, \.replaced, \.replacedLater, \.missed, \.apologised,
      \.provisionalCodes, \.sameDayPromised, \.sameDayKept, \.sameDayReady, \.sameDayAfterCutoff,
    ]
  }

  /// Finished before or on the due day, of all that are finished and had one. Overdue ones that are not finished yet don't
  /// stand in it: `onTimeOfDue` has them.
  public var onTimeOfFinished: Share {
    let kept = count(.early) + count(.onDay)
    return Share(kept, of: kept + count(.late))
  }
  /// Of all whose date has come: finished ones and those overdue today. The figure of «100% before and on time».
  public var onTimeOfDue: Share {
    let kept = count(.early) + count(.onDay)
    return Share(kept, of: kept + count(.late) + count(.overdue))
  }
  /// Taken in, but of no share of time: not due yet, without a promised day, withdrawn, returned, stopped, or finished on
  /// a day that nobody wrote down. With those finished and overdue it gives `received`.
  public var undue: Int { received - onTimeOfDue.denominator }
  /// Of those whose channel is known.
  public var online: Share {
    Share(channels[.online] ?? 0, of: channels.reduce(0) { $0 + ($1.key == .unknown ? 0 : $1.value) })
  }
  public var sameDay: Share { Share(sameDayKept, of: sameDayPromised) }
  public var apologies: Share { Share(apologised, of: missed) }

  public func count(_ kind: Punctuality) -> Int { punctuality[kind] ?? 0 }

  private mutating func add(_ dossier: Dossier, _ rules: CaseRules, _ now: Instant) {
    switch dossier.state {
    case .annulled: return
    case .registered:
      registered += 1
      return
    case .refused:
      refused += 1
      return
    case .handedOver: handedOver += 1
    case .withdrawn: withdrawn += 1
    case .returned: returned += 1
    case .stopped: stopped += 1
    case .received, .processing, .awaitingSupplement, .awaitingPayment, .finished: break
    }
    received += 1
    channels[dossier.channel, default: 0] += 1
    let zone = rules.calendar.zone
    let today = LocalDay(now, in: zone)
    let punctual = dossier.punctuality(on: today, in: zone)
    punctuality[punctual, default: 0] += 1
    punctualityAtFirst[dossier.punctuality(on: today, in: zone, original: true), default: 0] += 1
    if dossier.supplements > 0 {
      if dossier.channel == .online { supplementedOnline += 1 } else { supplemented += 1 }
    }
    if !dossier.reappointments.isEmpty { reappointed += 1 }
    if dossier.movedTwice { reappointedTwice += 1 }
    if let replacement = dossier.replacement {
      replaced += 1
      if replacement.to.day > replacement.from.day { replacedLater += 1 }
    }
    if punctual == .late || punctual == .overdue || !dossier.reappointments.isEmpty {
      missed += 1
      if !dossier.apologies.isEmpty { apologised += 1 }
    }
    if let known = dossier.digitised { digitised = digitised.adding(known) }
    if let known = dossier.vneid { vneid = vneid.adding(known) }
    if dossier.code.isProvisional { provisionalCodes += 1 }
    switch dossier.sameDayStanding(at: now, rules.sameDay, rules.calendar) {
    case .kept:
      sameDayPromised += 1
      sameDayKept += 1
    case .broken(let reason):
      sameDayPromised += 1
      sameDayBroken[reason ?? "", default: 0] += 1
    case .ready:
      sameDayPromised += 1
      sameDayReady += 1
    case .running, .escalated: sameDayPromised += 1
    case .apart: sameDayAfterCutoff += 1
    case nil: break
    }
  }
}

extension Share {
  fileprivate func adding(_ yes: Bool) -> Share { Share(numerator + (yes ? 1 : 0), of: denominator + 1) }
}
