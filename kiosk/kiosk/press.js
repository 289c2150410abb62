// One press, one number: whatever happens to the answer, the press keeps its Idempotency-Key until it is answered or given up.

import { newKey, post } from '/shared/api.js'

const place = 'pending-press'
const worthAskingAgain = 120_000   // older than this, whoever pressed has long been helped
const givenUpAfter = 60_000
const pauseBetweenRounds = 1_500

/** What was pressed before a reload and not answered yet: { key, body, at }. */
export function pendingPress() {
  try {
    const pending = JSON.parse(sessionStorage.getItem(place))
    return pending && Date.now() - pending.at < worthAskingAgain ? pending : null
  } catch {
    return null
  }
}

/** Asks for the ticket until there is an answer. onSlow: the first three tries were lost. onEnd(answer): the end, whatever it is. */
export function press({ body, key = newKey(), at = Date.now() }, { onSlow, onEnd }) {
  let ended = false
  const end = (answer) => {
    if (ended) return
    ended = true
    sessionStorage.removeItem(place)
    onEnd(answer)
  }
  sessionStorage.setItem(place, JSON.stringify({ key, body, at }))

  const begun = performance.now()
  const round = async () => {
    while (!ended) {
      const answer = await post('tickets', body, { key })
      const lost = answer.status === 0 && performance.now() - begun < givenUpAfter
      if (!lost) return end(answer)
      if (!ended) onSlow()
      await new Promise((resolve) => setTimeout(resolve, pauseBetweenRounds))
    }
  }
  round()

  return {
    body,
    begun,
    slow: false,
    giveUp() { end({ ok: false, status: 0, body: null, problem: { type: 'no-answer' } }) },
  }
}
