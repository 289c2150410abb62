// Giám sát, hôm nay: is anything wrong, and if so what and where.

import { el, icon } from '/shared/dom.js'
import { post } from '/shared/api.js'
import { connect, now } from '/shared/live.js'
import { clockText, stopwatch, weekday, weekdayText } from '/shared/time.js'
import { loadDeskWords } from '/shared/language.js'
import { pick, t } from '/shared/words.js'
import { refill } from '/counter/refill.js'
import { supervisorBar, toSignIn } from './bar.js'
import { minuteOf } from './chart.js'
import { waitsChart, waitsTable } from './waits.js'
import { counters, devices, figures, people, queues, ratings } from './cards.js'

const alarmsShown = 3
const usualDay = { from: 7 * 60, to: 17 * 60 }
const region = (id) => document.getElementById(id)

await loadDeskWords('supervisor')
document.title = t('title.today')
const bar = supervisorBar(region('bar'), 'today', { live: true })
let frame = null
let up = true

connect({
  audience: 'supervisor',
  onFrame(next) { frame = next; render() },
  onLink(line) {
    if (['sign-in-required', 'forbidden'].includes(line.problem?.type)) return toSignIn()
    up = line.up
    bar.link(line)
    document.body.classList.toggle('lost', !up)
    if (frame) render()
  },
})

// The centre's name is not in the frame; it does not change while a page is open.
fetch('/api/v1/board').then((answer) => answer.json()).then((state) => {
  bar.centre(state.centre?.shortName)
  hours = state.centre?.hours ?? null
  if (frame) render()
}).catch(() => {})
let hours = null

function render() {
  bar.tick()
  refill(region('alarms'), [frame.alarms, up], alarms)
  refill(region('kpis'), frame.totals, () => figures(frame.totals))
  refill(region('queues'), frame.services, () => queues(frame.services, frame.totals.withinTarget.targetSeconds))
  refill(region('counters'), frame.counters, () => counters(frame.counters))
  refill(region('people'), [frame.help, frame.prints, frame.emergency, up], () => people(frame, up, { reprint, answer }))
  refill(region('ratings'), frame.ratings, () => ratings(frame.ratings))
  refill(region('devices'), frame.devices, () => devices(frame.devices))
  drawChart()
  tick()
}

function tick() {
  for (const cell of document.querySelectorAll('[data-since]')) cell.textContent = stopwatch((now() - Date.parse(cell.dataset.since)) / 1000).padStart(5, '0')
}
setInterval(tick, 1000)

// ---- alarms: what a person has to do something about

function alarms() {
  const all = [...frame.alarms].sort((a, b) => Boolean(a.acknowledgedBy) - Boolean(b.acknowledgedBy) || (b.level === 'fault') - (a.level === 'fault'))
  const rest = all.slice(alarmsShown)
  return [
    all.slice(0, alarmsShown).map(alarm),
    rest.length > 0 && el('details', { class: 'more' }, el('summary', { text: t('alarms.more', { n: rest.length }) }), rest.map(alarm)),
  ]
}

function alarm(each) {
  const [first, ...others] = pick(each.words).split(/(?<=\.)\s+/)
  return el('div', { class: `alarm ${each.level}` }, icon(each.level === 'fault' ? 'fault' : 'warn'),
    el('p', {}, el('b', { text: first }), others.length ? ` ${others.join(' ')}` : null),
    each.acknowledgedBy
      ? el('span', { class: 'done' }, icon('check'), t('alarm.taken', { name: each.acknowledgedBy.name ?? each.acknowledgedBy }))
      : el('button', { class: 'btn', type: 'button', disabled: !up, dataset: { focus: each.id }, onclick: (event) => once(event, `alarms/${encodeURIComponent(each.id)}/acknowledge`), text: t('alarm.take') }))
}

const reprint = (event, print) => once(event, `tickets/${encodeURIComponent(print.visit ?? print.job)}/reprint`)
const answer = (event, help) => once(event, `counters/${help.counter}/help/answer`)

// The button gives way to the answer: the next frame, or the reason why not, beside it.
async function once(event, path) {
  const button = event.currentTarget
  button.disabled = true
  const result = await post(path, {})
  if (result.ok) return
  button.disabled = false
  button.parentElement.querySelector('.wrong')?.remove()
  button.before(el('span', { class: 'wrong', role: 'alert', text: result.problem.detail || result.problem.title }))
}

// ---- the day as a drawing

function drawChart() {
  const panel = region('chart')
  const { width, height } = chartSize(panel)
  const [from, to] = [firstMinute(), lastMinute()]
  const facts = { waits: frame.waits, lastWeek: frame.lastWeek, lunch: frame.lunch, from, to }
  const minute = Math.floor(minuteOf(clockText(now())) / 15) * 15
  refill(panel, [facts, frame.totals.withinTarget.targetSeconds, minute, width, height], () => [
    el('div', { class: 'head' }, el('h2', { text: t('chart.title') }), el('span', { class: 'muted', text: t('chart.unit') }),
      el('details', { open: panel.querySelector('details')?.open }, el('summary', { dataset: { focus: 'table' }, text: t('chart.table') }), el('div', { tabindex: '0' }, waitsTable(frame.waits)))),
    waitsChart({ ...facts, target: frame.totals.withinTarget.targetSeconds / 60, nowMinute: minute, lastWeekWord: t('chart.lastWeek', { weekday: weekdayText(weekday(now())) }) }, { width, height }),
  ])
}

function spansToday() {
  return hours?.find((each) => each.weekday === weekday(now()))?.spans ?? []
}
function firstMinute() {
  const starts = [...spansToday().map(([start]) => start), ...frame.waits.slice(0, 1).map((each) => each.slot)].map(minuteOf)
  return starts.length ? Math.floor(Math.min(...starts) / 60) * 60 : usualDay.from
}
function lastMinute() {
  const ends = [...spansToday().map(([, end]) => minuteOf(end)), ...frame.waits.slice(-1).map((each) => minuteOf(each.slot) + 15)]
  return ends.length ? Math.ceil(Math.max(...ends) / 60) * 60 : usualDay.to
}

function chartSize(panel) {
  const style = getComputedStyle(panel)
  return { width: Math.max(480, Math.round(panel.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight))), height: Math.max(150, Math.round(panel.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom) - 36)) }
}
new ResizeObserver(() => { if (frame) drawChart() }).observe(region('chart'))
