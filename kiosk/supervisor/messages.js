// Tin nhắn: what waits, what was sent, what failed and why. Telephone numbers are masked.

import { el, icon } from '/shared/dom.js'
import { get, newKey, post } from '/shared/api.js'
import { setZone, whenText } from '/shared/time.js'
import { loadDeskWords } from '/shared/language.js'
import { pick, t } from '/shared/words.js'
import { refill } from '/counter/refill.js'
import { supervisorBar, toSignIn } from './bar.js'

const every = 5_000
const kinds = { waiting: 'waiting', handing: 'waiting', handed: 'waiting', sent: 'ok', failed: 'fault', dropped: 'off' }

await loadDeskWords('supervisor')
document.title = t('title.messages')
const bar = supervisorBar(document.querySelector('#bar'), 'dossiers')
const page = document.querySelector('#page')
const facts = el('p', { class: 'lead' })
const tiles = el('div', { class: 'tiles' })
const items = el('section', { class: 'panel' })
const bill = el('p', { class: 'hint' })
const all = el('p')
const wrong = el('p', { class: 'wrong', role: 'alert' })
page.classList.add('sd')
page.replaceChildren(el('div', { class: 'head' }, el('h1', { text: t('msg') })), facts, tiles, bill, wrong, all, items)

async function load() {
  const answer = await get('messages')
  if (['sign-in-required', 'forbidden'].includes(answer.problem?.type)) return toSignIn()
  if (!answer.ok) { wrong.textContent = answer.problem.detail || answer.problem.title; return }
  wrong.textContent = ''
  show(answer.body)
}

function show(list) {
  const hours = { from: list.from, to: list.to }
  facts.textContent = list.enabled ? [t('msg.hours', hours), !list.openNow && t('msg.held', hours)].filter(Boolean).join(' ') : t('msg.off')
  const tile = (name, n, bad) => el('div', { class: `tile${bad ? ' bad' : ''}` }, el('span', { text: t(`msg.${name}`) }), el('b', { text: n }))
  refill(tiles, [list.waiting, list.inModem, list.failed, list.contacts], () => [tile('waiting', list.waiting), tile('inModem', list.inModem), tile('failed', list.failed, list.failed > 0), tile('contacts', list.contacts)])
  const { thisMonth, lastMonth } = list
  bill.textContent = t('msg.bill', { n: thisMonth.messages, parts: thisMonth.parts, before: lastMonth.messages, partsBefore: lastMonth.parts })
  const refused = list.items.filter((each) => each.mayGoAgain && each.refused)
  refill(all, refused.map((each) => each.id), () => (refused.length > 1
    ? [el('button', { class: 'btn', type: 'button', dataset: { focus: 'again-all' }, onclick: (event) => againAll(refused, event.currentTarget) }, icon('recall'), t('msg.againAll', { n: refused.length }))]
    : []))
  refill(items, list.items, () => (list.items.length
    ? [el('table', { class: 'tbl' },
      el('thead', {}, el('tr', {}, ['about', 'what', 'to', 'how', 'when'].map((name) => el('th', { scope: 'col', text: t(`msg.${name}`) })), el('th'))),
      el('tbody', {}, list.items.map(row)))]
    : [el('p', { class: 'none' }, icon('info'), t('msg.none'))]))
}

function row(each) {
  const more = [each.parts > 1 && t('msg.parts', { n: each.parts }), each.attempt > 1 && t('msg.attempt', { n: each.attempt })].filter(Boolean).join(' · ')
  return el('tr', {}, el('th', { scope: 'row' }, each.about || '–'), el('td', {}, t(`msg.kind.${each.kind}`)), el('td', { class: 'nowrap' }, each.phone ?? '–'),
    el('td', {}, el('span', { class: `tag ${kinds[each.state]}`, text: t(`msg.state.${each.state}`) }), ' ', each.reason && pick(each.reason), more && el('small', { text: more })),
    el('td', { class: 'nowrap' }, whenText(each.changedAt, Date.now())),
    el('td', {}, each.mayGoAgain && el('button', { class: 'btn small', type: 'button', dataset: { focus: `again-${each.id}` }, onclick: (event) => again(each, event.currentTarget) }, icon('recall'), t('msg.again'))))
}

async function again(each, button) {
  button.disabled = true
  const answer = await post(`messages/${each.id}/send-again`, {}, { key: newKey() })
  button.disabled = false
  if (!answer.ok) { wrong.textContent = answer.problem.detail || answer.problem.title; return }
  wrong.textContent = ''
  show(answer.body)
}

// After the SIM was topped up. One after the other, oldest first; the first that is refused ends it.
async function againAll(refused, button) {
  button.disabled = true
  for (const each of refused.toReversed()) {
    const answer = await post(`messages/${each.id}/send-again`, {}, { key: newKey() })
    // Sent or dropped meanwhile by somebody else: nothing to be done about that one.
    if (!answer.ok && answer.problem.type !== 'message-not-again') { wrong.textContent = answer.problem.detail || answer.problem.title; break }
  }
  await load()
}

const board = await get('board')
if (board.ok) {
  setZone(board.body.centre?.utcOffsetMinutes)
  bar.centre(board.body.centre?.shortName)
}
await load()
setInterval(() => { if (!document.hidden) load() }, every)
