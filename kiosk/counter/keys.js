// The keyboard of the counter. Works inside input fields and under a Vietnamese input method.

const functionKey = /^F(1|2|3|4|6|7|8|9|10|12)$/

/**
 * listen({ onKey('F2'), onEscape(), onLetter('A'), onDigit('3') }); onLetter and onDigit return true when they used it.
 * F5 and F11 stay with the browser.
 */
export function listenToKeys({ onKey, onEscape, onLetter, onDigit }) {
  window.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return
    // While an input method composes, `key` reads "Process"; `code` still names the physical key.
    const name = functionKey.test(event.key) ? event.key : event.code
    if (functionKey.test(name)) {
      event.preventDefault()   // F1 help, F3 search, F6 address bar, F7 caret, F10 menu, F12 tools
      event.stopPropagation()
      if (!event.repeat) onKey(name)   // a key held down is one press
      return
    }
    if (name === 'Escape') {
      if (event.isComposing) return   // Escape ends the composition first
      event.preventDefault()
      if (!event.repeat) onEscape()
      return
    }
    if (event.target.matches?.('input, textarea, select')) return
    const letter = /^Key([A-Z])$/.exec(event.code)?.[1]
    const digit = /^(?:Digit|Numpad)([0-9])$/.exec(event.code)?.[1]
    if ((letter && onLetter(letter)) || (digit && onDigit(digit))) event.preventDefault()
  }, { capture: true })
}
