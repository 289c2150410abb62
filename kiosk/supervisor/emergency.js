// Số khẩn cấp: after a power cut the pre-printed numbers are entered, one line each, so that nobody loses the place.

import { el, icon } from '/shared/dom.js'
import { get, newKey, post } from '/shared/api.js'
import { dateText, dayOf, setZone } from '/shared/time.js'
import { loadDeskWords } from '/shared/language.js'
import { t } from '/shared/words.js'
import { supervisorBar, toSignIn } from './bar.js'
import { clockTyped } from './settings-parts.js'

await loadDeskWords('supervisor')
document.title = t('title.emergency')
const head = supervisorBar(document.querySelector('#bar'), 'emergency')
const page = document.querySelector('#page')
const [hall, day] = await Promise.all([get('board'), get('supervisor')])
if (['sign-in-required', 'forbidden'].includes(day.problem?.type)) toSignIn()
const centre = hall.body?.centre
head.centre(centre?.shortName)
setZone(centre?.utcOffsetMinutes)

const block = { prefix: day.body?.emergency?.prefix ?? 'P', count: day.body?.emergency?.count ?? 200 }
const example = (n) => `${block.prefix}${String(n).padStart(3, '0')}`
const entered = []

const number = el('input', { name: 'number', autocomplete: 'off', spellcheck: 'false', maxlength: 8, required: true, 'aria-describedby': 'wrong' })
// The centre's today, then the seven days before it; noon, so that no zone turns it into another day.
const noon = Date.parse(`${day.body?.day ?? dayOf(Date.now())}T12:00:00Z`)
const days = [0, 1, 2, 3, 4, 5, 6, 7].map((back) => new Date(noon - back * 86_400_000))
const belongs = el('select', { name: 'day', onchange: choose }, days.map((each, back) => el('option', { value: back === 0 ? '' : each.toISOString().slice(0, 10), text: [t('days.today'), t('days.yesterday')][back] ?? dateText(each, { year: false }) })))
let before = false   // whether `served` was ticked for today
const over = el('p', { class: 'muted fine', id: 'over', text: t('emergency.dayOver'), hidden: true })
const service = el('select', { name: 'service' }, (centre?.services ?? []).map((each) => el('option', { value: each.id, text: `${each.prefix} · ${each.name}` })))
const arrived = el('input', { name: 'arrivedAt', inputmode: 'numeric', maxlength: 5, placeholder: '--:--', autocomplete: 'off', onchange: () => { arrived.value = clockTyped(arrived.value) } })
const served = el('input', { type: 'checkbox', name: 'served' })
const counter = el('select', { name: 'counter' }, el('option', { value: '', text: t('emergency.noCounter') }), (centre?.counters ?? []).map((each) => el('option', { value: each.number, text: t('counter', { counter: each.number }) })))
const wrong = el('p', { class: 'wrong', id: 'wrong', role: 'alert' })
const list = el('tbody')
const form = el('form', { class: 'line emergency', novalidate: true },
  el('label', { class: 'field' }, el('span', { text: t('emergency.day') }), belongs),
  el('label', { class: 'field' }, el('span', { text: t('emergency.number') }), number),
  el('label', { class: 'field grow' }, el('span', { text: t('emergency.service') }), service),
  el('label', { class: 'field' }, el('span', { text: t('emergency.arrived') }), arrived),
  el('label', { class: 'check' }, served, t('emergency.served')),
  el('label', { class: 'field' }, el('span', { text: t('emergency.counter') }), counter),
  el('button', { class: 'btn primary', type: 'submit' }, t('emergency.send'), el('kbd', { class: 'key', text: 'Enter' })))

page.replaceChildren(
  el('h1', { text: t('emergency.title') }),
  el('p', { class: 'lead', text: t('emergency.lead', { from: example(1), to: example(block.count) }) }),
  el('section', { class: 'panel' }, form, over, wrong),
  el('section', { class: 'panel' }, el('h2', {}, el('span', { text: t('emergency.entered') }), el('span', { class: 'muted', id: 'count' })),
    el('table', { class: 'tbl', 'aria-label': t('emergency.title') }, el('thead', {}, el('tr', {}, ['number', 'service', 'arrived', 'state'].map((key) => el('th', { scope: 'col', text: t(`emergency.col.${key}`) })))), list)))
show()
number.focus()

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const typed = number.value.normalize('NFD').replace(/[^0-9A-Za-z]/g, '').toUpperCase()
  const digits = /^([A-Z]*)(\d+)$/.exec(typed)
  if (!digits) return say(t('emergency.wrong', { example: example(17) }))
  const wanted = { number: `${digits[1] || block.prefix}${digits[2].padStart(3, '0')}`, service: service.value, state: served.checked ? 'served' : 'waiting' }
  if (belongs.value) wanted.day = belongs.value
  if (arrived.value) wanted.arrivedAt = arrived.value
  if (counter.value) wanted.counter = Number(counter.value)
  say('')
  const answer = await post('emergency', wanted, { key: newKey() })
  if (['sign-in-required', 'forbidden'].includes(answer.problem?.type)) return toSignIn()
  if (!answer.ok) {
    say(answer.problem.detail || answer.problem.title)
    number.select()
    return
  }
  entered.unshift(wanted)
  show()
  // The next slip is most likely the next number of the same pile.
  number.value = `${digits[1] || block.prefix}${String(Number(digits[2]) + 1).padStart(3, '0')}`
  number.focus()
  number.select()
})

// Nobody can be waiting on a day that is over.
function choose() {
  const past = belongs.value !== ''
  if (past && !served.disabled) before = served.checked
  served.checked = past || before
  served.disabled = past
  over.hidden = !past
}

function say(text) {
  wrong.textContent = text
  number.setAttribute('aria-invalid', String(text !== ''))
}

function show() {
  const already = day.body?.emergency?.entered ?? 0
  document.querySelector('#count').textContent = t('people.emergency', { n: already + entered.filter((each) => !each.day).length })
  const name = (id) => centre?.services.find((each) => each.id === id)?.name ?? id
  list.replaceChildren(...(entered.length
    ? entered.map((each) => el('tr', {}, el('th', { scope: 'row', text: each.day ? `${each.number} · ${dateText(`${each.day}T12:00:00Z`, { year: false })}` : each.number }), el('td', { text: name(each.service) }), el('td', { text: each.arrivedAt ?? '–' }),
      el('td', {}, el('span', { class: `tag ${each.state === 'served' ? 'serving' : 'waiting'}` }, icon(each.state === 'served' ? 'check' : 'clock'), t(`emergency.state.${each.state}`)), each.counter ? ` ${t('counter', { counter: each.counter })}` : null)))
    : [el('tr', {}, el('td', { colspan: 4, class: 'muted', text: t('emergency.none') }))]))
}
