// Draws the waits of a day as SVG, and the same figures as a table behind it.

import { el } from '/shared/dom.js'
import { durationText, numberText } from '/shared/time.js'
import { t } from '/shared/words.js'

const SVG = 'http://www.w3.org/2000/svg'
const box = { left: 44, right: 16, top: 16, bottom: 28 }
const slotMinutes = 15

function draw(tag, attributes, text) {
  const node = document.createElementNS(SVG, tag)
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value)
  if (text !== undefined) node.textContent = text
  return node
}

export const minuteOf = (clock) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5))

/**
 * waitsChart({ waits, lastWeek, lunch, target, from, to, nowMinute, lastWeekWord }, { width, height }) → <svg>
 * waits: [{ slot: "07:15", medianSeconds, p90Seconds }]. Slots stand for the quarter of an hour that begins there.
 */
export function waitsChart({ waits, lastWeek, lunch, target, from, to, nowMinute, lastWeekWord }, { width, height }) {
  const top = Math.max(target * 1.5, ...waits.map((each) => (each.p90Seconds ?? 0) / 60), ...lastWeek.map((each) => each.medianSeconds / 60))
  const step = top <= 25 ? 5 : top <= 60 ? 10 : top <= 150 ? 30 : 60
  const max = Math.ceil(top / step) * step
  const x = (minute) => box.left + ((width - box.left - box.right) * (minute - from)) / (to - from)
  const y = (minutes) => height - box.bottom - ((height - box.top - box.bottom) * minutes) / max
  const svg = draw('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': t('chart.label') })
  const add = (tag, attributes, text) => svg.append(draw(tag, attributes, text))

  for (const [start, end] of lunch) {
    add('rect', { class: 'noon', x: x(minuteOf(start)), y: box.top, width: x(minuteOf(end)) - x(minuteOf(start)), height: height - box.top - box.bottom })
    add('text', { x: x((minuteOf(start) + minuteOf(end)) / 2), y: y(max * 0.82), 'text-anchor': 'middle' }, t('chart.lunch'))
  }
  for (let value = 0; value <= max; value += step) {
    add('line', { class: 'grid', x1: box.left, x2: width - box.right, y1: y(value), y2: y(value) })
    add('text', { x: box.left - 8, y: y(value) + 4, 'text-anchor': 'end' }, numberText(value))
  }
  // At most a dozen labels; a day around the clock gets every second hour.
  const hours = Math.ceil((to - from) / 60 / 12) * 60
  for (let minute = Math.ceil(from / 60) * 60; minute <= to; minute += hours) {
    add('text', { x: x(minute), y: height - 8, 'text-anchor': minute + 20 > to ? 'end' : 'middle' }, `${minute / 60}:00`)
  }

  const at = (each) => Math.min(to, minuteOf(each.slot) + slotMinutes / 2)
  const line = (points, key) => points.map((each) => `${x(at(each)).toFixed(1)},${y(each[key] / 60).toFixed(1)}`).join(' ')
  // A quarter of an hour without anybody is a gap, not a nought.
  const runs = (points, key) => points.reduce((all, each, index) => {
    if (each[key] === null || each[key] === undefined) return all
    const joined = index > 0 && minuteOf(each.slot) - minuteOf(points[index - 1].slot) === slotMinutes && points[index - 1][key] != null
    if (joined && all.length) all.at(-1).push(each)
    else all.push([each])
    return all
  }, [])

  for (const run of runs(waits, 'p90Seconds')) {
    const ground = y(0)
    add('polygon', { class: 'p90', points: `${x(at(run[0]))},${ground} ${line(run, 'p90Seconds')} ${x(at(run.at(-1)))},${ground}` })
  }
  for (const run of runs(lastWeek, 'medianSeconds')) add('polyline', { class: 'prev', points: line(run, 'medianSeconds') })
  add('line', { class: 'limit', x1: box.left, x2: width - box.right, y1: y(target), y2: y(target) })
  add('text', { class: 't t-lim', x: width - box.right - 2, y: y(target) - 6, 'text-anchor': 'end' }, t('chart.target', { n: target }))
  const late = lastWeek.filter((each) => minuteOf(each.slot) > Math.max(nowMinute + 60, (from + to) / 2))
  if (late.length) {
    const mark = late[Math.floor(late.length / 2)]
    add('text', { x: x(at(mark)), y: Math.min(y(0) - 6, y(mark.medianSeconds / 60) + 22), 'text-anchor': 'middle' }, lastWeekWord)
  }
  for (const run of runs(waits, 'medianSeconds')) add('polyline', { class: 'med', points: line(run, 'medianSeconds') })
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

/** A bar of `value` out of `max`, for queues and levels. */
export function bar(value, max, kind = '') {
  const fill = el('i', { class: kind || null })
  fill.style.setProperty('width', `${max > 0 ? Math.min(100, (100 * value) / max) : 0}%`)
  return el('span', { class: 'bar', 'aria-hidden': 'true' }, fill)
}
