// Ngày không hẹn, không chờ: every promise until it is handed over, with what is left of the day; the results on one page.

import { el, icon } from '/shared/dom.js'
import { get, newKey, post, put } from '/shared/api.js'
import { clockText, dateText, durationText, setZone } from '/shared/time.js'
import { loadDeskWords } from '/shared/language.js'
import { pick, t } from '/shared/words.js'
import { forget, refill } from '/counter/refill.js'
import { supervisorBar, toSignIn } from './bar.js'

const every = 10_000

await loadDeskWords('supervisor')
document.title = t('title.sameDay')
const bar = supervisorBar(document.querySelector('#bar'), 'sameDay')
const page = document.querySelector('#page')
let report = null
let reasons = []
let officers = []
let day = new URLSearchParams(location.search).get('day') || 'today'

const picker = el('input', { type: 'date', name: 'day', 'aria-label': t('sd.day'), onchange: choose, onblur() { picker.value = report?.day ?? '' } })
const pdf = el('a', { class: 'btn', target: '_blank' }, icon('file'), t('sd.pdf'))
const facts = el('p', { class: 'lead' })
const tiles = el('div', { class: 'tiles' })
const items = el('section', { class: 'panel' })
const helpers = el('section', { class: 'panel helpers noprint' })
page.classList.add('sd')
page.replaceChildren(el('div', { class: 'head' }, el('h1', { text: t('sd') }), el('span', { class: 'findcode noprint' }, picker, pdf)), facts, tiles, items, helpers)

/** A date half typed is none yet; leaving the field puts back the day that is shown. */
function choose() {
  if (!picker.value) return
  day = picker.value
  history.replaceState(null, '', `?day=${day}`)
  load(false)
}

/** `mine`: after something that was done here; else what is being chosen or typed stays as it is. */
async function load(mine = true) {
  const asked = day
  const answer = await get(`same-day/${asked}`)
  if (asked !== day) return
  if (['sign-in-required', 'forbidden'].includes(answer.problem?.type)) return toSignIn()
  if (!answer.ok) {
    // The next answer draws the list again, also when it is the same one.
    forget(items)
    return items.replaceChildren(el('p', { class: 'notice warning' }, icon('warn'), el('span', { class: 'body', text: answer.problem.detail || answer.problem.title })))
  }
  show(answer.body, mine)
}

function show(body, mine = true) {
  const isBeingFilled = (part) => !mine && part.contains(document.activeElement) && document.activeElement.matches('select, input, .why button')
  report = body
  if (mine || document.activeElement !== picker) picker.value = body.day
  // The roster of a coming day can be written beforehand.
  picker.max = new Date(Date.parse(body.today) + 31 * 86_400_000).toISOString().slice(0, 10)
  pdf.href = `/api/v1/same-day/${body.day}?format=pdf`
  facts.textContent = `${dateText(`${body.day}T05:00:00Z`)}. ` + (!body.plan ? t('sd.noPlan') : [!body.isSameDayDay && t('sd.notToday'), t('sd.under', { document: body.plan.document, cutoff: body.plan.cutoff, n: body.plan.procedures })].filter(Boolean).join(' '))
  refill(tiles, body, drawTiles)
  if (!isBeingFilled(items)) drawItems()
  if (!isBeingFilled(helpers)) drawHelpers()
}

function drawTiles() {
  const tile = (name, value, bad, places) => el('div', { class: `tile${bad ? ' bad' : ''}` }, el('span', { text: t(`sd.${name}`, places) }), value === null ? el('b', { class: 'none', text: t('noData') }) : el('b', { text: value }))
  const part = ({ yes, of }) => (of ? `${yes}/${of}` : null)
  return [
    tile('promised', report.promised), tile('kept', part({ yes: report.kept, of: report.promised })), tile('ready', report.ready), tile('open', report.open, report.escalated > 0),
    tile('broken', report.broken, report.broken > 0), tile('apart', report.afterCutoff.of), tile('noWait', part(report.noWait), false, { n: report.plan?.waitMinutes ?? 15 }), tile('weeks', part({ yes: report.weeks.held, of: report.weeks.elapsed })),
  ]
}

function drawItems() {
  refill(items, [report.items.map((each) => ({ ...each, secondsLeft: each.secondsLeft && Math.floor(each.secondsLeft / 60) })), reasons.length], () => [
    el('h2', { text: t('sd.items') }),
    report.items.length ? el('table', { class: 'tbl' }, el('tbody', {}, report.items.map(row))) : el('p', { class: 'none' }, icon('info'), t('sd.items.none')),
  ])
}

function row(each) {
  const words = t(`sd.standing.${each.standing}`, { time: each.secondsLeft ? durationText(Math.ceil(each.secondsLeft / 60) * 60) : '' })
  const kind = { kept: 'ok', ready: 'warning', running: 'waiting', escalated: 'fault', broken: 'fault', apart: 'off' }[each.standing]
  return el('tr', {}, el('th', { scope: 'row' }, each.code), el('td', {}, each.procedureName, el('small', { text: [t('sd.received', { time: clockText(each.receivedAt) }), each.counter && t('counter', { counter: each.counter })].filter(Boolean).join(' · ') })),
    el('td', {}, el('span', { class: `tag ${kind}` }, words)),
    el('td', {}, explained(each)))
}

/** Why it wasn't handed over: chosen once, and put right where it was the wrong word. What is ready needs none. */
function explained(each) {
  if (!['broken', 'ready', 'escalated', 'running'].includes(each.standing)) return ''
  if (!each.reason) return why(each)
  const cell = el('span', {}, pick(each.reason))
  if (each.standing === 'ready' && report.isOver) return cell
  cell.append(' ', el('button', { class: 'btn quiet small', type: 'button', dataset: { focus: `again-${each.id}` }, 'aria-label': t('sd.why.again', { code: each.code }), text: t('sd.why.change'), onclick() {
    const fields = why(each)
    cell.replaceChildren(fields)
    fields.querySelector('select').focus()
  } }))
  return cell
}

/** Nothing is written before the button: with the arrow keys each word on the way would be. */
function why(each) {
  const wrong = el('span', { class: 'wrong', role: 'alert' })
  const write = el('button', { class: 'btn small', type: 'button', disabled: true, text: t('sd.why.write'), async onclick() {
    const answer = await post(`dossiers/${each.id}/steps`, { step: 'explain-same-day', reason: select.value }, { key: newKey() })
    if (answer.ok) {
      await load()
      return items.querySelector(`[data-focus="again-${each.id}"]`)?.focus()
    }
    wrong.textContent = answer.problem.detail || answer.problem.title
  } })
  const select = el('select', { 'aria-label': t('sd.why'), dataset: { focus: `why-${each.id}` }, onchange() { write.disabled = !select.value } },
    el('option', { value: '', text: t('sd.why.choose') }), reasons.map((reason) => el('option', { value: reason.id, text: pick(reason.words) })))
  return el('span', { class: 'why' }, select, ' ', write, wrong)
}

// ---- who greets and helps

function drawHelpers() {
  const kept = report.helpers.map(({ officer, name, task, helped }) => ({ officer, body: officer ? undefined : name, task, helped }))
  refill(helpers, [report.day, report.helpers, officers.length], () => [
    el('h2', {}, el('span', { text: t('sd.helpers') }), el('span', { class: 'muted', text: t('sd.helpers.more') })),
    kept.map((each, index) => helperRow(kept, { ...each, name: report.helpers[index].name }, index)),
    report.isSameDayDay ? el('p', {}, el('button', { class: 'btn', type: 'button', dataset: { focus: 'add' }, onclick: () => save([...kept, another(kept)]) }, icon('people'), t('sd.add'))) : el('p', { class: 'none' }, icon('info'), t('sd.notToday')),
    el('p', { class: 'wrong', role: 'alert' }),
  ])
}

/** The next officer who isn't in the roster yet; where all are, somebody from elsewhere. */
function another(kept) {
  const free = officers.find((one) => !kept.some((each) => each.officer === one.id))
  return { ...(free ? { officer: free.id } : { body: t('sd.body.example') }), task: 'greeter', helped: 0 }
}

function helperRow(all, each, index) {
  const change = (news) => save(all.map((one, at) => (at === index ? { ...one, ...news } : one)))
  return el('div', { class: 'rowline' },
    el('select', { 'aria-label': t('sd.helpers'), dataset: { focus: `who-${index}` }, onchange: (event) => change(event.target.value ? { officer: event.target.value, body: undefined } : { officer: undefined, body: t('sd.body.example') }) },
      // Who has left since stays in the rosters of his days.
      each.officer && !officers.some((one) => one.id === each.officer) && el('option', { value: each.officer, selected: true, text: each.name }),
      officers.map((one) => el('option', { value: one.id, selected: one.id === each.officer, text: one.name })), el('option', { value: '', selected: !each.officer, text: t('sd.body') })),
    each.officer ? el('span') : el('input', { value: each.body ?? '', maxlength: 60, placeholder: t('sd.body.example'), 'aria-label': t('sd.body'), dataset: { focus: `body-${index}` }, onchange: (event) => change({ body: event.target.value }) }),
    el('select', { 'aria-label': t('sd.helpers'), dataset: { focus: `task-${index}` }, onchange: (event) => change({ task: event.target.value }) }, ['greeter', 'helper'].map((task) => el('option', { value: task, selected: task === each.task, text: t(`sd.task.${task}`) }))),
    el('input', { type: 'number', min: 0, max: 999, value: each.helped, 'aria-label': t('sd.helped'), title: t('sd.helped'), dataset: { focus: `helped-${index}` }, onchange: (event) => change({ helped: Number(event.target.value) || 0 }) }),
    el('button', { class: 'btn quiet', type: 'button', onclick: () => save(all.filter((_, at) => at !== index)), text: t('sd.remove') }))
}

async function save(list) {
  const answer = await put(`same-day/${report.day}/helpers`, { helpers: list }, { key: newKey() })
  if (answer.ok) return show(answer.body)
  const [first] = answer.problem.problems ?? []
  const row = first && Number(/\d+/.exec(first.path)?.[0]) + 1
  helpers.querySelector('.wrong').textContent = [answer.problem.detail || answer.problem.title, first && t('sd.row', { n: row, why: pick(first) })].filter(Boolean).join('. ')
}

const [board, list, people] = await Promise.all([get('board'), get('dossiers/reasons'), get('officers?public=1')])
if (board.ok) {
  setZone(board.body.centre?.utcOffsetMinutes)
  bar.centre(board.body.centre?.shortName)
}
reasons = (list.body ?? []).filter((each) => each.uses.includes('sameDay'))
officers = people.body ?? []
await load()
setInterval(() => { if (!document.hidden) load(false) }, every)
