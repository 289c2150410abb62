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

const noticeStays = 20_000

/** What a keypad or scanner of this counter has to say, as long as it is news. */
function noticeOf(frame) {
  const notice = frame?.notice
  return notice && now() - Date.parse(notice.at) < noticeStays ? notice : null
}

/**
 * Returns { update(view), tick(), refuse(text), clear(), busy(isBusy) }.
 * onCall(number): the officer wants the ticket that was just scanned.
 */
export function lastLine(region, onUndo, onCall) {
  const mark = el('span', { class: 'mark' })
  const words = el('p', { role: 'status', 'aria-live': 'polite' })
  const undo = el('button', { class: 'btn quiet', type: 'button', 'aria-keyshortcuts': 'Escape', onclick: onUndo }, icon('undo'), t('undo'), el('kbd', { class: 'key', text: 'Esc' }))
  const left = el('span', { class: 'left10', 'aria-hidden': 'true' })
  const call = el('button', { class: 'btn', type: 'button', hidden: true, onclick: () => onCall(call.dataset.number) }, icon('bell'), el('span', {}))
  region.replaceChildren(mark, words, call, undo, left)
  let view = {}
  let refusal = null
  let refusedUntil = 0
  let waiting = false
  let shown = ''

  function tick() {
    const { frame, up, since, signedIn } = view
    if (refusal && performance.now() > refusedUntil) refusal = null
    const notice = up && signedIn && !refusal && !waiting ? noticeOf(frame) : null
    const until = up && signedIn && frame?.last?.undoUntil ? Date.parse(frame.last.undoUntil) - now() : 0
    const canUndo = until > 0 && !frame.actions?.undo && !view.mode && !view.inside
    const kind = !up ? 'lost' : refusal || notice?.kind === 'refused' ? 'refused' : notice ? 'scanned' : canUndo ? 'done' : 'none'
    const text = !up ? `${t('lostSince', { clock: clockText(since ?? now()) })}. ${t('lost.more')}`
      : refusal ?? (notice ? pick(notice.words) : waiting ? t('sending') : !signedIn ? t('line.signIn') : frame?.last ? lastWords(frame.last) : t('line.nothing'))
    undo.hidden = !canUndo
    left.hidden = !canUndo
    left.textContent = canUndo ? t('secondsLeft', { n: Math.ceil(until / 1000) }) : ''
    call.hidden = !notice?.callable
    if (notice?.callable) {
      call.dataset.number = notice.number
      call.lastElementChild.textContent = t('notice.call', { number: notice.number })
    }
    const signature = `${kind}|${text}`
    if (signature === shown) return
    shown = signature
    region.className = `last ${kind}`
    words.textContent = text
    mark.replaceChildren(icon({ lost: 'fault', refused: 'warn', scanned: 'check', done: 'check', none: view.frame?.state === 'paused' ? 'pause' : 'check' }[kind]))
  }

  return {
    tick,
    update(next) { view = next; tick() },
    refuse(text) { refusal = text; refusedUntil = performance.now() + refusalStays; shown = ''; tick() },
    clear() { refusal = null; tick() },
    busy(isBusy) { waiting = isBusy; if (isBusy) refusal = null; tick() },
  }
}
