// Builds elements. Nothing more: no templates, no diffing.

const SVG = 'http://www.w3.org/2000/svg'
const sheet = '/shared/icons.svg'
const inPage = '#drawing-'
const nextTry = 2000

const early = []   // drawn before the drawings were here, and perhaps not yet in the page
let drawings = `${sheet}#`   // where <use> finds them: in the file, and once they are here, in the page

/**
 * el('button', { class: 'btn', disabled: true, onclick: press, 'aria-label': 'Đóng' }, icon('x'), 'Đóng')
 * Keys starting with "on" are listeners, `dataset` is copied, `text` sets the text; null, undefined and false are left out.
 * Children: nodes, texts, numbers, (nested) lists; null, undefined and false are left out.
 */
export function el(tag, props, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value)
    else if (name === 'dataset') Object.assign(element.dataset, value)
    else if (name === 'text') element.textContent = value
    else element.setAttribute(name, value === true ? '' : value)
  }
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) element.append(child)
  }
  return element
}

/** A drawing from icons.svg. Hidden from screen readers: the word always stands beside it. */
export function icon(name, className = 'i') {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('class', className)
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('aria-hidden', 'true')
  const use = document.createElementNS(SVG, 'use')
  use.setAttribute('href', drawing(name))
  if (drawings !== inPage) early.push(use)
  svg.append(use)
  return svg
}

/** What a <use> refers to. */
export function drawing(name) {
  return `${drawings}${name}`
}

// A <use> drawn anew asks for its file again. While the daemon is away that leaves every notice without its sign, so the
// drawings are taken into the page. An id of theirs must not be one of the page's own.
async function takeDrawings() {
  const answer = await fetch(sheet)
  if (!answer.ok) throw new Error(`${sheet}: ${answer.status}`)
  const svg = document.importNode(new DOMParser().parseFromString(await answer.text(), 'image/svg+xml').documentElement, true)
  for (const symbol of svg.querySelectorAll('symbol')) symbol.id = `drawing-${symbol.id}`
  svg.setAttribute('hidden', '')
  svg.setAttribute('aria-hidden', 'true')
  document.body.append(svg)
  drawings = inPage
  for (const use of [...early.splice(0), ...document.querySelectorAll(`use[href^="${sheet}#"]`)]) use.setAttribute('href', use.getAttribute('href').replace(`${sheet}#`, drawings))
}

async function takeDrawingsWhenThere() {
  for (;;) {
    try {
      return await takeDrawings()
    } catch {
      await new Promise((resolve) => setTimeout(resolve, nextTry))
    }
  }
}

if (globalThis.document?.body) takeDrawingsWhenThere()
