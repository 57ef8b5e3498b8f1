// Runs beside the page's thread: passes on what the microphone hears, in pieces. It keeps nothing.

class Ear extends AudioWorkletProcessor {
  /** @param {Float32Array[][]} inputs */
  process([[heard]]) {
    if (heard) this.port.postMessage(heard.slice());
    return true;
  }
}

registerProcessor('ear', Ear);
