// The way through one rating: two questions, perhaps the reasons, thanks, and back to rest.
//
// What somebody answers lives in this object only, until it is sent; it is never written anywhere on the tablet.
// Time comes from outside (`tick`: milliseconds of a clock that never jumps; `now`: the centre's time).

export const thanksFor = 4_000
const notSentFor = 8_000
const doubleTouch = 400      // the second half of a double touch must not answer the next question
const stepsRemembered = 20
const asksWhy = 2            // levels up to this one

export class RatingFlow {
  /** onSend({ step, answer, until }): the answer is complete. */
  constructor({ onSend }) {
    this.onSend = onSend
    this.frame = null
    this.page = 'rest'       // rest · question · reasons · sending · thanks · notSent
    this.pageSince = -Infinity
    this.touchedAt = -Infinity
    this.finished = []       // steps that were answered, skipped or left in silence
    this.forget()
  }

  forget() {
    this.step = null
    this.until = null
    this.question = 0
    this.levels = {}
    this.reasons = new Set()
  }

  takeFrame(frame, tick) {
    this.frame = frame
    const asked = frame.state === 'ask' ? frame.step : null
    if (this.isAnswering && this.step !== asked) this.leave(tick)
    if (asked && this.step !== asked && !this.finished.includes(asked)) {
      this.forget()
      this.step = asked
      this.until = frame.until ? Date.parse(frame.until) : null
      this.touchedAt = tick
      this.go('question', tick)
    }
  }

  get isAnswering() { return this.page === 'question' || this.page === 'reasons' }
  get currentQuestion() { return this.frame.questions[this.question] }
  get silence() { return (this.frame?.silenceSeconds ?? 30) * 1000 }

  choose(level, tick) {
    if (this.page !== 'question' || this.tooEarly(tick)) return
    this.touch(tick)
    this.levels[this.currentQuestion.id] = level
    if (this.question + 1 < this.frame.questions.length) {
      this.question += 1
      this.go('question', tick)
    } else if (Math.min(...Object.values(this.levels)) <= asksWhy && this.frame.reasons?.length > 0) {
      this.go('reasons', tick)
    } else this.send(tick)
  }

  back(tick) {
    if (this.tooEarly(tick)) return
    this.touch(tick)
    if (this.page === 'reasons') {
      this.reasons.clear()
      this.go('question', tick)
    } else if (this.page === 'question' && this.question > 0) {
      this.question -= 1
      this.go('question', tick)
    }
  }

  toggle(reason, tick) {
    if (this.page !== 'reasons' || this.tooEarly(tick)) return
    this.touch(tick)
    if (!this.reasons.delete(reason)) this.reasons.add(reason)
  }

  submit(tick) {
    if (this.page === 'reasons' && !this.tooEarly(tick)) this.send(tick)
  }

  /** At a question: no rating at all. At the reasons: both questions are answered, so the rating counts without a reason. */
  skip(tick) {
    if (this.tooEarly(tick)) return
    if (this.page === 'reasons') this.reasons.clear()
    this.leave(tick)
  }

  /** Somebody is there; the silence begins anew. */
  touch(tick) {
    this.touchedAt = tick
  }

  /** What part of the silence is left, 1…0. */
  silenceLeft({ tick, now }) {
    const silent = this.touchedAt + this.silence - tick
    const window = this.until === null ? Infinity : this.until - now
    return Math.max(0, Math.min(1, Math.min(silent, window) / this.silence))
  }

  passTime({ tick, now }) {
    if (this.isAnswering && this.silenceLeft({ tick, now }) <= 0) this.leave(tick)
    if (this.page === 'thanks' && tick - this.pageSince >= thanksFor) this.rest(tick)
    if (this.page === 'notSent' && tick - this.pageSince >= notSentFor) this.rest(tick)
  }

  /** How the sending ended: recorded · refused · lost. */
  sent(step, how, tick) {
    if (this.step !== step || this.page !== 'sending') return
    if (how === 'recorded') this.go('thanks', tick)
    else if (how === 'lost') this.go('notSent', tick)
    else this.rest(tick)
  }

  /** The citizen, or the centre, has moved on. */
  leave(tick) {
    if (this.page === 'reasons') this.send(tick)
    else this.rest(tick)
  }

  send(tick) {
    const { step, until } = this
    const reasons = [...this.reasons]
    const answer = reasons.length > 0 ? { ...this.levels, reasons } : { ...this.levels }
    this.finish(step)
    this.levels = {}
    this.reasons = new Set()
    this.go('sending', tick)
    this.onSend({ step, answer, until })
  }

  rest(tick) {
    if (this.step) this.finish(this.step)
    this.forget()
    this.go('rest', tick)
  }

  finish(step) {
    this.finished = [...this.finished.filter((other) => other !== step), step].slice(-stepsRemembered)
  }

  go(page, tick) {
    this.page = page
    this.pageSince = tick
  }

  tooEarly(tick) { return tick - this.pageSince < doubleTouch }
}
