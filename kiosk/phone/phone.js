// The follow page behind the QR code of a ticket: how many are ahead, and being called. No name, no number of a phone.

import { connect, now } from '/shared/live.js'
import { loadWords, setLanguage, language, t } from '/shared/words.js'
import { clockText } from '/shared/time.js'
import { el, icon } from '/shared/dom.js'
import { cardsFor } from './cards.js'
import { ringer } from './ringer.js'
import { cancelDialog } from './cancel.js'
import { smsOffer } from './sms.js'

const near = 2            // so many people ahead is "nearly your turn": time enough to come in from the yard
const languageKept = 'phone-language'
const code = decodeURIComponent(location.pathname.split('/').filter(Boolean).pop() ?? '')
const parts = Object.fromEntries(['top', 'link', 'cards', 'buttons', 'sms', 'fine', 'leave', 'said'].map((id) => [id, document.getElementById(id)]))

let frame = null
let link = { up: null, since: null, problem: null }
let drawn = {}
let rungFor = null

function draw() {
  const unknown = link.problem?.type === 'unknown-code' || link.problem?.status === 404
  drawOnce('top', [frame?.centre, language()], () => header())
  drawOnce('link', [link.up, link.since && clockText(link.since), unknown, language()], () => (link.up === false && !unknown ? [lostNotice()] : []))
  drawOnce('cards', [unknown, language(), frame, link.up === null], () => cardsFor({ frame, unknown, waiting: link.up === null, lost: link.up === false }))
  drawOnce('buttons', [frame?.state, unknown, ring.armed, language()], () => (unknown ? [] : buttons()))
  drawOnce('sms', [frame?.state, unknown, sms.key, language()], () => (!unknown && frame?.state === 'waiting' ? sms.parts() : []))
  drawOnce('leave', [frame?.state, unknown, language()], () => (!unknown && ['waiting', 'held', 'noShow'].includes(frame?.state)
    ? [el('button', { class: 'btn quiet', onclick: () => cancel.ask(frame.number) }, t('leave'))] : []))
  parts.fine.textContent = unknown || frame === null ? t('private') : `${heardText()} ${t(ring.armed ? 'ring.keepOpen' : sms.enabled ? 'private.sms' : 'private')}`
  document.title = unknown ? t('unknown.title') : titleText()
}

// Only what changed is drawn anew, so that a press or a screen reader is never interrupted by the clock.
function drawOnce(name, values, build) {
  const key = JSON.stringify(values)
  if (drawn[name] === key) return
  drawn[name] = key
  parts[name].replaceChildren(...build())
}

function header() {
  const other = language() === 'vi' ? 'en' : 'vi'
  const lines = frame?.centre.nameLines ?? []
  return [
    icon('mark'),
    el('span', { class: 'name', lang: 'vi' }, lines.flatMap((line, index) => (index ? [el('br'), line] : [line]))),
    el('button', { class: 'btn quiet lang', lang: other, onclick: () => chooseLanguage(other) }, t(other === 'en' ? 'english' : 'vietnamese')),
  ]
}

function chooseLanguage(name) {
  setLanguage(name)
  try { sessionStorage.setItem(languageKept, name) } catch { /* private browsing: then only for this page */ }
  draw()
}

function chosenLanguage() {
  try { return sessionStorage.getItem(languageKept) } catch { return null }
}

function lostNotice() {
  return el('div', { class: 'notice warning' }, icon('warn'), el('div', { class: 'body' },
    el('b', { text: t('lostSince', { clock: clockText(link.since ?? now()) }) }), el('br'), t('lookAtBoard')))
}

function buttons() {
  if (frame?.state !== 'waiting' || !ring.way) return []
  const label = t(`ring.${ring.way}${ring.armed ? '.on' : ''}`)
  return [el('button', { class: `btn ${ring.armed ? '' : 'primary'}`, 'aria-pressed': String(ring.armed), onclick: toggleRing },
    icon(ring.armed ? 'check' : 'bell'), label)]
}

async function toggleRing() {
  if (ring.armed) ring.disarm()
  else await ring.arm()
  draw()
}

function heardText() {
  return t('updated', { clock: clockText(live.heardAt ?? now(), { seconds: true }) })
}

function titleText() {
  if (!frame) return t('title')
  if (frame.state === 'called') return t('title.called', { number: frame.number, counter: frame.counter })
  if (frame.state === 'waiting' && Number.isFinite(frame.ahead)) return t('title.waiting', { number: frame.number, n: frame.ahead })
  return t('title.number', { number: frame.number })
}

function take(next) {
  const before = frame
  frame = next
  if (next.state === 'waiting' && before?.state !== 'waiting') sms.load()
  if (before === null && !chosenLanguage()) setLanguage(next.language ?? 'vi')   // the one the ticket was taken in
  link = { up: true, since: null, problem: null }
  if (['ended', 'expired', 'serving'].includes(next.state)) ring.disarm()
  draw()
  announce(before, next)
}

/** Rings once per event: nearly there, called, called again. Opening the page while being called rings too, if it may. */
function announce(before, next) {
  // The last call of the hall is ours only while it carries our number; others called meanwhile must not ring here.
  const ownCall = next.lastCall?.number === next.number ? next.lastCall.at : null
  if (next.state === 'called' && (before?.state !== 'called' || (ownCall && ownCall !== rungFor))) {
    rungFor = ownCall
    ring.call()
    parts.said.textContent = t('called.said', { number: next.number, counter: next.counter })
  } else if (next.state === 'waiting' && next.ahead <= near && !(before?.state === 'waiting' && before.ahead <= near)) {
    if (ring.armed) ring.near()
    parts.said.textContent = t('near.said', { n: next.ahead })
  }
}

// ---------------------------------------------------------------------------------------------- begin

await loadWords('phone')
setLanguage(chosenLanguage() ?? 'vi')

const ring = ringer()
const sms = smsOffer(code, () => draw())
const cancel = cancelDialog(document.getElementById('sure'), code)
const live = connect({
  audience: 'track',
  code,
  onFrame: take,
  onLink({ up, since, problem }) { link = { up, since, problem }; draw() },
  keepAlive: true,        // a phone in the pocket is what this page is for
})
draw()
setInterval(draw, 1000)
