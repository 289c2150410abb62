/// `bench floor PORT FILE`: a bare route that makes one durable insert, to measure the daemon against.
/// `bench screens PORT CONNECTIONS SECONDS TOKEN`: open event streams; each event's time from its commit to its receipt.
@main
struct Bench {
  static func main() async throws {
    let arguments = CommandLine.arguments
    switch arguments.dropFirst().first {
    case "floor": try await Floor.run(port: Int(arguments[2])!, file: arguments[3])
    case "screens":
      try await Screens.run(
        port: Int(arguments[2])!, connections: Int(arguments[3])!, events: Int(arguments[4])!, token: arguments[5])
    default: print("bench floor PORT FILE | bench screens PORT CONNECTIONS EVENTS TOKEN")
    }
  }
}
