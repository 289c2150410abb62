// One press, one act: sends the commands of this counter and never two at a time.

import { newKey, post } from '/shared/api.js'

const sameAgain = 700        // a double click on a key whose meaning changes under the finger is one press
const tellAfter = 400        // shorter waits are not worth a word

/**
 * presser({ number, onUnderWay(isUnderWay), onBusy(isBusy), onAnswer(desk, control), onRefusal(problem, control) }) → press(action, body, control)
 * Under way is every press until the screen shows what came of it; busy is one that takes so long that it has to be said.
 * `control` names what was pressed, so that its second click is recognised. Resolves to the answer, or null when ignored.
 */
export function presser({ number, onUnderWay, onBusy, onAnswer, onRefusal }) {
  let busy = false
  let lastControl = null
  let lastAt = 0

  return async function press(action, body = {}, control = action) {
    const at = performance.now()
    if (busy || (control === lastControl && at - lastAt < sameAgain)) return null
    busy = true
    onUnderWay(true)
    lastControl = control
    lastAt = at
    const telling = setTimeout(() => onBusy(true), tellAfter)
    const answer = await post(`counters/${number}/${action}`, body, { key: newKey() })
    clearTimeout(telling)
    busy = false
    lastAt = performance.now()
    onBusy(false)
    if (!answer.ok) lastControl = null   // nothing happened, so pressing again is meant
    if (answer.ok) onAnswer(answer.body?.desk, control)
    else onRefusal(answer.problem, control)
    onUnderWay(false)
    return answer
  }
}
