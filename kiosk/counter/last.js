// The bottom line: what was done last and its undo, what was refused, whether the line is up.

import { el, icon } from '/shared/dom.js'
import { clockText } from '/shared/time.js'
import { pick, t } from '/shared/words.js'
import { now } from '/shared/live.js'

const refusalStays = 8000

// The daemon may send the sentence itself, or only what happened and to which number.
function lastWords({ words, type, number }) {
  return words ? pick(words) : t(`last.${type}`, { number: number ?? '' })
}

/** Returns { update(view), tick(), refuse(text), clear(), busy(isBusy) }. */
export function lastLine(region, onUndo) {
  const mark = el('span', { class: 'mark' })
  const words = el('p', { role: 'status', 'aria-live': 'polite' })
  const undo = el('button', { class: 'btn quiet', type: 'button', 'aria-keyshortcuts': 'Escape', onclick: onUndo }, icon('undo'), t('undo'), el('kbd', { class: 'key', text: 'Esc' }))
  const left = el('span', { class: 'left10', 'aria-hidden': 'true' })
  region.replaceChildren(mark, words, undo, left)
  let view = {}
  let refusal = null
  let refusedUntil = 0
  let waiting = false
  let shown = ''

  function tick() {
    const { frame, up, since, signedIn } = view
    if (refusal && performance.now() > refusedUntil) refusal = null
    const until = up && signedIn && frame?.last?.undoUntil ? Date.parse(frame.last.undoUntil) - now() : 0
    const canUndo = until > 0 && !frame.actions?.undo && !view.mode
    const kind = !up ? 'lost' : refusal ? 'refused' : canUndo ? 'done' : 'none'
    const text = !up ? `${t('lostSince', { clock: clockText(since ?? now()) })}. ${t('lost.more')}`
      : refusal ?? (waiting ? t('sending') : !signedIn ? t('line.signIn') : frame?.last ? lastWords(frame.last) : t('line.nothing'))
    undo.hidden = !canUndo
    left.hidden = !canUndo
    left.textContent = canUndo ? t('secondsLeft', { n: Math.ceil(until / 1000) }) : ''
    const signature = `${kind}|${text}`
    if (signature === shown) return
    shown = signature
    region.className = `last ${kind}`
    words.textContent = text
    mark.replaceChildren(icon({ lost: 'fault', refused: 'warn', done: 'check', none: view.frame?.state === 'paused' ? 'pause' : 'check' }[kind]))
  }

  return {
    tick,
    update(next) { view = next; tick() },
    refuse(text) { refusal = text; refusedUntil = performance.now() + refusalStays; shown = ''; tick() },
    clear() { refusal = null; tick() },
    busy(isBusy) { waiting = isBusy; if (isBusy) refusal = null; tick() },
  }
}
