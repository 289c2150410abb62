// Tra cứu hồ sơ: by the code on the slip only. Progress and nothing else: no name, no procedure.

import { el, icon } from '/shared/dom.js'
import { get } from '/shared/api.js'
import { clockText, setZone } from '/shared/time.js'
import { loadWords, setLanguage, language, t } from '/shared/words.js'
import { dueText, lookUp } from '/kiosk/slip.js'

const parts = Object.fromEntries(['top', 'cards', 'ask', 'fine'].map((id) => [id, document.getElementById(id)]))
const inAddress = decodeURIComponent(location.pathname.replace(/^\/h\/?/, ''))

await loadWords('phone')
let centre = null
let day = ''
let result = null
let busy = false
let typed = inAddress

const drawings = { ready: 'result', notReady: 'clock', today: 'clock', noDate: 'clock', late: 'warn', handedOver: 'check', unknown: 'search' }
const mood = { ready: 'good', handedOver: 'good', late: 'bad', awaitingSupplement: 'bad', awaitingPayment: 'bad', ended: 'bad', unknown: 'bad', tooOften: 'bad', noAnswer: 'bad' }

function draw() {
  const other = language() === 'vi' ? 'en' : 'vi'
  parts.top.replaceChildren(icon('mark'), el('span', { class: 'name', lang: 'vi' }, (centre?.nameLines ?? []).flatMap((line, index) => (index ? [el('br'), line] : [line]))),
    el('button', { class: 'btn quiet lang', lang: other, onclick() { setLanguage(other); draw() } }, t(other === 'en' ? 'english' : 'vietnamese')))
  document.title = t('case.title')
  parts.cards.replaceChildren(...(result ? [card(result)] : [el('section', { class: 'panel plain' }, icon('search'), el('h1', { text: t('case.title') }), el('p', { text: t('case.how') }))]))
  drawForm()
  parts.fine.textContent = result ? `${t('case.seen', { clock: clockText(result.at) })} ${t('case.private')}` : t('case.private')
}

function card({ kind, code, due }) {
  const when = due && ['notReady', 'today', 'late'].includes(kind) ? dueText(due) : ''
  return el('section', { class: `panel progress ${mood[kind] ?? ''}` }, icon(drawings[kind] ?? 'info'),
    el('p', { class: 'code', text: code }), el('h1', { text: t(`case.${kind}`) }), when && el('p', { class: 'when', text: when }), el('p', { text: t(`case.${kind}.more`) }))
}

function drawForm() {
  const input = el('input', { name: 'code', value: typed, maxlength: 64, autocomplete: 'off', autocapitalize: 'characters', spellcheck: 'false', 'aria-label': t('case.code'), placeholder: t('case.example'), oninput() { typed = input.value } })
  parts.ask.replaceChildren(el('form', { onsubmit(event) { event.preventDefault(); look() } }, input,
    el('button', { class: 'btn primary', type: 'submit', disabled: busy }, icon('search'), t(result && typed.trim().toUpperCase() === result.code ? 'case.again' : 'case.look'))))
}

async function look() {
  const code = typed.trim()
  if (code.length < 5 || busy) return
  busy = true
  drawForm()
  result = { ...await lookUp(code, day), at: Date.now() }
  busy = false
  draw()
}

draw()
const board = await get('board')
if (board.ok) {
  centre = board.body.centre
  day = board.body.day
  setZone(centre.utcOffsetMinutes)
}
draw()
if (inAddress) look()
