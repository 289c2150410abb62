// Phục vụ tại nhà: a request by telephone or at the counter, its day and officer, the visit, the result. Supervisors see
// all and plan; an officer sees those he is sent to or wrote down, in the same page. Whom the daemon does not tell the
// address, this page cannot show it.

import { el, icon } from '/shared/dom.js'
import { get, newKey, post, put } from '/shared/api.js'
import { dateText, setZone } from '/shared/time.js'
import { languageSwitch, loadDeskWords } from '/shared/language.js'
import { pick, t } from '/shared/words.js'
import { refill } from '/counter/refill.js'
import { supervisorBar, toSignIn } from './bar.js'

const every = 15_000
const shownOver = 5
const order = ['late', 'today', 'unplanned', 'coming', 'over']

await loadDeskWords('supervisor')
document.title = t('home.title')
const session = (await get('session')).body
const isOfficer = session?.role === 'officer'
const bar = isOfficer ? officerBar(document.querySelector('#bar')) : supervisorBar(document.querySelector('#bar'), 'dossiers')
const page = document.querySelector('#page')
let list = null
let doing = null      // { id, step } whose form is open
let said = null       // { id, text, wrong } beside the visit it is about
let allOver = false   // the older ones of those that are over are shown too

const lead = el('p', { class: 'lead' })
const lists = el('div', { class: 'lists' })
const write = el('section', { class: 'panel', id: 'new' })
page.replaceChildren(el('h1', { text: t('home.title') }), lead, el('div', { class: 'homes' }, lists, write))

/** An officer has no business with the supervisor's tabs: the way back to the own counter instead. */
function officerBar(region) {
  const name = el('b', { class: 'cut' })
  const counter = new URLSearchParams(location.search).get('counter')
  region.replaceChildren(icon('mark'), name, el('nav', {}, el('a', { href: counter ? `/counter/?n=${encodeURIComponent(counter)}` : '/', text: t('home.back') })), languageSwitch())
  return { centre(words) { name.textContent = words ?? '' } }
}

async function load() {
  const answer = await get('home-visits')
  if (['sign-in-required', 'forbidden'].includes(answer.problem?.type)) return toSignIn()
  if (!answer.ok) return lists.replaceChildren(el('p', { class: 'notice warning' }, icon('warn'), el('span', { class: 'body', text: wrongWords(answer.problem) })))
  list = answer.body
  draw()
}

const wrongWords = (problem) => problem.detail || problem.title
const onPaper = (day) => `${day.slice(8)}/${day.slice(5, 7)}/${day.slice(0, 4)}`

function draw() {
  lead.textContent = t('home.lead', { n: list.keepDays })
  refill(lists, [list, doing, said, allOver], () => {
    const panels = order.map((standing) => [standing, list.visits.filter((each) => each.standing === standing)]).filter(([, visits]) => visits.length)
    if (!panels.length) return el('section', { class: 'panel' }, el('p', { class: 'none' }, icon('info'), t('home.none')))
    return panels.map(([standing, visits]) => el('section', { class: `panel ${standing}`, id: standing }, el('h2', {}, el('span', { text: t(`home.${standing}`) }), el('span', { class: 'muted', text: visits.length })), standing === 'over' ? over(visits) : visits.map(row)))
  })
  drawNew()
}

/** The latest ones; a month of them would be longer than everything that is still to be done. */
function over(visits) {
  if (allOver || visits.length <= shownOver) return visits.map(row)
  return [visits.slice(0, shownOver).map(row), el('p', { class: 'more' }, el('button', { class: 'btn quiet', type: 'button', dataset: { focus: 'all-over' }, onclick: () => { allOver = true; draw() }, text: t('home.all', { n: visits.length }) }))]
}

// ---- a visit

function row(visit) {
  const by = t('home.asked.at', { day: dateText(visit.askedAt), by: t(`home.asked.${visit.askedBy}`), taker: visit.taker })
  return el('article', { class: 'visit', id: `visit-${visit.id}` }, el('b', { text: t('home.number', { n: visit.id }) }),
    el('div', {}, person(visit), el('p', { text: [pick(visit.groupWords), visit.procedureName].filter(Boolean).join(' · ') }), el('small', { text: by }), kept(visit)),
    plan(visit),
    verbs(visit),
    doing?.id === visit.id && forms[doing.step](visit),
    said?.id === visit.id && el('p', { class: `told does${said.wrong ? ' wrong' : ''}`, role: 'status', text: said.text }))
}

/** When and who; how it ended. */
function plan(visit) {
  const say = (first, ...more) => el('p', { class: 'plan' }, first, more.filter(Boolean).map((text) => el('small', { text })))
  if (visit.state === 'returned') return say(t('home.returned'), dateText(visit.endedAt))
  if (visit.state === 'cancelled') return say(t('home.cancelled'), dateText(visit.endedAt), pick(list.reasons.find((each) => each.id === visit.reason)?.words ?? { vi: visit.reason }))
  if (!visit.day) return say(t('home.noPlan'))
  return say(onPaper(visit.day), visit.officerName, visit.state === 'visited' && t('home.visitedAt', { day: dateText(visit.visitedAt) }))
}

function person(visit) {
  const { person } = visit
  if (!person) return el('p', { class: 'hidden' }, icon('lock'), t(visit.standing === 'over' && list.plans ? 'home.person.deleted' : 'home.person.hidden'))
  return [
    el('p', { class: 'who', text: [person.name, person.phone && t('home.person.phone', { phone: person.phone })].filter(Boolean).join(' · ') }),
    el('p', { text: [person.address, person.note].filter(Boolean).join(' – ') }),
  ]
}

/** The dossier, and how long anybody knows whose it is. */
function kept(visit) {
  const code = visit.person?.code
  return (code || visit.knownUntil) && el('small', { text: [code && t('home.person.code', { code }), visit.knownUntil && t('home.person.until', { day: onPaper(visit.knownUntil) })].filter(Boolean).join(' · ') })
}

function verbs(visit) {
  const button = (step, words, press, kind = '') => el('button', { class: `btn${kind}`, type: 'button', dataset: { focus: `${step}-${visit.id}` }, onclick: press, text: words })
  const open = (step) => () => { doing = { id: visit.id, step }; said = null; draw(); document.querySelector(`#visit-${visit.id} form`)?.querySelector('input, select')?.focus() }
  const words = { schedule: t(visit.state === 'visited' ? 'home.step.bring' : visit.day ? 'home.step.move' : 'home.step.schedule'), visit: t('home.step.visit'), return: t('home.step.return'), cancel: t('home.step.cancel') }
  const main = visit.standing === 'unplanned' ? 'schedule' : visit.state === 'visited' ? 'return' : 'visit'
  const isOpen = visit.standing !== 'over'
  return el('div', { class: 'does' },
    visit.steps.filter((step) => step !== 'cancel').map((step) => button(step, words[step], open(step), step === main ? ' primary' : '')),
    visit.person && isOpen && [
      button('slip', t('home.step.slip'), () => slip(visit)),
      el('a', { class: 'btn quiet', target: '_blank', href: `/api/v1/home-visits/${visit.id}/slip`, dataset: { focus: `look-${visit.id}` }, text: t('home.step.look') }),
      button('correct', t('home.step.correct'), open('correct'), ' quiet'),
    ],
    visit.steps.includes('cancel') && button('cancel', words.cancel, open('cancel'), ' quiet'))
}

async function slip(visit) {
  const answer = await post('office/print', { document: 'home-visit', visit: visit.id }, { key: newKey() })
  tell(visit, answer.ok ? t('home.printing', { title: answer.body.title, printer: answer.body.printerName }) : wrongWords(answer.problem), !answer.ok)
}

function tell(visit, text, wrong = false) {
  said = { id: visit.id, text, wrong }
  draw()
}

/** One form at a time, under its visit. */
function form(visit, fields, send) {
  const close = () => { doing = null; draw() }
  let busy = false
  return el('form', { onsubmit: async (event) => {
    event.preventDefault()
    if (busy) return
    busy = true
    const answer = await send()
    busy = false
    if (!answer.ok) return refuse(visit, wrongWords(answer.problem), event.target)
    doing = null
    said = null
    await load()
  }, onkeydown: (event) => { if (event.key === 'Escape') close() } }, fields,
  el('span', { class: 'verbs' }, el('button', { class: 'btn primary', type: 'submit', text: t('home.go') }), el('button', { class: 'btn quiet', type: 'button', onclick: close, text: t('home.close') })),
  el('p', { class: 'told wrong wide', role: 'alert' }))
}

// Beside what was typed, which stays.
function refuse(visit, text, place) {
  place.querySelector('.told').textContent = text
}

const field = (name, words, attributes = {}, kind) => el('label', { class: kind }, words, el('input', { name, autocomplete: 'off', ...attributes }))
const value = (visit, name) => document.querySelector(`#visit-${visit.id} [name=${name}]`)?.value.trim()
const step = (visit, body) => post(`home-visits/${visit.id}/steps`, body, { key: newKey() })

const withCode = (visit, name) => form(visit, field('code', t('home.code'), { maxlength: 64, value: visit.person?.code ?? '' }),
  () => step(visit, { step: name, ...(value(visit, 'code') && { code: value(visit, 'code') }) }))

const forms = {
  schedule: (visit) => form(visit, [
    field('day', t('home.day'), { type: 'date', required: true, min: list.today, value: visit.day && visit.day >= list.today ? visit.day : list.today }),
    el('label', {}, t('home.officer'), el('select', { name: 'officer' }, list.officers.map((each) => el('option', { value: each.id, selected: each.id === visit.officer, text: pick(each.words) })))),
  ], () => step(visit, { step: 'schedule', day: value(visit, 'day'), officer: value(visit, 'officer') })),
  visit: (visit) => withCode(visit, 'visit'),
  return: (visit) => withCode(visit, 'return'),
  cancel: (visit) => form(visit, el('label', { class: 'wide' }, t('home.reason'), el('select', { name: 'reason' }, list.reasons.map((each) => el('option', { value: each.id, text: pick(each.words) })))),
    () => step(visit, { step: 'cancel', reason: value(visit, 'reason') })),
  correct: (visit) => form(visit, personFields(visit.person), () => put(`home-visits/${visit.id}/person`, personOf((name) => value(visit, name)), { key: newKey() })),
}

function personFields(person) {
  return [
    field('name', t('home.name'), { required: true, maxlength: 80, value: person?.name ?? '' }), field('phone', t('home.phone'), { maxlength: 30, inputmode: 'tel', value: person?.phone ?? '' }),
    field('address', t('home.address'), { required: true, maxlength: 200, value: person?.address ?? '' }, 'wide'), field('note', t('home.note'), { maxlength: 200, value: person?.note ?? '' }, 'wide'),
  ]
}

const personOf = (read) => ({ name: read('name'), phone: read('phone'), address: read('address'), note: read('note') })

// ---- a new request

function drawNew() {
  refill(write, [list.groups], () => {
    const told = el('p', { class: 'told', role: 'status' })
    const names = el('datalist', { id: 'procedures' })
    const typed = field('procedure', t('home.procedure'), { list: 'procedures', placeholder: t('home.procedure.hint'), oninput: (event) => search(event.target.value, names) })
    let key = newKey()
    let busy = false
    return [el('h2', { text: t('home.new') }), el('form', { onchange() { key = newKey() }, onsubmit: async (event) => {
      event.preventDefault()
      if (busy) return
      busy = true
      const fields = new FormData(event.target)
      const read = (name) => String(fields.get(name) ?? '').trim()
      const procedure = codeOf(read('procedure'))
      const answer = await post('home-visits', { group: read('group'), askedBy: read('askedBy'), ...(procedure && { procedure }), ...personOf(read) }, { key })
      busy = false
      told.classList.toggle('wrong', !answer.ok)
      told.textContent = answer.ok ? t('home.saved', { n: answer.body.id }) : wrongWords(answer.problem)
      if (!answer.ok) return
      event.target.reset()
      key = newKey()
      load()
    } },
    el('label', {}, t('home.askedBy'), el('select', { name: 'askedBy' }, ['phone', 'counter'].map((each) => el('option', { value: each, text: t(`home.asked.${each}`) })))),
    el('label', {}, t('home.group'), el('select', { name: 'group' }, list.groups.map((each) => el('option', { value: each.id, text: pick(each.words) })))),
    personFields(null), typed, names, el('button', { class: 'btn primary', type: 'submit' }, icon('check'), t('home.save')), told)]
  })
}

/** The list shows "name (code)"; a code typed by hand is taken as it is. */
const codeOf = (text) => /\(([^()]+)\)$/.exec(text)?.[1] ?? text

let asked = 0
async function search(text, names) {
  const mine = ++asked
  if (!text.trim() || text.endsWith(')')) return
  const answer = await get(`procedures?q=${encodeURIComponent(text.trim())}`)
  if (mine !== asked || !answer.ok) return
  names.replaceChildren(...answer.body.slice(0, 12).map((each) => el('option', { value: `${each.name} (${each.code})` })))
}

// «Back» after somebody signed out must not show the addresses once more from the browser's memory.
addEventListener('pagehide', () => page.replaceChildren())
addEventListener('pageshow', (event) => { if (event.persisted) location.reload() })

const board = await get('board')
if (board.ok) {
  setZone(board.body.centre?.utcOffsetMinutes)
  bar.centre(board.body.centre?.shortName)
}
await load()
setInterval(() => { if (!document.hidden && !doing) load() }, every)
