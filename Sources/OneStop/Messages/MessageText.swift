/// How a text travels in short messages.
public enum MessageText {
  /// With one letter outside of ASCII a message is sent as UCS-2: 70 characters, or 67 in each of several parts, where it
  /// is 160 and 153 otherwise (3GPP TS 23.040, 9.2.3.24.1: a part's header takes 6 of its 140 bytes).
  public static func parts(_ text: String) -> Int {
    let units = text.utf16.count
    let plain = text.utf16.allSatisfy { $0 < 0x80 }
    guard units > (plain ? 160 : 70) else { return 1 }
    let each = plain ? 153 : 67
    return (units + each - 1) / each
  }

  /// Without diacritics, everything else as it was: «Hồ sơ đã xong» becomes «Ho so da xong».
  public static func plain(_ text: String) -> String {
    String(
      text.map { letter in
        if letter == "–" { return "-" }
        guard !letter.isASCII, let base = PlainLetters.of(String(letter)).first else { return letter }
        return letter.isUppercase ? Character(base.uppercased()) : base
      })
  }
}
