// Brings one answer to the daemon. Held in memory only; when the line is down it is tried again until the time to rate
// is over, then it is dropped and said so.

import { newKey, post } from '/shared/api.js'

const betweenTries = 2_000
const withoutUntil = 120_000

export class Delivery {
  /** onWaiting(step): the first try failed. onEnd(step, 'recorded' | 'refused' | 'lost'). */
  constructor({ now, onWaiting, onEnd }) {
    this.now = now
    this.onWaiting = onWaiting
    this.onEnd = onEnd
    this.pending = 0
    this.wake = () => {}
  }

  async give({ step, answer, until }) {
    const key = newKey()   // the same for every try: a lost answer to a recorded rating must not look like a refusal
    const last = until ?? this.now() + withoutUntil
    let waited = false
    this.pending += 1
    try {
      for (;;) {
        const { ok, status, problem } = await post(`steps/${encodeURIComponent(step)}/rating`, answer, { key, retries: 1 })
        if (ok || problem?.type === 'already-rated') return this.onEnd(step, 'recorded')
        const final = status >= 400 && status < 500 && status !== 408 && status !== 429
        // Whoever has been told to wait is told the end of it too.
        if (final) return this.onEnd(step, waited ? 'lost' : 'refused')
        if (this.now() >= last) return this.onEnd(step, 'lost')
        waited = true
        this.onWaiting(step)
        await this.pause(Math.min(betweenTries, Math.max(0, last - this.now())))
      }
    } finally {
      this.pending -= 1
    }
  }

  /** The line is back: do not wait for the next try. */
  retry() { this.wake() }

  pause(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds)
      this.wake = () => { clearTimeout(timer); resolve() }
    })
  }
}
