import CentreStore
import Logging
import OneStop
import ServiceLifecycle

extension PrintWorker {
  /// Follows the ticket printers of the settings.
  /// - Parameter make: throws where the profile cannot be read. One printer less is no reason to keep the queue closed.
  public static func following(
    _ desk: CommandDesk, status: PrinterBoard, alarms: Alarms, devices: Devices, log: Logger,
    make: @escaping @Sendable (OneStop.Printer) throws -> PrintWorker
  ) -> SettingsServices<OneStop.Printer> {
    SettingsServices(
      desk, log: log,
      entries: { settings in
        // Whose tickets it prints and who stands in for it is read with each ticket.
        settings.printers.map { Printer(id: $0.id, name: $0.name, profile: $0.profile, address: $0.address) }
      }, id: \.id,
      start: { printer in
        do {
          return try make(printer)
        } catch {
          log.error("printer not started", metadata: ["printer": "\(printer.id)", "error": "\(error)"])
          alarms.raise(
            "printer \(printer.id)", .fault, Words.text("alarm.profile", ["name": printer.name, "why": "\(error)"]),
            at: desk.clock.now)
          return nil
        }
      },
      ended: { printer, stays in
        status.forget(printer.id)
        alarms.clear("printer \(printer.id)")
        devices.forget("printer \(printer.id)")
        if stays { return }
        await giveUp(printer, desk, status, log)
      })
  }

  /// Tickets of a printer that was taken away: a person is told, and prints them elsewhere or not.
  private static func giveUp(
    _ printer: OneStop.Printer, _ desk: CommandDesk, _ status: PrinterBoard, _ log: Logger
  ) async {
    do {
      let left = try await desk.perform { ledger, _ in
        let jobs = try PrintJobs.open(ledger.db, printer: printer.id).filter {
          $0.state == .queued || $0.state == .sending
        }
        for job in jobs { try PrintJobs.set(job, .needsPerson, reason: "printerGone", in: &ledger) }
        return jobs
      }
      for job in left { status.note(job.visit, .needsPerson) }
    } catch {
      log.error("tickets of a removed printer", metadata: ["printer": "\(printer.id)", "error": "\(error)"])
    }
  }
}
