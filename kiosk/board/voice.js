// Speaks one call at a time through one <audio> element, so that two voices can never overlap.

const longestCall = 25_000   // a broken file must not hold up the queue

export class Voice {
  /** onEnd: the call has been spoken, or will never be. onBlocked(bool): the browser wants a touch first. */
  constructor(audio, { onEnd, onBlocked }) {
    this.audio = audio
    this.onEnd = onEnd
    this.onBlocked = onBlocked
    this.speaking = false
    this.blocked = false
    audio.addEventListener('ended', () => this.end())
    audio.addEventListener('error', () => this.end())
  }

  async speak(url) {
    if (this.blocked) return
    this.stop()
    this.speaking = true
    this.audio.src = url
    this.guard = setTimeout(() => this.stop(), longestCall)
    try {
      await this.audio.play()
    } catch (error) {
      if (this.audio.getAttribute('src') !== url) return   // stopped for another call meanwhile
      if (error.name === 'NotAllowedError') this.setBlocked(true)
      this.end()
    }
  }

  stop() {
    this.audio.pause()
    this.audio.removeAttribute('src')
    this.end()
  }

  end() {
    clearTimeout(this.guard)
    if (!this.speaking) return
    this.speaking = false
    this.onEnd()
  }

  setBlocked(blocked) {
    if (blocked === this.blocked) return
    this.blocked = blocked
    this.onBlocked(blocked)
  }

  /** Whether a touch is needed should be known in the morning, not at the first call. */
  async probe() {
    const context = new AudioContext()
    await new Promise((resolve) => setTimeout(resolve, 700))
    // A machine without any sound card cannot start either; then asking for a touch does no harm.
    if (context.state !== 'running' && !navigator.userActivation?.hasBeenActive) this.setBlocked(true)
    context.close()
  }
}
