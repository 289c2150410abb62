/// Who may change whom, so that a centre is never left without somebody who can.
public enum Staff {
  public enum Refusal: String, Error, CaseIterable {
    /// Administrators are made and changed by administrators; whoever could set one's PIN would be one.
    case adminsOnly = "admins-only"
    /// The last one who may change people, or the last administrator.
    case lastAdmin = "last-admin"
  }

  /// - Parameters:
  ///   - old: the officer so far; nil: a new one.
  ///   - role: of the person who changes it.
  public static func check(
    _ old: Officer?, becomes new: Officer, among officers: some Sequence<Officer>, by role: Role
  ) throws(Refusal) {
    if role != .admin, old?.role == .admin || new.role == .admin { throw .adminsOnly }
    guard let old, old.active else { return }
    for keepers in [[Role.admin], [.admin, .supervisor]] where keepers.contains(old.role) {
      let stays = new.active && keepers.contains(new.role)
      let others = officers.contains { $0.id != old.id && $0.active && keepers.contains($0.role) }
      if !stays, !others { throw .lastAdmin }
    }
  }
}
