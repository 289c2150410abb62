// What all drawings of figures share: axes, lines, bands and the bar. Each page adds its own marks. SVG, so that paper gets
// the same drawing; the table with the figures stands behind each.

import { el } from '/shared/dom.js'
import { numberText } from '/shared/time.js'
import { t } from '/shared/words.js'

const SVG = 'http://www.w3.org/2000/svg'
const box = { left: 44, right: 16, top: 16, bottom: 28 }

function draw(tag, attributes, text) {
  const node = document.createElementNS(SVG, tag)
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value)
  if (text !== undefined) node.textContent = text
  return node
}

export const minuteOf = (clock) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5))

/** A step and a top for an axis from 0 up to at least `top`. */
export function scale(top) {
  const step = top <= 25 ? 5 : top <= 60 ? 10 : top <= 150 ? 30 : 60
  return { step, max: Math.ceil(top / step) * step }
}

/**
 * plot({ width, height, label, from, to, max, step, unit }) → { svg, x, y, add, line, band, hours, box }
 * x runs from `from` to `to`, y from 0 to `max` with a line every `step`.
 */
export function plot({ width, height, label, from, to, max, step, unit = '' }) {
  const x = (value) => box.left + ((width - box.left - box.right) * (value - from)) / (to - from)
  const y = (value) => height - box.bottom - ((height - box.top - box.bottom) * value) / max
  const svg = draw('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': label })
  const add = (tag, attributes, text) => svg.append(draw(tag, attributes, text))
  const at = ([px, py]) => `${x(px).toFixed(1)},${y(py).toFixed(1)}`
  return {
    svg, x, y, add, box,
    grid() {
      for (let value = 0; value <= max; value += step) {
        add('line', { class: 'grid', x1: box.left, x2: width - box.right, y1: y(value), y2: y(value) })
        add('text', { x: box.left - 8, y: y(value) + 4, 'text-anchor': 'end' }, numberText(value) + unit)
      }
    },
    /** The hours of a day under the axis: at most a dozen; a day around the clock gets every second hour. */
    hours() {
      const every = Math.ceil((to - from) / 60 / 12) * 60
      for (let minute = Math.ceil(from / 60) * 60; minute <= to; minute += every) {
        add('text', { x: x(minute), y: height - 8, 'text-anchor': minute + 20 > to ? 'end' : 'middle' }, `${minute / 60}:00`)
      }
    },
    /** A line across at a height, with its words at the right end. */
    limit(value, words) {
      add('line', { class: 'limit', x1: box.left, x2: width - box.right, y1: y(value), y2: y(value) })
      add('text', { class: 't t-lim', x: width - box.right - 2, y: y(value) - 6, 'text-anchor': 'end' }, words)
    },
    line(kind, points) { add('polyline', { class: kind, points: points.map(at).join(' ') }) },
    /** Between two edges: [x, low, high]. */
    band(kind, points) { add('polygon', { class: kind, points: [...points.map(([px, low]) => at([px, low])), ...points.toReversed().map(([px, , high]) => at([px, high]))].join(' ') }) },
    none() { add('text', { class: 'none', x: width / 2, y: y(max / 2), 'text-anchor': 'middle' }, t('chart.none')) },
  }
}

/** Lists of neighbours: where `value` is missing or a step of x is left out there is a gap, not a nought. */
export function runs(points, step, place, value) {
  return points.filter((each) => value(each) != null).reduce((all, each) => {
    const last = all.at(-1)?.at(-1)
    if (last && place(each) - place(last) === step) all.at(-1).push(each)
    else all.push([each])
    return all
  }, [])
}

/** A bar of `value` out of `max`, for queues and levels. */
export function bar(value, max, kind = '') {
  const fill = el('i', { class: kind || null })
  fill.style.setProperty('width', `${max > 0 ? Math.min(100, (100 * value) / max) : 0}%`)
  return el('span', { class: 'bar', 'aria-hidden': 'true' }, fill)
}
