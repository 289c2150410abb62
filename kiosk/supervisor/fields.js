// Fields bound to a path of the settings: "services[2].name". They write what is typed into the draft at once.

import { el } from '/shared/dom.js'
import { pick, t } from '/shared/words.js'

const parts = (path) => path.split(/[.[\]/]+/).filter(Boolean)

/** "services[2].name", "services.2.name" and "/services/2/name" are the same place. */
export const plainPath = (path) => parts(path).join('.')

export function read(root, path) {
  return parts(path).reduce((value, key) => value?.[key], root)
}

export function write(root, path, value) {
  const keys = parts(path)
  const last = keys.pop()
  const holder = keys.reduce((place, key) => place[key], root)
  holder[last] = value
}

/**
 * binder(draft, onChange) → field(path, label, { type, width, options, ...attributes })
 * type: text (default), number, check, select, time, date. A field whose value the daemon does not know is left out.
 */
export function binder(draft, onChange) {
  return function field(path, label, { type = 'text', width = 'w3', options, ...attributes } = {}) {
    const value = read(draft, path)
    if (value === undefined && !attributes.always) return null
    delete attributes.always
    const bad = el('span', { class: 'bad', role: 'alert' })
    const set = (next) => {
      write(draft, path, next)
      clear(control, bad)
      onChange(path, next)
    }
    let control
    if (type === 'check') {
      control = el('input', { type: 'checkbox', checked: Boolean(value), dataset: { path: plainPath(path) }, onchange: () => set(control.checked), ...attributes })
      return el('div', { class: `${width}` }, el('label', { class: 'check' }, control, label), bad)
    }
    if (type === 'select') {
      control = el('select', { dataset: { path: plainPath(path) }, onchange: () => set(options.find((each) => String(each[0]) === control.value)[0]), ...attributes },
        options.map(([key, word]) => el('option', { value: key, selected: key === value, text: word })))
    } else {
      // A list of numbers is one field; what is none stays as it was typed, and the daemon says so.
      const numbers = () => control.value.split(/[\s,;]+/).filter(Boolean).map((each) => (/^\d+$/.test(each) ? Number(each) : each))
      control = el('input', { type: type === 'numbers' ? 'text' : type, value: type === 'numbers' ? value.join(', ') : value ?? '', dataset: { path: plainPath(path) }, autocomplete: 'off', ...attributes,
        oninput: () => set(type === 'numbers' ? numbers() : type === 'number' ? (control.value === '' ? null : Number(control.value)) : control.value) })
    }
    return el('label', { class: `field ${width}` }, el('span', { text: label }), control, bad)
  }
}

function clear(control, bad) {
  control.removeAttribute('aria-invalid')
  bad.textContent = ''
}

/** Puts each problem beside its field, or the nearest thing above it; returns those that found no place. */
export function showProblems(root, problems) {
  for (const bad of root.querySelectorAll('.bad')) bad.textContent = ''
  for (const control of root.querySelectorAll('[aria-invalid]')) control.removeAttribute('aria-invalid')
  const homeless = []
  let first = null
  for (const { path, ...said } of problems) {
    const words = pick(said) || t('wrongValue')
    const keys = parts(path)
    let place = null
    while (keys.length && !place) {
      place = root.querySelector(`[data-path="${CSS.escape(keys.join('.'))}"]`)
      keys.pop()
    }
    const bad = place?.closest('label, .check, .rowline, .entry, .week > *, div')?.querySelector('.bad') ?? place?.parentElement?.querySelector('.bad') ?? place?.parentElement?.parentElement?.querySelector('.bad')
    if (!place || !bad) { homeless.push(words); continue }
    bad.textContent = bad.textContent ? `${bad.textContent} ${words}` : words
    if (place.matches('input, select, textarea')) place.setAttribute('aria-invalid', 'true')
    for (let up = place; up; up = up.parentElement) if (up.tagName === 'DETAILS') up.open = true
    first ??= place
  }
  if (first?.matches('input, select, textarea')) first.focus()
  else first?.scrollIntoView({ block: 'center' })
  return homeless
}
