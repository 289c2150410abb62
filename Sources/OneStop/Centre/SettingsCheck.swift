/// Something in the settings that cannot work. `key` names the sentence in the word files, `places` fill it.
public struct SettingsProblem: Hashable, Sendable {
  /// Where, as in `services[2].prefix`.
  public var path: String
  public var key: String
  public var places: [String: String]

  public init(_ path: String, _ key: String, _ places: [String: String] = [:]) {
    self.path = path
    self.key = key
    self.places = places
  }
}

extension CentreSettings {
  /// What must be mended before these settings can be used; empty when all is well.
  public func problems() -> [SettingsProblem] {
    var found: [SettingsProblem] = []
    func check(_ good: Bool, _ path: String, _ key: String, _ places: [String: String] = [:]) {
      if !good { found.append(SettingsProblem(path, key, places)) }
    }
    // Every screen and paper has to hold it; without an end one field could fill them all.
    func length(_ text: String, _ longest: Int, _ path: String) {
      check(text.count <= longest, path, "tooLong", ["max": "\(longest)", "is": "\(text.count)"])
    }
    check(!centre.name.isEmpty, "centre.name", "empty")
    length(centre.name, 120, "centre.name")
    length(centre.shortName, 60, "centre.shortName")
    length(centre.address, 160, "centre.address")
    length(centre.hotline, 40, "centre.hotline")
    for (i, line) in centre.nameLines.enumerated() { length(line, 60, "centre.nameLines[\(i)]") }
    check(!centre.id.isEmpty, "centre.id", "empty")
    check((1...2).contains(centre.nameLines.count), "centre.nameLines", "nameLines")

    check(services.contains(where: \.active), "services", "noService")
    var prefixes: [String: Int] = [:]
    var ids: Set<Service.ID> = []
    for (i, service) in services.enumerated() {
      let path = "services[\(i)]"
      check(Self.isIdentifier(service.id.rawValue), "\(path).id", "identifier", ["value": service.id.rawValue])
      check(ids.insert(service.id).inserted, "\(path).id", "twice", ["value": service.id.rawValue])
      check(!service.name.isEmpty, "\(path).name", "empty")
      length(service.name, 56, "\(path).name")
      // Those that are not given are the name, which the screens shorten as well as they can.
      if service.boardName != service.name { length(service.boardName, 24, "\(path).boardName") }
      if service.tinyName != service.name { length(service.tinyName, 11, "\(path).tinyName") }
      length(service.nameEn, 80, "\(path).nameEn")
      length(service.examples, 120, "\(path).examples")
      length(service.examplesEn, 120, "\(path).examplesEn")
      check(Self.isPrefix(service.prefix), "\(path).prefix", "prefix", ["value": service.prefix])
      if service.active {
        if let other = prefixes[service.prefix] {
          check(false, "\(path).prefix", "prefixTaken", ["value": service.prefix, "other": services[other].name])
        }
        prefixes[service.prefix] = i
        check(
          service.prefix != rules.emergency.prefix, "\(path).prefix", "prefixEmergency", ["value": service.prefix])
      }
      check((1...240).contains(service.usualMinutes), "\(path).usualMinutes", "range", ["min": "1", "max": "240"])
    }

    check(counters.contains(where: \.active), "counters", "noCounter")
    var numbers: Set<Counter.ID> = []
    for (i, counter) in counters.enumerated() {
      let path = "counters[\(i)]"
      check((1...99).contains(counter.number.rawValue), "\(path).number", "range", ["min": "1", "max": "99"])
      check(numbers.insert(counter.number).inserted, "\(path).number", "twice", ["value": "\(counter.number)"])
      length(counter.name, 40, "\(path).name")
      check(!counter.ranks.joined().isEmpty, "\(path).ranks", "noServices")
      var seen: Set<Service.ID> = []
      for service in counter.ranks.joined() {
        check(ids.contains(service), "\(path).ranks", "unknownService", ["value": service.rawValue])
        check(seen.insert(service).inserted, "\(path).ranks", "twice", ["value": service.rawValue])
      }
    }
    for (i, service) in services.enumerated() where service.active {
      check(
        counters.contains { $0.active && $0.rank(of: service.id) != nil }, "services[\(i)].id", "noCounterTakesIt",
        ["value": service.name])
    }

    var weekdays: Set<Int> = []
    for (i, day) in hours.week.enumerated() {
      check((1...7).contains(day.weekday), "hours[\(i)].weekday", "range", ["min": "1", "max": "7"])
      check(weekdays.insert(day.weekday).inserted, "hours[\(i)].weekday", "twice", ["value": "\(day.weekday)"])
      check(Self.ordered(day.spans), "hours[\(i)].spans", "spans")
    }
    for (i, day) in hours.workedDays.enumerated() {
      check(Self.ordered(day.spans), "workedDays[\(i)].spans", "spans")
    }
    var groups: Set<PriorityGroup.ID> = []
    for (i, group) in priorityGroups.enumerated() {
      check(Self.isIdentifier(group.id.rawValue), "priorityGroups[\(i)].id", "identifier", ["value": group.id.rawValue])
      check(groups.insert(group.id).inserted, "priorityGroups[\(i)].id", "twice", ["value": group.id.rawValue])
      length(group.name, 60, "priorityGroups[\(i)].name")
      length(group.nameEn, 60, "priorityGroups[\(i)].nameEn")
    }

    func range(_ value: Int, _ allowed: ClosedRange<Int>, _ name: String) {
      check(
        allowed.contains(value), "rules.\(name)", "range",
        ["min": "\(allowed.lowerBound)", "max": "\(allowed.upperBound)"])
    }
    range(rules.numbering.width, 1...6, "numbering.width")
    range(rules.priorityInRow, 1...20, "priorityInRow")
    range(rules.overdueMinutes, 0...480, "overdueMinutes")
    range(rules.recallsBeforeNoShow, 0...10, "recallsBeforeNoShow")
    range(rules.firstTicketMinutesBeforeOpen, 0...240, "firstTicketMinutesBeforeOpen")
    range(rules.lastTicketMinutesBeforeClose, 0...240, "lastTicketMinutesBeforeClose")
    range(rules.targetWaitMinutes, 1...480, "targetWaitMinutes")
    range(rules.undoSeconds, 0...60, "undoSeconds")
    range(rules.returnMinutes, 0...480, "returnMinutes")
    range(rules.emergency.count, 0...999, "emergency.count")
    // Digits alone would be numbers of a series for the whole centre.
    check(
      Self.isPrefix(rules.emergency.prefix), "rules.emergency.prefix", "prefix", ["value": rules.emergency.prefix])
    range(rules.ratingSilenceSeconds, 10...120, "ratingSilenceSeconds")
    range(rules.ratingMinutes, 1...15, "ratingMinutes")
    check(
      (1...30).contains(board.minSecondsPerCall), "board.minSecondsPerCall", "range", ["min": "1", "max": "30"])
    check((0...100).contains(board.volume), "board.volume", "range", ["min": "0", "max": "100"])
    check(Self.ordered(board.quietHours), "board.quietHours", "spans")
    length(ticket.footer, 160, "ticket.footer")
    length(ticket.footerEn, 160, "ticket.footerEn")
    var printerIDs: Set<String> = []
    for (i, printer) in printers.enumerated() {
      check(printerIDs.insert(printer.id).inserted, "printers[\(i)].id", "twice", ["value": printer.id])
      do throws(PrinterAddress.Mistake) {
        _ = try PrinterAddress(printer.address)
      } catch {
        check(false, "printers[\(i)].address", error.key, error.places)
      }
      check(
        printer.standIn.isEmpty || printer.standIn != printer.id && printers.contains { $0.id == printer.standIn },
        "printers[\(i)].standIn", "unknownPrinter", ["value": printer.standIn])
    }
    // One loudspeaker, or the hall hears everything twice with an echo.
    for (n, (i, speaker)) in devices.enumerated().filter({ $0.element.kind == .speaker && $0.element.active })
      .enumerated()
    {
      check(n == 0, "devices[\(i)]", "secondSpeaker", ["value": speaker.name])
      check(
        speaker.address.hasPrefix("alsa:") && speaker.address.count > 5, "devices[\(i)].address", "speakerAddress",
        ["value": speaker.address])
    }
    var deviceIDs: Set<Device.ID> = []
    for (i, device) in devices.enumerated() {
      let path = "devices[\(i)]"
      check(Self.isIdentifier(device.id.rawValue), "\(path).id", "identifier", ["value": device.id.rawValue])
      check(deviceIDs.insert(device.id).inserted, "\(path).id", "twice", ["value": device.id.rawValue])
      for counter in device.counters {
        check(numbers.contains(counter), "\(path).counters", "unknownCounter", ["value": "\(counter)"])
      }
      switch device.kind {
      case .keypad, .ratingBox, .scanner, .light:
        check(device.address.hasPrefix("/"), "\(path).address", "deviceAddress", ["value": device.address])
        check(!device.profile.isEmpty, "\(path).profile", "empty")
      case .officePrinter:
        check(
          OfficePrinterAddress(device.address) != nil, "\(path).address", "officeAddress", ["value": device.address])
      case .speaker: break
      }
      switch device.kind {
      case .keypad, .ratingBox: check(device.counters.count == 1, "\(path).counters", "deviceCounter")
      case .scanner:
        check(device.counters.count == 1 || !device.terminal.isEmpty, "\(path).counters", "scannerPlace")
      case .light: check(!device.counters.isEmpty, "\(path).counters", "deviceCounter")
      case .speaker, .officePrinter: break
      }
    }
    var itemIDs: Set<ChecklistItem.ID> = []
    for (i, item) in checklist.enumerated() {
      let path = "checklist[\(i)]"
      check(Self.isIdentifier(item.id.rawValue), "\(path).id", "identifier", ["value": item.id.rawValue])
      check(itemIDs.insert(item.id).inserted, "\(path).id", "twice", ["value": item.id.rawValue])
      check(!item.name.isEmpty, "\(path).name", "empty")
      length(item.name, 80, "\(path).name")
      length(item.nameEn, 80, "\(path).nameEn")
      found += item.problems(at: path)
    }
    check((1...5).contains(dossierWarnings.count), "dossierWarnings", "count", ["min": "1", "max": "5"])
    for (i, days) in dossierWarnings.enumerated() {
      check((0...30).contains(days), "dossierWarnings[\(i)]", "range", ["min": "0", "max": "30"])
    }
    check(
      closingPrinter.isEmpty || devices.contains { $0.kind == .officePrinter && $0.id.rawValue == closingPrinter },
      "closingPrinter", "unknownOfficePrinter", ["value": closingPrinter])
    return found + sameDayProblems() + homeProblems() + messageProblems()
  }

  /// What a running day forbids: taking away a service people wait for, or a counter that is open.
  public func problems(replacing old: CentreSettings, in hall: Hall) -> [SettingsProblem] {
    var found = problems()
    for service in old.services where hall.waiting(for: service.id) > 0 {
      guard self.service(service.id)?.active == true else {
        found.append(
          SettingsProblem("services", "serviceInUse", ["value": service.name, "n": "\(hall.waiting(for: service.id))"]))
        continue
      }
    }
    for counter in old.counters where !hall.desk(counter.number).isClosed {
      if self.counter(counter.number)?.active != true {
        found.append(SettingsProblem("counters", "counterInUse", ["value": "\(counter.number)"]))
      }
    }
    for (counter, waiting) in hall.waitingAtClosedCounters.sorted(by: { $0.key < $1.key })
    where self.counter(counter)?.active != true {
      found.append(SettingsProblem("counters", "counterAwaited", ["value": "\(counter)", "n": "\(waiting)"]))
    }
    let (plans, before) = (SameDayPlans(sameDay), SameDayPlans(old.sameDay))
    // A day with marked numbers has been promised: citizens hold the paper.
    let isPromised = hall.visits.values.contains(where: \.sameDay)
    if let day = plans.rewrites(before, before: isPromised ? hall.day.adding(days: 1) : hall.day) {
      // Beside the entry that does it: the one in force now on that day, or the one that was and lost the day.
      let from = (plans.plan(on: day) ?? before.plan(on: day))?.from
      let path = sameDay.firstIndex { $0.from == from }.map { "sameDay[\($0)]" } ?? "sameDay"
      found.append(SettingsProblem(path, "sameDayPast", ["day": day.onPaper]))
    }
    // An id that was used stays known, so that old figures keep their names.
    for service in old.services where self.service(service.id) == nil {
      found.append(SettingsProblem("services", "serviceRemoved", ["value": service.name]))
    }
    for counter in old.counters where self.counter(counter.number) == nil {
      found.append(SettingsProblem("counters", "counterRemoved", ["value": "\(counter.number)"]))
    }
    for group in old.priorityGroups where !priorityGroups.contains(where: { $0.id == group.id }) {
      found.append(SettingsProblem("priorityGroups", "groupRemoved", ["value": group.name]))
    }
    return found
  }

  private static func isPrefix(_ text: String) -> Bool {
    (1...3).contains(text.count) && text.allSatisfy { $0.isASCII && $0.isUppercase }
  }

  static func isIdentifier(_ text: String) -> Bool {
    !text.isEmpty && text.count <= 40
      && text.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-" || $0 == "_") }
  }

  private static func ordered(_ spans: [Span]) -> Bool {
    spans.allSatisfy { $0.from < $0.to } && zip(spans, spans.dropFirst()).allSatisfy { $0.to <= $1.from }
  }
}
