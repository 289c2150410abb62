import CentreStore
import Foundation
import OneStop
import Yams

/// Reads the nodes of `centre.yaml`, remembers where each value stood and collects every mistake instead of the first.
final class SeedReader {
  private let root: Node
  var mistakes: [ConfigurationError.Mistake] = []
  var lines: [String: Int] = [:]

  init(_ root: Node) { self.root = root }

  func line(of path: String) -> Int {
    // The nearest thing that was written: a missing value is reported where its owner stands.
    var path = Substring(path)
    while true {
      if let line = lines[String(path)] { return line }
      guard let cut = path.lastIndex(where: { $0 == "." || $0 == "[" }) else { return 1 }
      path = path[..<cut]
    }
  }

  func seed() -> CentreSeed {
    let top = map(
      root, "",
      keys: [
        "centre", "services", "counters", "officers", "hours", "daysOff", "workedDays", "priorityGroups", "rules",
        "board", "ticket", "printers", "devices", "citizenCard", "sameDay", "checklist", "dossierWarnings",
        "closingPrinter", "homeVisits", "messages",
      ])
    let c = map(
      top["centre"], "centre",
      keys: ["id", "name", "shortName", "nameLines", "address", "hotline", "timezone", "followBaseURL"])
    let name = text(c, "centre", "name") ?? ""
    var settings = CentreSettings(
      centre: Centre(
        id: text(c, "centre", "id") ?? "", name: name, shortName: text(c, "centre", "shortName", or: name) ?? name,
        nameLines: list(c["nameLines"], "centre.nameLines").compactMap { string($0.node, $0.path) },
        address: text(c, "centre", "address", or: "") ?? "", hotline: text(c, "centre", "hotline", or: "") ?? "",
        timezone: text(c, "centre", "timezone", or: "Asia/Ho_Chi_Minh") ?? "",
        followBaseURL: text(c, "centre", "followBaseURL", or: "") ?? ""),
      services: list(top["services"], "services").map { service($0.node, $0.path) },
      counters: list(top["counters"], "counters").map { counter($0.node, $0.path) }, hours: hours(top),
      priorityGroups: list(top["priorityGroups"], "priorityGroups").map { group($0.node, $0.path) })
    if settings.centre.nameLines.isEmpty { settings.centre.nameLines = [name] }
    do {
      settings.zone = try ZoneOffset(timezone: settings.centre.timezone)
    } catch {
      mistake("centre.timezone", "settings.timezone", ["value": settings.centre.timezone])
    }
    rules(top["rules"], &settings.rules)
    board(top["board"], &settings.board)
    let ticket = map(top["ticket"], "ticket", keys: ["footer", "footerEn"])
    settings.ticket.footer = text(ticket, "ticket", "footer", or: settings.ticket.footer) ?? ""
    settings.ticket.footerEn = text(ticket, "ticket", "footerEn", or: settings.ticket.footerEn) ?? ""
    settings.printers = list(top["printers"], "printers").map { printer($0.node, $0.path) }
    settings.devices = list(top["devices"], "devices").compactMap { device($0.node, $0.path) }
    if let word = top["citizenCard"].flatMap({ string($0, "citizenCard") }) {
      let choices = CardReading.allCases.map(\.rawValue).joined(separator: ", ")
      // YAML reads a bare on or off as true or false.
      let plain = ["true": "on", "false": "off"][word] ?? word
      if let reading = CardReading(rawValue: plain) {
        settings.citizenCard = reading
      } else {
        mistake("citizenCard", "settings.choice", ["value": word, "choices": choices])
      }
    }
    settings.sameDay = list(top["sameDay"], "sameDay").compactMap { sameDay($0.node, $0.path) }
    settings.checklist = list(top["checklist"], "checklist").compactMap { checklistItem($0.node, $0.path) }
    settings.closingPrinter = text(top, "", "closingPrinter", or: "") ?? ""
    settings.messages = messages(top["messages"])
    if let warnings = top["dossierWarnings"] {
      settings.dossierWarnings = list(warnings, "dossierWarnings").map { entry in
        if entry.node.int == nil {
          mistake(entry.path, "settings.wantNumber", ["value": entry.node.scalar?.string ?? ""])
        }
        return entry.node.int ?? 0
      }
    }
    if let home = top["homeVisits"] { settings.homeVisits = homeVisits(home) }
    let officers = list(top["officers"], "officers").map { officer($0.node, $0.path) }
    var ids: Set<Officer.ID> = []
    for (i, entry) in officers.enumerated() {
      let id = entry.officer.id
      if id.rawValue.isEmpty { mistake("officers[\(i)].id", "settings.empty") }
      if !ids.insert(id).inserted { mistake("officers[\(i)].id", "settings.twice", ["value": id.rawValue]) }
    }
    return CentreSeed(settings: settings, officers: officers)
  }

  // MARK: Parts

  private func service(_ node: Node, _ path: String) -> Service {
    let m = map(
      node, path,
      keys: [
        "id", "prefix", "name", "boardName", "tinyName", "examples", "nameEn", "examplesEn", "icon", "usualMinutes",
        "guidance", "sameDay", "collects", "active",
      ])
    let name = text(m, path, "name") ?? ""
    return Service(
      id: Service.ID(text(m, path, "id") ?? ""), prefix: text(m, path, "prefix") ?? "", name: name,
      boardName: text(m, path, "boardName", or: name), tinyName: text(m, path, "tinyName", or: name),
      examples: text(m, path, "examples", or: "") ?? "", nameEn: text(m, path, "nameEn", or: name) ?? name,
      examplesEn: text(m, path, "examplesEn", or: "") ?? "", icon: text(m, path, "icon", or: "file") ?? "file",
      usualMinutes: int(m, path, "usualMinutes", or: 8), guidance: bool(m, path, "guidance", or: false),
      sameDay: bool(m, path, "sameDay", or: false), collects: bool(m, path, "collects", or: false),
      active: bool(m, path, "active", or: true))
  }

  private func counter(_ node: Node, _ path: String) -> Counter {
    let m = map(node, path, keys: ["number", "name", "services", "active"])
    lines["\(path).ranks"] = lines["\(path).services"]
    // A plain list is one rank; a list of lists is ranked.
    let items = list(m["services"], "\(path).services")
    let ranks: [[Service.ID]]
    if items.contains(where: { $0.node.sequence != nil }) {
      ranks = items.map { rank in
        list(rank.node, rank.path).compactMap { string($0.node, $0.path).map { Service.ID($0) } }
      }
    } else {
      ranks = [items.compactMap { string($0.node, $0.path).map { Service.ID($0) } }]
    }
    return Counter(
      number: Counter.ID(int(m, path, "number", or: nil)), name: text(m, path, "name", or: "") ?? "", ranks: ranks,
      active: bool(m, path, "active", or: true))
  }

  private func officer(_ node: Node, _ path: String) -> (officer: Officer, pin: String?) {
    let m = map(node, path, keys: ["id", "name", "title", "boardTitle", "phone", "role", "pin"])
    let title = text(m, path, "title", or: "") ?? ""
    let roleName = text(m, path, "role", or: "officer") ?? "officer"
    let role = Role(rawValue: roleName)
    if role != .officer, role != .supervisor, role != .admin {
      mistake("\(path).role", "settings.role", ["value": roleName])
    }
    let limits = Officer.longest
    for (key, longest) in [
      ("name", limits.name), ("title", limits.title), ("boardTitle", limits.boardTitle), ("phone", limits.phone),
    ] {
      guard let text = text(m, path, key, or: ""), text.count > longest else { continue }
      mistake("\(path).\(key)", "settings.tooLong", ["max": "\(longest)", "is": "\(text.count)"])
    }
    let pin = m["pin"] == nil ? nil : text(m, path, "pin")
    if let pin, !(4...12).contains(pin.count) || !pin.allSatisfy(\.isNumber) { mistake("\(path).pin", "settings.pin") }
    return (
      Officer(
        id: Officer.ID(text(m, path, "id") ?? ""), name: text(m, path, "name") ?? "", title: title,
        boardTitle: text(m, path, "boardTitle", or: title), phone: text(m, path, "phone", or: "") ?? "",
        role: role ?? .officer), pin
    )
  }

  private func group(_ node: Node, _ path: String) -> PriorityGroup {
    let m = map(node, path, keys: ["id", "name", "nameEn", "active"])
    let name = text(m, path, "name") ?? ""
    return PriorityGroup(
      id: PriorityGroup.ID(text(m, path, "id") ?? ""), name: name, nameEn: text(m, path, "nameEn", or: name) ?? name,
      active: bool(m, path, "active", or: true))
  }

  private func printer(_ node: Node, _ path: String) -> Printer {
    let m = map(node, path, keys: ["id", "name", "profile", "address", "terminals", "standIn"])
    return Printer(
      id: text(m, path, "id") ?? "", name: text(m, path, "name") ?? "", profile: text(m, path, "profile") ?? "",
      address: text(m, path, "address") ?? "",
      terminals: list(m["terminals"], "\(path).terminals").compactMap { string($0.node, $0.path) },
      standIn: text(m, path, "standIn", or: "") ?? "")
  }

  private func device(_ node: Node, _ path: String) -> Device? {
    let m = map(
      node, path, keys: ["id", "kind", "name", "profile", "address", "counter", "counters", "terminal", "active"])
    let word = text(m, path, "kind") ?? ""
    guard let kind = Device.Kind(rawValue: word) else {
      let choices = Device.Kind.allCases.map(\.rawValue).joined(separator: ", ")
      mistake("\(path).kind", "settings.choice", ["value": word, "choices": choices])
      return nil
    }
    var counters = list(m["counters"], "\(path).counters").compactMap { $0.node.int.map { Counter.ID($0) } }
    if m["counter"] != nil { counters.append(Counter.ID(int(m, path, "counter", or: nil))) }
    return Device(
      id: Device.ID(text(m, path, "id") ?? ""), kind: kind, name: text(m, path, "name") ?? "",
      profile: text(m, path, "profile", or: "") ?? "", address: text(m, path, "address", or: "") ?? "",
      counters: counters, terminal: text(m, path, "terminal", or: "") ?? "",
      active: bool(m, path, "active", or: true))
  }

  private func sameDay(_ node: Node, _ path: String) -> SameDayPlan? {
    let m = map(
      node, path,
      keys: ["weekday", "procedures", "document", "from", "until", "waitMinutes", "cutoff", "escalateMinutes"])
    func moment<T>(_ key: String, _ words: String, _ read: (String) -> T?) -> T? {
      guard let written = text(m, path, key, or: .some(nil)), !written.isEmpty else { return nil }
      let value = read(written)
      if value == nil { mistake("\(path).\(key)", words, ["value": written]) }
      return value
    }
    let weekday = text(m, path, "weekday") ?? ""
    let number = Self.weekdays.firstIndex(of: weekday)
    if number == nil {
      let choices = Self.weekdays.joined(separator: ", ")
      mistake("\(path).weekday", "settings.choice", ["value": weekday, "choices": choices])
    }
    let document = text(m, path, "document") ?? ""
    if m["from"] == nil { mistake("\(path).from", "settings.missing", ["value": "from"]) }
    guard let number, let from = moment("from", "settings.day", { LocalDay($0) }) else { return nil }
    return SameDayPlan(
      weekday: number + 1,
      procedures: list(m["procedures"], "\(path).procedures").compactMap {
        string($0.node, $0.path).map { Procedure.ID($0) }
      }, document: document, from: from, until: moment("until", "settings.day", { LocalDay($0) }),
      waitMinutes: int(m, path, "waitMinutes", or: 15),
      cutoff: moment("cutoff", "settings.time", { TimeOfDay($0) }) ?? TimeOfDay(minutes: 15 * 60),
      escalateMinutes: int(m, path, "escalateMinutes", or: 60))
  }

  private func homeVisits(_ node: Node) -> HomeSettings {
    let m = map(node, "homeVisits", keys: ["keepDays", "groups"])
    var home = HomeSettings()
    home.keepDays = int(m, "homeVisits", "keepDays", or: home.keepDays)
    guard m["groups"] != nil else { return home }
    home.groups = list(m["groups"], "homeVisits.groups").map { item in
      let m = map(item.node, item.path, keys: ["id", "name", "nameEn", "active"])
      return HomeGroup(
        id: HomeGroup.ID(text(m, item.path, "id") ?? ""), name: text(m, item.path, "name") ?? "",
        nameEn: text(m, item.path, "nameEn", or: "") ?? "", active: bool(m, item.path, "active", or: true))
    }
    return home
  }

  private func messages(_ node: Node?) -> MessageSettings {
    var found = MessageSettings()
    let m = map(node, "messages", keys: ["enabled", "from", "to", "plain", "nearAhead", "folder"])
    func time(_ key: String, or instead: TimeOfDay) -> TimeOfDay {
      guard let written = text(m, "messages", key, or: instead.description) else { return instead }
      guard let value = TimeOfDay(written) else {
        mistake("messages.\(key)", "settings.time", ["value": written])
        return instead
      }
      return value
    }
    found.enabled = bool(m, "messages", "enabled", or: found.enabled)
    found.from = time("from", or: found.from)
    found.to = time("to", or: found.to)
    found.plain = bool(m, "messages", "plain", or: found.plain)
    found.nearAhead = int(m, "messages", "nearAhead", or: found.nearAhead)
    found.folder = text(m, "messages", "folder", or: found.folder) ?? ""
    return found
  }

  private func checklistItem(_ node: Node, _ path: String) -> ChecklistItem? {
    let m = map(node, path, keys: ["id", "kind", "name", "nameEn", "address", "limit", "active"])
    let word = text(m, path, "kind", or: "manual") ?? ""
    guard let kind = ChecklistItem.Kind(rawValue: word) else {
      let choices = ChecklistItem.Kind.allCases.map(\.rawValue).joined(separator: ", ")
      mistake("\(path).kind", "settings.choice", ["value": word, "choices": choices])
      return nil
    }
    return ChecklistItem(
      id: ChecklistItem.ID(text(m, path, "id") ?? ""), kind: kind, name: text(m, path, "name") ?? "",
      nameEn: text(m, path, "nameEn", or: "") ?? "", address: text(m, path, "address", or: "") ?? "",
      limit: m["limit"] == nil ? nil : int(m, path, "limit", or: nil), active: bool(m, path, "active", or: true))
  }

  private static let weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

  private func hours(_ top: [String: Node]) -> OpeningHours {
    let week = map(top["hours"], "hours", keys: Self.weekdays)
    var hours = OpeningHours(
      week: Self.weekdays.enumerated().map { i, name in
        lines["hours[\(i)]"] = lines["hours.\(name)"]
        return .init(weekday: i + 1, spans: spans(week[name], "hours.\(name)"))
      })
    hours.daysOff = list(top["daysOff"], "daysOff").compactMap { item in
      let m = map(item.node, item.path, keys: ["day", "words"])
      return day(m, item.path).map { .init(day: $0, words: text(m, item.path, "words", or: "") ?? "") }
    }
    hours.workedDays = list(top["workedDays"], "workedDays").compactMap { item in
      let m = map(item.node, item.path, keys: ["day", "hours"])
      return day(m, item.path).map { .init(day: $0, spans: spans(m["hours"], "\(item.path).hours")) }
    }
    return hours
  }

  private func day(_ m: [String: Node], _ path: String) -> LocalDay? {
    guard let text = text(m, path, "day") else { return nil }
    guard let day = LocalDay(text) else {
      mistake("\(path).day", "settings.day", ["value": text])
      return nil
    }
    return day
  }

  /// `["07:00-11:30", "13:30-17:00"]`
  private func spans(_ node: Node?, _ path: String) -> [Span] {
    list(node, path).compactMap { item in
      guard let text = string(item.node, item.path) else { return nil }
      let ends = text.split(separator: "-").map { $0.trimmingCharacters(in: .whitespaces) }
      guard ends.count == 2, let from = TimeOfDay(ends[0]), let to = TimeOfDay(ends[1]), from < to else {
        mistake(item.path, "settings.span", ["value": text])
        return nil
      }
      return Span(from: from, to: to)
    }
  }

  private func rules(_ node: Node?, _ r: inout Rules) {
    let m = map(
      node, "rules",
      keys: [
        "numbering", "priorityInRow", "overdueMinutes", "recallsBeforeNoShow", "callNextFinishes",
        "transferKeepsPlace", "lunchRunsThrough", "ticketsAtLunch", "firstTicketMinutesBeforeOpen",
        "lastTicketMinutesBeforeClose", "targetWaitMinutes", "undoSeconds", "returnMinutes", "afterClosing",
        "emergency", "ratingSilenceSeconds", "ratingMinutes",
      ])
    let numbering = map(m["numbering"], "rules.numbering", keys: ["perService", "width"])
    r.numbering.perService = bool(numbering, "rules.numbering", "perService", or: r.numbering.perService)
    r.numbering.width = int(numbering, "rules.numbering", "width", or: r.numbering.width)
    r.priorityInRow = int(m, "rules", "priorityInRow", or: r.priorityInRow)
    r.overdueMinutes = int(m, "rules", "overdueMinutes", or: r.overdueMinutes)
    r.recallsBeforeNoShow = int(m, "rules", "recallsBeforeNoShow", or: r.recallsBeforeNoShow)
    r.callNextFinishes = bool(m, "rules", "callNextFinishes", or: r.callNextFinishes)
    r.transferKeepsPlace = bool(m, "rules", "transferKeepsPlace", or: r.transferKeepsPlace)
    r.lunchRunsThrough = bool(m, "rules", "lunchRunsThrough", or: r.lunchRunsThrough)
    r.ticketsAtLunch = bool(m, "rules", "ticketsAtLunch", or: r.ticketsAtLunch)
    r.firstTicketMinutesBeforeOpen = int(
      m, "rules", "firstTicketMinutesBeforeOpen", or: r.firstTicketMinutesBeforeOpen)
    r.lastTicketMinutesBeforeClose = int(
      m, "rules", "lastTicketMinutesBeforeClose", or: r.lastTicketMinutesBeforeClose)
    r.targetWaitMinutes = int(m, "rules", "targetWaitMinutes", or: r.targetWaitMinutes)
    r.undoSeconds = int(m, "rules", "undoSeconds", or: r.undoSeconds)
    r.returnMinutes = int(m, "rules", "returnMinutes", or: r.returnMinutes)
    r.ratingSilenceSeconds = int(m, "rules", "ratingSilenceSeconds", or: r.ratingSilenceSeconds)
    r.ratingMinutes = int(m, "rules", "ratingMinutes", or: r.ratingMinutes)
    let closing = text(m, "rules", "afterClosing", or: r.afterClosing.rawValue) ?? ""
    if let known = Rules.AfterClosing(rawValue: closing) {
      r.afterClosing = known
    } else {
      mistake("rules.afterClosing", "settings.choice", ["value": closing, "choices": "serve, close"])
    }
    let emergency = map(m["emergency"], "rules.emergency", keys: ["prefix", "count"])
    r.emergency.prefix = text(emergency, "rules.emergency", "prefix", or: r.emergency.prefix) ?? "P"
    r.emergency.count = int(emergency, "rules.emergency", "count", or: r.emergency.count)
  }

  private func board(_ node: Node?, _ b: inout Board) {
    let m = map(node, "board", keys: ["minSecondsPerCall", "voice", "voiceBoard", "english", "volume", "quietHours"])
    b.minSecondsPerCall = int(m, "board", "minSecondsPerCall", or: b.minSecondsPerCall)
    b.voiceBoard = text(m, "board", "voiceBoard", or: b.voiceBoard) ?? "main"
    b.english = bool(m, "board", "english", or: b.english)
    b.volume = int(m, "board", "volume", or: b.volume)
    b.quietHours = spans(m["quietHours"], "board.quietHours")
    let voice = text(m, "board", "voice", or: b.voice.rawValue) ?? ""
    if let known = Board.Voice(rawValue: voice) {
      b.voice = known
    } else {
      mistake("board.voice", "settings.choice", ["value": voice, "choices": "board, server, off"])
    }
  }
}
