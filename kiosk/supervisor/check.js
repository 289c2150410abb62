// Kiểm tra đầu ngày: what the daemon sees, what a person ticks, and one sheet of paper of both.

import { el, icon } from '/shared/dom.js'
import { get, newKey, post } from '/shared/api.js'
import { clockText, setZone } from '/shared/time.js'
import { loadDeskWords } from '/shared/language.js'
import { pick, t } from '/shared/words.js'
import { supervisorBar, toSignIn } from './bar.js'

const tags = { ok: ['ok', 'check'], attention: ['warning', 'warn'], failed: ['fault', 'fault'], excused: ['off', 'moon'], unknown: ['off', 'help'] }
const worst = ['failed', 'attention', 'unknown', 'excused', 'ok']
const excuses = ['broken', 'none', 'not-today']
const lookTakes = 12_000   // three seconds for each look, all at once, on a busy machine

await loadDeskWords('supervisor')
document.title = t('title.check')
const head = supervisorBar(document.querySelector('#bar'), 'check')
const page = document.querySelector('#page')
const centre = await get('board')
if (centre.ok) { setZone(centre.body.centre?.utcOffsetMinutes); head.centre(centre.body.centre?.shortName) }

let list = null
const again = el('button', { class: 'btn', type: 'button', onclick: look }, icon('search'), t('check.again'))
const paper = el('a', { class: 'btn', target: '_blank', href: '/api/v1/checklist/today?format=pdf' }, icon('printer'), t('check.print'))
const sent = el('span', { class: 'muted', role: 'status' })
const office = el('button', { class: 'btn', type: 'button', onclick: sendToOffice }, icon('printer'), t('print.office'))
const machine = el('section', { class: 'panel machine', 'aria-live': 'polite' })
const person = el('section', { class: 'panel person' })
const state = el('p', { role: 'status' })
const wrong = el('p', { class: 'wrong', role: 'alert' })
const finish = el('button', { class: 'btn primary', type: 'button', onclick: end, text: t('check.finish') })

page.replaceChildren(
  el('div', { class: 'head' }, el('h1', { text: t('check') }), again, paper, office, sent),
  el('p', { class: 'lead', text: t('check.lead') }),
  el('div', { class: 'two' }, machine, person),
  el('section', { class: 'panel finish' }, state, wrong, finish))

async function sendToOffice() {
  office.disabled = true
  const answer = await post('office/print', { document: 'checklist' }, { key: newKey() })
  office.disabled = false
  sent.textContent = answer.ok ? t('print.office.sent', { printer: answer.body.printerName }) : answer.problem.title
}

/** Takes an answer: the list as it is now, or why not. */
function take(answer) {
  wrong.textContent = answer.ok ? '' : answer.problem.detail || answer.problem.title
  if (answer.ok) { list = answer.body; draw() }
  else if (['sign-in-required', 'forbidden'].includes(answer.problem.type)) toSignIn()
  return answer.ok
}

function tag(outcome) {
  const [kind, mark] = tags[outcome]
  return el('span', { class: `tag ${kind}` }, icon(mark), t(`check.outcome.${outcome}`))
}

function draw() {
  const focus = document.activeElement?.closest('[data-item]')?.dataset.item
  const seen = list.lines.filter((line) => line.kind !== 'manual')
  const people = list.lines.filter((line) => line.kind === 'manual')
  const sorted = [...seen].sort((a, b) => worst.indexOf(a.outcome) - worst.indexOf(b.outcome))
  machine.replaceChildren(
    el('h2', {}, t('check.machine'), el('span', { class: 'muted', text: `${t('check.sum', { n: seen.filter((line) => line.outcome === 'ok').length, of: seen.length })} · ${list.lookedAt ? t('check.lookedAt', { clock: clockText(list.lookedAt) }) : t('check.notLooked')}` })),
    el('ul', {}, sorted.map((line) => el('li', { dataset: { kind: line.kind, outcome: line.outcome } },
      el('span', { class: 'what' }, pick(line.name), el('small', { text: pick(line.words) })),
      line.kind === 'printer' && el('button', { class: 'btn', type: 'button', onclick: (event) => slip(event.currentTarget, line) }, t('check.slip')),
      tag(line.outcome)))))
  person.replaceChildren(
    el('h2', {}, t('check.people'), el('span', { class: 'muted', text: list.open ? t('check.open', { n: list.open }) : people.length ? t('check.allDone') : '' })),
    people.length ? el('ul', {}, people.map(item)) : el('p', { class: 'muted', text: t('check.noItems') }))
  finish.disabled = list.open > 0 || Boolean(list.finished)
  state.textContent = list.finished ? t('check.finished', { clock: clockText(list.finished.at), name: list.finished.by }) : list.open ? t('check.open', { n: list.open }) : t('check.allDone')
  if (focus) person.querySelector(`[data-item="${CSS.escape(focus)}"] :is(button, select)`)?.focus()
}

function item(line) {
  const mark = (body) => (event) => { event.currentTarget.disabled = true; send(line.id, body) }
  const why = el('select', { 'aria-label': `${pick(line.name)}: ${t('check.excuse')}`, onchange: () => { if (why.value) { why.disabled = true; send(line.id, { state: 'excused', excuse: why.value }) } } },
    el('option', { value: '', text: t('check.excuse') }), excuses.map((name) => el('option', { value: name, text: t(`check.excuse.${name}`) })))
  return el('li', { dataset: { item: line.id } },
    el('span', {}, pick(line.name), line.mark && el('small', { text: `${line.mark.excuse ? `${pick(line.words)} · ` : ''}${line.mark.by}, ${clockText(line.mark.at)}` })),
    el('span', { class: 'choose' }, line.mark
      ? [tag(line.outcome), !list.finished && el('button', { class: 'btn quiet', type: 'button', 'aria-label': `${pick(line.name)}: ${t('check.undo')}`, onclick: mark({ state: 'open' }) }, t('check.undo'))]
      : list.finished ? tag(line.outcome) : [el('button', { class: 'btn', type: 'button', 'aria-label': `${pick(line.name)}: ${t('check.tick')}`, onclick: mark({ state: 'done' }) }, icon('check'), t('check.tick')), why]))
}

async function send(id, body) {
  if (!take(await post(`checklist/items/${encodeURIComponent(id)}`, body))) draw()
}

async function look() {
  again.disabled = true
  again.lastChild.textContent = t('check.looking')
  take(await post('checklist/looks', {}, { patience: lookTakes }))
  again.disabled = false
  again.lastChild.textContent = t('check.again')
}

async function end() {
  const failed = list.lines.filter((line) => line.outcome === 'failed').length
  // A paper that says "broken" is a true one; nobody should write it by a slip of the hand.
  if (failed && !confirm(t('check.finishFailed', { n: failed }))) return
  finish.disabled = true
  if (!take(await post('checklist/finish', {}, { patience: lookTakes }))) draw()
}

async function slip(button, line) {
  button.disabled = true
  const answer = await post(`printers/${encodeURIComponent(line.id.replace(/^printer /, ''))}/test`, {}, { patience: lookTakes })
  button.disabled = false
  const words = button.closest('li').querySelector('small')
  words.textContent = answer.ok ? pick(answer.body.words) : answer.problem.detail || answer.problem.title
}

if (take(await get('checklist/today')) && list.isToday && !list.finished) await look()
