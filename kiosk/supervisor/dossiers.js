// Hồ sơ: whose promise is about to be missed, who has not been apologised to, which codes are still provisional.

import { el, icon } from '/shared/dom.js'
import { get, newKey, post } from '/shared/api.js'
import { numberText, setZone } from '/shared/time.js'
import { loadDeskWords } from '/shared/language.js'
import { pick, t } from '/shared/words.js'
import { dossierCard } from '/counter/dossier.js'
import { dayWords, dueWords, marksOf } from '/counter/dossier-row.js'
import { refill } from '/counter/refill.js'
import { supervisorBar, toSignIn } from './bar.js'

const every = 15_000
// Days; no law sets a number.
const longWait = 10

await loadDeskWords('supervisor')
document.title = t('title.dossiers')
const bar = supervisorBar(document.querySelector('#bar'), 'dossiers')
const page = document.querySelector('#page')
const alarms = document.querySelector('.alarms')
let reasons = []
let list = null

const code = el('input', { name: 'code', maxlength: 200, autocomplete: 'off', 'aria-label': t('dos.find') })
const said = el('span', { class: 'wrong', role: 'alert' })
const lists = el('div', { class: 'dos' })
const dialog = el('dialog', { class: 'one', 'aria-label': t('dos.open') })
page.replaceChildren(
  el('div', { class: 'head' }, el('h1', { text: t('dos') }), el('span', { class: 'findcode' }, el('a', { class: 'btn', href: '/supervisor/register.html' }, icon('doc'), t('reg.open')), el('a', { class: 'btn', href: '/supervisor/letters.html' }, icon('file'), t('let.open')), el('a', { class: 'btn', href: '/supervisor/home.html' }, icon('home'), t('home.open')), el('a', { class: 'btn', href: '/supervisor/messages.html' }, icon('phone'), t('msg.link'))), el('form', { class: 'findcode', onsubmit(event) { event.preventDefault(); find() } }, el('label', {}, t('dos.find')), code, el('button', { class: 'btn', type: 'submit' }, icon('search'), t('dos.find.go')), said)),
  el('p', { class: 'lead', text: t('dos.lead') }), lists, dialog)

async function load() {
  const answer = await get('dossiers/watch')
  if (['sign-in-required', 'forbidden'].includes(answer.problem?.type)) return toSignIn()
  if (!answer.ok) return lists.replaceChildren(el('p', { class: 'notice warning' }, icon('warn'), el('span', { class: 'body', text: answer.problem.detail || answer.problem.title })))
  list = answer.body
  draw()
}

function draw() {
  refill(alarms, list.calendar, () => list.calendar.map((each) => el('div', { class: 'alarm warning' }, icon('warn'), el('p', {}, el('b', { text: pick(each) })))))
  const of = (...levels) => list.items.filter((each) => levels.includes(each.level))
  const missing = list.items.filter((each) => each.apology === 'missing')
  refill(lists, list, () => [
    panel('missing', missing, 'bad', watched),
    panel('overdue', of('overdue'), 'bad', watched),
    panel('soon', of('soon'), 'warn', watched),
    panel('waiting', list.waiting, '', waits),
    panel('provisional', list.provisional.map((dossier) => ({ dossier })), '', plain),
    panel('movedTwice', list.movedTwice.map((dossier) => ({ dossier })), 'bad', plain),
  ])
}

function panel(name, items, kind, row) {
  return el('section', { class: `panel${name === 'missing' ? ' wide' : ''}`, id: name }, el('h2', {}, el('span', { text: t(`dos.${name}`) }), el('span', { class: 'muted', text: items.length })),
    items.length ? el('ul', {}, items.map((each) => row(each, kind))) : el('p', { class: 'none' }, icon('check'), t(`dos.${name}.none`)))
}

function watched({ dossier, level, workingDaysLeft: left, apology }, kind) {
  // Due on a Friday, looked at on the Sunday: late by no working day, and late all the same.
  const over = level === 'overdue' || level === 'finishedLate'
  const when = over && left >= 0 ? t('dos.late.0') : left === 0 ? t('dos.left.0') : left > 0 ? t('dos.left', { n: left }) : t('dos.late', { n: -left })
  return row(dossier, kind, [when, el('small', { text: t(`dos.apology.${apology}`) })])
}

/** Its clock stands, so no date presses: only how long it has waited tells that somebody forgot it. */
function waits({ dossier, since, days }) {
  const state = t(`case.state.${dossier.state}`)
  return row(dossier, days >= longWait ? 'warn' : '', [days ? t('dos.waiting.days', { state, day: dayWords(since), n: numberText(days) }) : t('dos.waiting.today', { state })])
}

const plain = ({ dossier }, kind) => row(dossier, kind, [dueWords(dossier)])

function row(dossier, kind, when) {
  return el('li', { class: kind }, icon(kind === 'bad' ? 'fault' : kind === 'warn' ? 'clock' : 'doc'),
    el('span', {}, el('b', { text: dossier.code }), ' ', marksOf(dossier), el('small', { class: 'cut', text: `${dossier.procedureName} · ${t('case.due')} ${dueWords(dossier)}${dossier.counter ? ` · ${t('counter', { counter: dossier.counter })}` : ''}` })),
    el('span', { class: 'when' }, when),
    el('button', { class: 'btn', type: 'button', dataset: { focus: `open-${dossier.id}` }, onclick: () => open(dossier), text: t('dos.open') }))
}

// ---- one of them

async function open(dossier) {
  if (!reasons.length) reasons = (await get('dossiers/reasons')).body ?? []
  const card = dossierCard({
    dossier, reasons,
    step: (each, body) => post(`dossiers/${each.id}/steps`, body, { key: newKey() }),
    async print(each, kind) {
      const answer = await post(`dossiers/${each.id}/slips`, { kind }, { key: newKey() })
      said.textContent = answer.ok ? '' : answer.problem.detail || answer.problem.title
    },
    onClose: () => dialog.close(),
  })
  dialog.replaceChildren(card.element)
  dialog.showModal()
  dialog.onclose = load
}

async function find() {
  said.textContent = ''
  if (!code.value.trim()) return
  const answer = await get(`dossiers?code=${encodeURIComponent(code.value.trim())}`)
  if (!answer.ok) { said.textContent = answer.problem.detail || answer.problem.title; return }
  const [dossier] = answer.body.dossiers
  if (!dossier) { said.textContent = t('dos.find.none'); return }
  open(dossier)
}

const board = await get('board')
if (board.ok) {
  setZone(board.body.centre?.utcOffsetMinutes)
  bar.centre(board.body.centre?.shortName)
}
await load()
setInterval(() => { if (!dialog.open && !document.hidden) load() }, every)
