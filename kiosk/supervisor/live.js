// Tổng quan: what a supervisor leaves open. Now, today and the week against the last, when people come, how long things
// take, what they say, and how far the targets are. Each figure says what it is and leads to the rows that made it.

import { el, icon } from '/shared/dom.js'
import { get } from '/shared/api.js'
import { connect, now } from '/shared/live.js'
import { clockText, weekday, weekdayText } from '/shared/time.js'
import { loadDeskWords } from '/shared/language.js'
import { t } from '/shared/words.js'
import { refill } from '/counter/refill.js'
import { supervisorBar, toSignIn } from './bar.js'
import { minuteOf } from './chart.js'
import { waitsChart, waitsTable } from './waits.js'
import { compare, deviceList, dossierPart, gauge, load, promisePart, ratingsPart, rowsLink, serviceTimes } from './live-parts.js'

const every = 15_000     // the past and the dossiers are half a minute old at most
const soonest = 3_000    // however much happens

await loadDeskWords('supervisor')
document.title = t('title.live')
const bar = supervisorBar(document.querySelector('#bar'), 'live', { live: true })
const page = document.querySelector('#page')
let view = null
let asked = -soonest
let later = null

/** A part of the page: its title, what the figures are, the way to their rows, the table behind, the drawing. */
function part(id, width) {
  const box = el('section', { class: `panel ${width}`, id })
  page.append(box)
  return (facts, build) => refill(box, facts, () => {
    const open = new Set([...box.querySelectorAll('details[open]')].map((each) => each.dataset.name))
    const { rows, more, table, body, muted } = build()
    return [
      el('div', { class: 'head' }, el('h2', { text: t(`live.${id}`) }), muted && el('span', { class: 'muted', text: muted }),
        el('details', { class: 'why', open: open.has('why'), dataset: { name: 'why' } }, el('summary', { 'aria-label': t('figure.what'), dataset: { focus: `${id}-why` }, text: 'i' }), el('p', { text: t(`live.${id}.how`) })),
        rows && el('a', { class: 'rows', href: rows, dataset: { focus: `${id}-rows` }, text: t('live.rows') }),
        more,
        table && el('details', { class: 'table', open: open.has('table'), dataset: { name: 'table' } }, el('summary', { dataset: { focus: `${id}-table` }, text: t('chart.table') }), el('div', { class: 'behind', tabindex: '0' }, table))),
      body,
    ]
  })
}

const parts = {
  compare: part('compare', 'all'), waits: part('waits', 'wide'), dossiers: part('dossiers', 'narrow'), targets: part('targets', 'all'),
  load: part('load', 'half'), services: part('services', 'half'), ratings: part('ratings', 'third'), promises: part('promises', 'third'), devices: part('devices', 'third'),
}
const foot = el('p', { class: 'muted all foot' })
page.append(foot)

function render() {
  bar.tick()
  parts.compare([view.waiting, view.longestNumber, view.today, view.week, view.weekAgo, view.lastWeek, view.openCounters], () => ({ rows: rowsLink('tickets', { from: view.week.from, to: view.day }), body: compare(view) }))
  drawWaits()
  parts.dossiers(view.dossiers ?? null, () => dossierPart(view.dossiers))
  parts.targets(view.targets, () => ({ body: el('div', { class: 'gauges' }, view.targets.length ? view.targets.map((each) => gauge(each, view)) : el('p', { class: 'none', text: t('noData') })) }))
  parts.load(view.load, () => load(view.load))
  parts.services(view.services, () => serviceTimes(view.services))
  parts.ratings(view.ratings, () => ratingsPart(view.ratings))
  parts.promises(view.dossiers?.promises ?? null, () => promisePart(view.dossiers))
  parts.devices(view.devices, () => deviceList(view.devices))
  foot.textContent = t('live.of', { clock: clockText(view.pastAt) })
}

function drawWaits() {
  const width = Math.max(480, document.querySelector('#waits').clientWidth - 32)
  const span = view.open ?? ['07:00', '17:00']
  const from = Math.floor(Math.min(minuteOf(span[0]), ...view.waits.slice(0, 1).map((each) => minuteOf(each.slot))) / 60) * 60
  const to = Math.ceil(Math.max(minuteOf(span[1]), ...view.waits.slice(-1).map((each) => minuteOf(each.slot) + 15)) / 60) * 60
  const facts = { waits: view.waits, lastWeek: view.lastWeekWaits, lunch: view.lunch, from, to, target: view.targetSeconds / 60 }
  const nowMinute = Math.floor(minuteOf(clockText(now())) / 15) * 15
  parts.waits([facts, nowMinute, width], () => ({
    muted: t('chart.unit'), rows: rowsLink('tickets', { from: view.day, to: view.day }), table: waitsTable(view.waits),
    body: el('div', { class: 'chart' }, waitsChart({ ...facts, nowMinute, lastWeekWord: t('chart.lastWeek', { weekday: weekdayText(weekday(now())) }) }, { width, height: 290 })),
  }))
}

// ---- kept alive: the line of the centre says that something has happened, the figures are then asked for

async function ask() {
  clearTimeout(later)
  later = setTimeout(ask, every)
  asked = performance.now()
  const answer = await get('live')
  if (['sign-in-required', 'forbidden'].includes(answer.problem?.type)) return toSignIn()
  if (answer.ok) {
    view = answer.body
    render()
  } else if (!view) {
    foot.replaceChildren(icon('warn'), answer.problem.detail || answer.problem.title)
  }
}

function soon() {
  clearTimeout(later)
  later = setTimeout(ask, Math.max(0, asked + soonest - performance.now()))
}

connect({
  audience: 'supervisor',
  onFrame: soon,
  onLink(line) {
    if (['sign-in-required', 'forbidden'].includes(line.problem?.type)) return toSignIn()
    bar.link(line)
    document.body.classList.toggle('lost', !line.up)
    if (line.up) soon()
  },
})
ask()
get('board').then((answer) => bar.centre(answer.body?.centre?.shortName))
new ResizeObserver(() => { if (view) drawWaits() }).observe(page)
