// What if a counter more were open? The past is lived through again, with and without; both waits with their spread.

import { el, icon } from '/shared/dom.js'
import { get, newKey, post } from '/shared/api.js'
import { durationText, numberText, setZone, weekdayText } from '/shared/time.js'
import { loadDeskWords } from '/shared/language.js'
import { pick, t } from '/shared/words.js'
import { supervisorBar, toSignIn } from './bar.js'
import { minuteOf, plot, runs, scale } from './chart.js'
import { dateWords } from './live-parts.js'

const patience = 40_000   // the daemon gives itself 25 seconds
const slotMinutes = 30

await loadDeskWords('supervisor')
document.title = t('title.plan')
const bar = supervisorBar(document.querySelector('#bar'), 'live')
const page = document.querySelector('#page')
const board = await get('board')
if (board.ok) {
  setZone(board.body.centre?.utcOffsetMinutes)
  bar.centre(board.body.centre?.shortName)
}
const services = (board.body?.centre?.services ?? []).map((each) => ({ id: each.id, name: each.boardName ?? pick(each.name) }))
const target = (await get('live')).body?.targetSeconds ?? null

// What is asked stands in the address: an answer can be asked for again, by somebody else too.
const asked = new URLSearchParams(location.search)
const field = (key, control) => el('label', { class: 'field' }, el('span', { text: t(`plan.${key}`) }), control)
const weekday = el('select', { name: 'weekday' }, [1, 2, 3, 4, 5, 6, 7].map((n) => el('option', { value: n, selected: String(n) === (asked.get('weekday') ?? '1'), text: weekdayText(n) })))
const clock = (name, value) => el('input', { name, type: 'time', step: 900, required: true, value: asked.get(name) ?? value })
const [from, to] = [clock('from', '08:00'), clock('to', '10:00')]
const counters = el('input', { name: 'counters', type: 'number', min: 1, max: 5, required: true, value: asked.get('counters') ?? 1 })
const chosen = new Set((asked.get('services') ?? services[0]?.id ?? '').split(','))
const boxes = services.map((each) => el('input', { type: 'checkbox', name: 'service', value: each.id, checked: chosen.has(each.id) }))
const wrong = el('p', { class: 'wrong', role: 'alert' })
const button = el('button', { class: 'btn primary', type: 'submit', text: t('plan.ask') })
const result = el('section', { class: 'panel plan', hidden: true, 'aria-live': 'polite' })
const form = el('form', { class: 'panel planform', novalidate: true },
  el('div', { class: 'line' }, field('weekday', weekday), field('from', from), field('to', to), field('counters', counters), button),
  el('fieldset', {}, el('legend', { text: t('plan.services') }), el('div', { class: 'boxes' }, services.map((each, index) => el('label', { class: 'check' }, boxes[index], each.name)))),
  wrong)
page.replaceChildren(el('h1', { text: t('plan') }), el('p', { class: 'lead', text: t('plan.lead') }), form, result, el('p', {}, el('a', { href: '/supervisor/live.html', text: t('rows.back') })))

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const question = { weekday: Number(weekday.value), services: boxes.filter((box) => box.checked).map((box) => box.value), from: from.value, to: to.value, counters: Number(counters.value) }
  wrong.textContent = !question.services.length ? t('plan.none') : question.from >= question.to ? t('plan.hours') : ''
  if (wrong.textContent) return
  history.replaceState(null, '', `?${new URLSearchParams({ ...question, services: question.services.join(',') })}`)
  button.disabled = true
  result.hidden = false
  result.replaceChildren(el('p', { class: 'muted', text: t('plan.wait') }))
  const answer = await post('planning', question, { key: newKey(), retries: 1, patience })
  button.disabled = false
  if (['sign-in-required', 'forbidden'].includes(answer.problem?.type)) return toSignIn()
  if (!answer.ok) {
    result.hidden = true
    wrong.textContent = answer.problem.detail || answer.problem.title
    return
  }
  result.replaceChildren(...show(answer.body, question).filter(Boolean))
})

function show(answer, question) {
  return [
    el('p', { class: 'said', text: sentence(answer, question) }),
    answer.withinWith && target && el('p', { text: t('plan.within', { n: Math.round(target / 60), ...places('within', answer, numberText) }) }),
    el('div', { class: 'head' }, el('h2', { text: t('plan.result') }), el('span', { class: 'muted', text: t('plan.unit') })),
    el('div', { class: 'chart' }, bands(answer, question)),
    el('details', { class: 'table' }, el('summary', { text: t('chart.table') }), table(answer)),
    answer.measuredSeconds != null && el('p', { class: 'muted', text: t('plan.fit', { time: durationText(answer.measuredSeconds) }) }),
    el('p', { class: 'muted', text: t('plan.days', { n: answer.days.length, days: answer.days.map((day) => dateWords(day)).join(', ') }) }),
  ]
}

function places(key, answer, say) {
  const [before, after] = [answer[`${key}Without`], answer[`${key}With`]]
  return { without: say(before.median), withoutLow: say(before.low), withoutHigh: say(before.high), with: say(after.median), withLow: say(after.low), withHigh: say(after.high) }
}

function sentence(answer, question) {
  if (!answer.hoursWithout || !answer.hoursWith) return t('plan.say.nobody')
  const facts = { n: question.counters, from: question.from, to: question.to, runs: answer.runs, better: answer.better, ...places('hours', answer, durationText) }
  // Shorter in three runs of four, and by half a minute at least: less than that is chance.
  const shorter = answer.better * 4 >= answer.runs * 3 && answer.hoursWithout.median - answer.hoursWith.median >= 30
  return t(shorter ? 'plan.say.better' : 'plan.say.same', facts)
}

/** Two bands over the day: as it was, and with the counters. */
function bands({ slots }, question) {
  const kinds = ['without', 'with']
  const known = slots.filter((each) => each.without || each.with)
  const minute = (each) => minuteOf(each.slot)
  const from = Math.floor(Math.min(420, ...known.map(minute)) / 60) * 60
  const to = Math.ceil(Math.max(1020, ...known.map((each) => minute(each) + slotMinutes)) / 60) * 60
  const { step, max } = scale(Math.max(10, ...known.flatMap((each) => kinds.map((kind) => (each[kind]?.high ?? 0) / 60))))
  const drawing = plot({ width: 1100, height: 320, label: t('plan.result'), from, to, max, step })
  const [start, end] = [minuteOf(question.from), minuteOf(question.to)]
  drawing.add('rect', { class: 'noon', x: drawing.x(start), y: drawing.box.top, width: drawing.x(end) - drawing.x(start), height: drawing.y(0) - drawing.box.top })
  drawing.grid()
  drawing.hours()
  const at = (each) => minute(each) + slotMinutes / 2
  for (const kind of kinds) for (const run of runs(slots, slotMinutes, minute, (each) => each[kind])) drawing.band(`band-${kind}`, run.map((each) => [at(each), each[kind].low / 60, each[kind].high / 60]))
  for (const kind of kinds) {
    for (const run of runs(slots, slotMinutes, minute, (each) => each[kind])) drawing.line(`line-${kind}`, run.map((each) => [at(each), each[kind].median / 60]))
  }
  // Named where the two are furthest apart.
  const gap = (each) => each.without.median - each.with.median
  const mark = slots.filter((each) => each.without && each.with).toSorted((a, b) => gap(b) - gap(a))[0]
  if (mark) {
    // Neither name lies on the hours of the axis or on the other.
    const low = Math.min(drawing.y(0) - 6, drawing.y(mark.with.median / 60) + 18)
    const high = Math.min(low - 18, drawing.y(mark.without.median / 60) - 8)
    for (const [kind, y] of [['without', high], ['with', low]]) drawing.add('text', { class: `t name-${kind}`, x: drawing.x(at(mark)), y, 'text-anchor': 'middle' }, t(`plan.${kind}`))
  }
  if (!known.length) drawing.none()
  return drawing.svg
}

function table({ slots }) {
  const say = (spread) => (spread ? `${durationText(spread.median)} (${durationText(spread.low)} – ${durationText(spread.high)})` : '–')
  return el('table', { class: 'tbl plain' }, el('caption', { class: 'vh', text: t('plan.result') }),
    el('thead', {}, el('tr', {}, ['slot', 'without', 'with'].map((key) => el('th', { scope: 'col', class: key === 'slot' ? null : 'r', text: t(`plan.col.${key}`) })))),
    el('tbody', {}, slots.map((each) => el('tr', {}, el('th', { scope: 'row', text: each.slot }), el('td', { class: 'r', text: say(each.without) }), el('td', { class: 'r', text: say(each.with) })))))
}
if (!services.length) wrong.replaceChildren(icon('warn'), t('noData'))
