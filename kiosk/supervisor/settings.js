// Thiết lập: what a commune decides about its centre. Saved as a whole, with the version it started from.

import { el, icon } from '/shared/dom.js'
import { get, put } from '/shared/api.js'
import { loadDeskWords } from '/shared/language.js'
import { t } from '/shared/words.js'
import { supervisorBar, toSignIn } from './bar.js'
import { binder, showProblems } from './fields.js'
import { merge3 } from './merge.js'
import { officersPanel } from './officers.js'
import { devices } from './settings-devices.js'
import { home } from './settings-home.js'
import { messages } from './settings-messages.js'
import * as parts from './settings-parts.js'
import { sameDay } from './settings-sameday.js'

const order = ['centre', 'services', 'counters', 'officers', 'hours', 'daysOff', 'workedDays', 'priorityGroups', 'dossiers', 'sameDay', 'home', 'messages', 'rules', 'numbering', 'ratings', 'board', 'ticket', 'printers', 'devices']
const titles = { centre: 'set.centre', services: 'set.services', counters: 'set.counters', officers: 'set.officers', hours: 'set.hours', daysOff: 'set.daysOff', workedDays: 'set.workedDays', priorityGroups: 'set.groups', dossiers: 'set.dossiers', sameDay: 'set.sameDay', home: 'set.home', messages: 'set.messages', rules: 'set.rules', numbering: 'set.numbering', ratings: 'set.ratings', board: 'set.board', ticket: 'set.ticket', printers: 'set.printers', devices: 'set.devices' }

await loadDeskWords('supervisor')
document.title = t('title.settings')
const head = supervisorBar(document.querySelector('#bar'), 'settings')
const page = document.querySelector('#page')

let version = null
let saved = null    // as the daemon has it
let draft = null    // as it stands on this page
let officers = null
let procedures = []
let models = {}     // of devices there are files for
let today = ''
const form = el('form', { novalidate: true })
const words = el('p', { role: 'status' })
const undo = el('button', { class: 'btn quiet', type: 'button', onclick: giveUp, text: t('set.undo') })
const send = el('button', { class: 'btn primary', type: 'submit', text: t('save') })
const bar = el('div', { class: 'savebar', hidden: true }, words, undo, send)

const answer = await get('settings')
if (['sign-in-required', 'forbidden'].includes(answer.problem?.type)) toSignIn()
if (!answer.ok) {
  page.replaceChildren(el('p', { class: 'notice warning' }, icon('warn'), el('span', { class: 'body', text: answer.problem.detail || answer.problem.title })))
} else {
  take(answer.body)
  officers = await officersPanel()
  models = (await get('devices/profiles')).body ?? {}
  const [all, board] = await Promise.all([get('procedures?all=1'), get('board')])
  procedures = all.body ?? []   // without the table the codes themselves are shown
  today = board.body?.day ?? ''
  page.replaceChildren(el('h1', { text: t('set') }), el('p', { class: 'lead', text: t('set.lead') }),
    el('div', { class: 'settings' }, el('nav', { 'aria-label': t('set') }, order.map((id) => el('a', { href: `#${id}`, text: t(titles[id]) }))), form))
  draw()
  document.getElementById(location.hash.slice(1))?.scrollIntoView()
}

function take(body) {
  version = body.version
  saved = body.settings
  draft = structuredClone(saved)
  head.centre(saved.centre.shortName)
}

/** Builds the form from the draft; what was unfolded stays so. */
function draw() {
  const open = new Set([...form.querySelectorAll('details[open][data-keep]')].map((each) => each.dataset.keep))
  draft.daysOff ??= []
  draft.workedDays ??= []
  draft.priorityGroups ??= []
  draft.sameDay ??= []
  const field = binder(draft, changed)
  const tools = { draft, field, changed, again }
  form.replaceChildren(...[parts.centre(tools), parts.services(tools), parts.counters(tools), officers, parts.hours(tools), parts.days(tools), parts.groups(tools), parts.dossiers(tools), sameDay(tools, procedures, today), home(tools), messages(tools), parts.rules(tools), parts.outputs(tools), devices(tools, models), bar].flat(Infinity))
  for (const each of form.querySelectorAll('details[data-keep]')) each.open = open.has(each.dataset.keep)
}

/** After something was added or removed. */
function again(section, index) {
  draw()
  changed()
  const added = index !== undefined && form.querySelectorAll(`#${section} details`)[index]
  if (added) { added.open = true; added.querySelector('input')?.focus() }
  else document.querySelector(`#${section}`)?.querySelector('.rowline:last-of-type input')?.focus()
}

function dirty() {
  return saved !== null && JSON.stringify(draft) !== JSON.stringify(saved)
}

function changed() {
  tell(dirty() ? t('set.changed') : '', '')
}

function tell(text, kind) {
  bar.className = `savebar ${kind}`
  bar.hidden = text === ''
  undo.hidden = send.hidden = kind === 'done'
  words.textContent = text
}

function giveUp() {
  draft = structuredClone(saved)
  draw()
  tell('', '')
}

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  send.disabled = true
  const result = await put('settings', { version, settings: draft })
  send.disabled = false
  if (result.ok) {
    take(result.body?.settings ? result.body : { version: result.body?.version ?? version + 1, settings: draft })
    draw()
    tell(t('saved'), 'done')
    setTimeout(() => { if (!dirty()) tell('', '') }, 4000)
    return
  }
  const { problem } = result
  if (problem.type === 'sign-in-required') return tell(t('set.signIn'), 'bad')   // not away from here: what was typed would be lost
  if (problem.type === 'settings-invalid') return invalid(problem)
  if (problem.type === 'settings-changed') return conflict(problem)
  tell(problem.detail || problem.title, 'bad')
})

function invalid(problem) {
  const homeless = showProblems(form, problem.problems ?? [])
  tell([t('set.invalid', { n: problem.problems?.length ?? 1 }), ...homeless].join(' '), 'bad')
}

// Somebody else saved meanwhile. Their version comes in, what was changed here is put on top of it, and a person looks.
async function conflict(problem) {
  const newest = await get('settings')
  if (!newest.ok) return tell(newest.problem.detail || newest.problem.title, 'bad')
  const { value, both } = merge3(saved, draft, newest.body.settings)
  take(newest.body)
  draft = value
  draw()
  const detail = problem.detail || problem.title
  tell(`${detail} ${t('set.merged')} ${both.length ? t('set.both', { n: both.length }) : ''}`, 'conflict')
}

window.addEventListener('beforeunload', (event) => { if (dirty()) event.preventDefault() })
window.addEventListener('keydown', (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 's') {
    event.preventDefault()
    if (dirty()) form.requestSubmit()
  }
})
