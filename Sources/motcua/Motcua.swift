import ArgumentParser
import CentreOperations
import CentreStore
import Foundation
import Glibc

@main
struct Motcua: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "motcua",
    abstract: "Một Cửa: máy chủ của quầy một cửa – số thứ tự, gọi số, in phiếu, đánh giá, số liệu.",
    version: Build.version,
    subcommands: [
      Serve.self, Demo.self, Figures.self, ReportCommand.self, JournalCommand.self, Backup.self, Restore.self,
      Simulate.self, Pin.self, Terminal.self, Dossiers.self, Procedures.self, Score.self, DeviceList.self, Check.self,
      PrintTest.self,
      Voice.self,
    ])

  /// An error that escapes `main` ends in a trap and a page of backtrace; people get one line.
  static func main() async {
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch let error as ConfigurationError {
      complain("\(error)")
    } catch let error as StoreError {
      complain("motcua: \(error)")
    } catch let error as Failure {
      complain("motcua: \(error.words)")
    } catch  where exitCode(for: error) == .success || exitCode(for: error) == .validationFailure || error is ExitCode {
      exit(withError: error)
    } catch {
      complain("motcua: \(error)")
    }
  }

  private static func complain(_ words: String) -> Never {
    FileHandle.standardError.write(Data((words + "\n").utf8))
    Glibc.exit(1)
  }
}

/// A failure with a sentence for the person at the terminal.
struct Failure: Error {
  var words: String
  init(_ words: String) { self.words = words }
}

enum Build {
  static let version = "0.1.0"
}
