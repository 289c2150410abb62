// Draws the waits of a day, and the same figures as a table behind it.

import { el } from '/shared/dom.js'
import { durationText, numberText } from '/shared/time.js'
import { t } from '/shared/words.js'
import { minuteOf, plot, runs, scale } from './chart.js'

const slotMinutes = 15

/**
 * waitsChart({ waits, lastWeek, lunch, target, from, to, nowMinute, lastWeekWord }, { width, height }) → <svg>
 * waits: [{ slot: "07:15", medianSeconds, p90Seconds }]. Slots stand for the quarter of an hour that begins there.
 */
export function waitsChart({ waits, lastWeek, lunch, target, from, to, nowMinute, lastWeekWord }, { width, height }) {
  const { step, max } = scale(Math.max(target * 1.5, ...waits.map((each) => (each.p90Seconds ?? 0) / 60), ...lastWeek.map((each) => each.medianSeconds / 60)))
  const { svg, x, y, add, box, ...drawing } = plot({ width, height, label: t('chart.label'), from, to, max, step })

  for (const [start, end] of lunch) {
    add('rect', { class: 'noon', x: x(minuteOf(start)), y: box.top, width: x(minuteOf(end)) - x(minuteOf(start)), height: height - box.top - box.bottom })
    add('text', { x: x((minuteOf(start) + minuteOf(end)) / 2), y: y(max * 0.82), 'text-anchor': 'middle' }, t('chart.lunch'))
  }
  drawing.grid()
  drawing.hours()

  const at = (each) => Math.min(to, minuteOf(each.slot) + slotMinutes / 2)
  const parts = (points, key) => runs(points, slotMinutes, (each) => minuteOf(each.slot), (each) => each[key])
  const line = (kind, run, key) => drawing.line(kind, run.map((each) => [at(each), each[key] / 60]))

  for (const run of parts(waits, 'p90Seconds')) drawing.band('p90', run.map((each) => [at(each), 0, each.p90Seconds / 60]))
  for (const run of parts(lastWeek, 'medianSeconds')) line('prev', run, 'medianSeconds')
  drawing.limit(target, t('chart.target', { n: target }))
  const late = lastWeek.filter((each) => minuteOf(each.slot) > Math.max(nowMinute + 60, (from + to) / 2))
  if (late.length) {
    const mark = late[Math.floor(late.length / 2)]
    add('text', { x: x(at(mark)), y: Math.min(y(0) - 6, y(mark.medianSeconds / 60) + 22), 'text-anchor': 'middle' }, lastWeekWord)
  }
  for (const run of parts(waits, 'medianSeconds')) line('med', run, 'medianSeconds')
  const last = waits.findLast((each) => each.medianSeconds != null)
  if (last) {
    const median = Math.round(last.medianSeconds / 60)
    const end = x(at(last)) > width - 190
    const place = { x: x(at(last)) + (end ? -12 : 12), 'text-anchor': end ? 'end' : 'start' }
    add('circle', { class: 'dot', cx: x(at(last)), cy: y(last.medianSeconds / 60), r: 6 })
    // The two labels never cover each other, the target's line or the hours of the axis.
    let high = last.p90Seconds != null ? Math.max(box.top + 12, y(last.p90Seconds / 60) + 4) : null
    let low = y(last.medianSeconds / 60) - 10
    if (high !== null && low - high < 18) {
      // Below the dot; near the axis there is no room for it, and the upper one gives way.
      if (low + 30 < y(0) - 4) low += 30
      else high = low - 18
    }
    // Nor lies one across the target's line.
    if (high !== null && Math.abs(high - 4 - y(target)) < 12 && low - y(target) > 34) high = y(target) + 16
    add('text', { class: 't t-med', ...place, y: low }, t('minutes', { n: median }))
    if (high !== null) add('text', { class: 't-med', ...place, y: high }, t('chart.nineOfTen', { n: Math.round(last.p90Seconds / 60) }))
  } else {
    add('text', { class: 'none', x: width / 2, y: (y(0) + y(target)) / 2 + 6, 'text-anchor': 'middle' }, t('chart.none'))
  }
  return svg
}

/** The figures behind the drawing. */
export function waitsTable(waits) {
  if (!waits.length) return el('p', { class: 'muted', text: t('noData') })
  return el('table', { class: 'tbl plain' },
    el('caption', { class: 'vh', text: t('chart.label') }),
    el('thead', {}, el('tr', {}, ['slot', 'people', 'median', 'nine'].map((key) => el('th', { scope: 'col', class: key === 'slot' ? null : 'r', text: t(`chart.col.${key}`) })))),
    el('tbody', {}, waits.map((each) => el('tr', {},
      el('th', { scope: 'row', text: each.slot }), el('td', { class: 'r', text: numberText(each.n) }),
      el('td', { class: 'r', text: each.medianSeconds == null ? t('noData') : durationText(each.medianSeconds) }),
      el('td', { class: 'r', text: each.p90Seconds == null ? t('noData') : durationText(each.p90Seconds) })))))
}
