// What arrives by the keyboard while no field has it: a scanner types a whole slip in one burst, an officer one key at a time.

const burst = 120         // a scanner leaves 5 to 30 ms between two characters, nobody types that fast
const shortestScan = 5

/**
 * listenToTyping({ isOn(), onScan(text), onDigit('3'), onText('k') })
 * A single key is acted on only after `burst` ms: until then it may be the first character of a slip.
 */
export function listenToTyping({ isOn, onScan, onDigit, onText }) {
  let read = ''
  let timer = null

  function flush(ended) {
    clearTimeout(timer)
    const text = read
    read = ''
    if (text.length >= shortestScan && (ended || looksLikeCode(text))) return onScan(text)
    if (ended || !text) return
    if (text.length === 1 && /[0-9]/.test(text)) return onDigit(text)
    onText(text)
  }

  window.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.defaultPrevented) return
    if (!isOn() || event.target.matches?.('input, textarea, select')) return
    if (event.key === 'Enter' || event.key === 'Tab') {
      if (read.length < shortestScan) return
      event.preventDefault()
      return flush(true)
    }
    if (event.key.length !== 1 || event.repeat || (event.key === ' ' && !read)) return
    event.preventDefault()
    read += event.key
    clearTimeout(timer)
    timer = setTimeout(() => flush(false), burst)
  })
}

/** Whether a text typed into the one field is the code of a dossier and not the name or the code of a procedure. */
export function looksLikeCode(text) {
  const plain = text.trim()
  if (plain.includes('://') || plain.includes('|')) return true
  return /\d/.test(plain) && !/\s/.test(plain) && plain.length >= 8 && !/^\d\.\d{6}/.test(plain)
}
