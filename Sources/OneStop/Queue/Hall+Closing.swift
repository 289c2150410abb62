extension Hall {
  /// Why the day is to be closed now without anybody asking; nil while it goes on.
  public func closingDue(at now: Instant) -> String? {
    if closed { return nil }
    if settings.day(of: now) > day { return "midnight" }
    // Opened again by a person, and therefore closed by one; otherwise it would be closed again at once.
    if reopened { return nil }
    guard case .after = settings.openState(at: now) else { return nil }
    if settings.rules.afterClosing == .close { return "closing-time" }
    // Everybody who holds a number is served first; who does not come back by then has missed it.
    let busy = waitingCount > 0 || desks.values.contains { $0.current != nil || !$0.held.isEmpty }
    let open = desks.values.contains { !$0.isClosed }
    // A day on which nobody came is left to midnight: the supervisor may yet extend the hours.
    return busy || open || visits.isEmpty ? nil : "all-served"
  }
}
