// Builds elements. Nothing more: no templates, no diffing.

const SVG = 'http://www.w3.org/2000/svg'

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
  use.setAttribute('href', `/shared/icons.svg#${name}`)
  svg.append(use)
  return svg
}
