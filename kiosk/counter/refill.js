// Fills a region anew only when what it shows has changed, and leaves the keyboard where it was.

const shown = new WeakMap()

/**
 * refill(element, facts, () => nodes). `facts` is anything JSON can compare: while it stays the same nothing is touched.
 * Elements with data-focus="name" get the focus back after they were built again.
 */
export function refill(element, facts, build) {
  const signature = JSON.stringify(facts)
  if (shown.get(element) === signature) return false
  shown.set(element, signature)
  const focused = element.contains(document.activeElement) ? document.activeElement.dataset.focus : undefined
  element.replaceChildren(...[build()].flat(Infinity).filter((node) => node !== null && node !== undefined && node !== false))
  if (focused) element.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus()
  return true
}

/** The next refill builds in any case. */
export function forget(element) {
  shown.delete(element)
}
