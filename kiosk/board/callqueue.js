// Which call stands on the big panel, which wait for their turn, which have just been called.
//
// Two clocks come from outside: `now` is the centre's time (how old is a call?), `tick` a clock that never jumps
// (how long has it been shown?). Nothing here knows the page, so every rule can be tried without a browser.

const tooOldToCall = 30_000     // whoever did not come by then is called again by the officer
const forgotten = 2 * 3600_000
const hotFor = 20_000
const recentKept = 12
const knownKept = 60

const ageOf = (call, now) => now - Date.parse(call.at)

export class CallQueue {
  /** shown: ids this board has already shown, from before a restart of the page. */
  constructor({ minSeconds = 6, shown = [] } = {}) {
    this.minMilliseconds = minSeconds * 1000
    this.shown = [...shown]
    this.waiting = []           // not yet on the panel, in order of arrival
    this.recent = []            // has been on the panel, newest first, one entry for each number
    this.call = null            // on the panel now
    this.shownAt = -Infinity
    this.coolsAt = -Infinity
    this.begun = new Set()      // numbers whose citizen already sits at the counter
  }

  /** A call has come over the line, perhaps late. */
  receive(call, { now, tick }) {
    if (this.knows(call.id)) return
    if (ageOf(call, now) > tooOldToCall) {
      this.remember(call.id)
      this.keepAsRecent(call)
      this.lastCallBack({ now, tick })
      return
    }
    this.begun.delete(call.number)
    // Called again before its first turn came: one turn is enough, in the place it has.
    const same = this.waiting.findIndex((other) => other.number === call.number && other.counter === call.counter)
    if (same >= 0) this.waiting[same] = call
    else this.waiting.push(call)
  }

  /** All calls of a snapshot, newest first. What it no longer holds has been undone in the meantime. */
  receiveAll(calls, { now, tick }) {
    const ids = new Set(calls.map((call) => call.id))
    const oldest = Math.min(...calls.map((call) => Date.parse(call.at)))
    const gone = (call) => !ids.has(call.id) && !(calls.length > 0 && Date.parse(call.at) < oldest)
    this.waiting = this.waiting.filter((call) => !gone(call))
    this.recent = this.recent.filter((call) => !gone(call))
    if (this.call && gone(this.call)) this.clearPanel()
    for (const call of [...calls].reverse()) {
      if (this.knows(call.id)) this.keepAsRecent(call)
      else this.receive(call, { now, tick })
    }
    this.lastCallBack({ now, tick })
  }

  /** Undone, or no longer wanted. True when it was the one on the panel. */
  uncall(number, { now, tick }) {
    const other = (call) => call.number !== number
    this.waiting = this.waiting.filter(other)
    this.recent = this.recent.filter(other)
    if (this.call?.number !== number) return false
    this.clearPanel()
    this.lastCallBack({ now, tick })
    return true
  }

  /** The tickets at the counters now. Whoever is being served needs no turn on the panel any more, also after leaving. */
  atCounters(tickets) {
    for (const ticket of tickets) {
      if (ticket.state === 'serving') this.begun.add(ticket.number)
      else this.begun.delete(ticket.number)
    }
  }

  /** Whose turn is it? The call that comes onto the panel now, or null. */
  next({ tick, speaking }) {
    if (this.call && (tick - this.shownAt < this.minMilliseconds || speaking)) return null
    while (this.waiting.length > 0) {
      const call = this.waiting.shift()
      this.remember(call.id)
      if (this.begun.has(call.number)) {
        this.keepAsRecent(call)
        continue
      }
      this.show(call, tick, hotFor)
      return call
    }
    return null
  }

  /** Just called, so the panel is solid gold. */
  isHot(tick) {
    return this.call !== null && tick < this.coolsAt && !this.begun.has(this.call.number)
  }

  /** What "Vừa gọi" shows, without the number on the panel. */
  recentCalls(now) {
    return this.recent.filter((call) => call.number !== this.call?.number && ageOf(call, now) < forgotten)
  }

  /** The call on the panel, until nobody can still be on the way. */
  panelCall(now) {
    return this.call && ageOf(this.call, now) < forgotten ? this.call : null
  }

  get isBusy() { return this.waiting.length > 0 }

  // With no call on its turn, the panel holds the last call there was: without voice, and without pretending it is new.
  lastCallBack({ now, tick }) {
    const last = this.recent[0]
    if (!last || this.waiting.length > 0) return
    if (this.call && (tick - this.shownAt < this.minMilliseconds || Date.parse(last.at) <= Date.parse(this.call.at))) return
    this.show(last, -Infinity, 0)
    this.coolsAt = tick + hotFor - ageOf(last, now)
  }

  show(call, tick, hot) {
    this.call = call
    this.shownAt = tick
    this.coolsAt = tick + hot
    this.recent = [call, ...this.recent.filter((other) => other.number !== call.number)].slice(0, recentKept)
  }

  clearPanel() {
    this.call = null
    this.shownAt = this.coolsAt = -Infinity
  }

  keepAsRecent(call) {
    const known = this.recent.find((other) => other.number === call.number)
    if (known && Date.parse(known.at) >= Date.parse(call.at)) return
    this.recent = [call, ...this.recent.filter((other) => other !== known)]
      .sort((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, recentKept)
  }

  knows(id) {
    return this.shown.includes(id) || this.waiting.some((call) => call.id === id)
  }

  remember(id) {
    this.shown = [...this.shown.filter((other) => other !== id), id].slice(-knownKept)
  }
}
