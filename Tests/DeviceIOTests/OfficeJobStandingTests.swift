import DeviceIO
import Testing

@Suite("how a paper at an office printer stands")
struct OfficeJobStandingTests {
  typealias Case = (OfficeJobReport.State, [String], seconds: Int, asked: Bool, OfficeJobStanding)

  @Test(
    "by the job's state and the printer's reasons",
    arguments: [
      (.pending, [], 0, false, .waiting), (.processing, [], 1, false, .printing),
      // What CUPS 2.4.2 says of a printer without paper.
      (.processing, ["cups-waiting-for-job-completed", "media-empty-warning"], 0, false, .needs(.paper)),
      (.pending, ["media-empty-error"], 0, false, .needs(.paper)),
      (.processing, ["cover-open-error"], 99, false, .needs(.cover)),
      (.processing, ["media-jam-report"], 0, false, .needs(.jam)),
      (.processing, ["toner-empty"], 0, false, .needs(.toner)),
      (.processing, ["media-low-warning", "toner-low"], 0, false, .printing),
      (.processing, ["cups-waiting-for-job-completed"], 0, false, .printing),
      (.processing, [], 20, false, .unreachable), (.processing, [], 19, false, .printing),
      (.processing, ["offline-report"], 0, false, .unreachable),
      (.stopped, [], 0, false, .stopped), (.held, [], 0, false, .stopped),
      (.completed, ["media-empty-error"], 0, false, .printed), (.completed, [], 0, true, .printed),
      (.canceled, [], 0, true, .cancelled), (.canceled, [], 0, false, .failed), (.aborted, [], 0, true, .failed),
    ] as [Case])
  func standing(
    _ state: OfficeJobReport.State, _ reasons: [String], seconds: Int, asked: Bool, is wanted: OfficeJobStanding
  ) {
    let report = OfficeJobReport(state: state, queue: OfficeQueue(name: "a4", reasons: reasons))
    #expect(OfficeJobStanding(report, silentSeconds: seconds, patience: 20, cancelAsked: asked) == wanted)
  }

  @Test("a stopped queue stops what waits in it; trouble of the printer is told first")
  func stoppedQueue() {
    func standing(_ reasons: [String]) -> OfficeJobStanding {
      let queue = OfficeQueue(name: "a4", stopped: true, reasons: reasons)
      return .init(.init(state: .pending, queue: queue), silentSeconds: 0, patience: 20, cancelAsked: false)
    }
    #expect(standing(["paused"]) == .stopped)
    #expect(standing(["paused", "media-empty-warning"]) == .needs(.paper))
  }

  @Test("silence is counted only while the printer has the job and tells nothing")
  func silence() {
    func silent(_ state: OfficeJobReport.State, _ reasons: [String]) -> Bool {
      OfficeJobReport(state: state, queue: OfficeQueue(name: "a4", reasons: reasons)).isSilent
    }
    #expect(silent(.processing, []) && silent(.processing, ["connecting-to-device"]))
    #expect(!silent(.processing, ["cups-waiting-for-job-completed"]) && !silent(.pending, []))
  }

  @Test("a print server that is not there is unreachable; one that was given up answers nothing any more")
  func nobody() async {
    let server = CupsServer(device: "a4", host: "127.0.0.1", port: 1)
    await #expect { try await server.queues() } throws: { ($0 as? DeviceError)?.code == .unreachable }
    server.end()
    await #expect { try await server.queues() } throws: { ($0 as? DeviceError)?.code == .cancelled }
  }
}
