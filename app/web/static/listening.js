// Keeps Gradio listening while a question is on its way. It is told to stop once nothing is left to tell, and a question
// sent before that word arrived would wait for ever: the word is held back here until all that was asked is answered.
(() => {
  const plain = globalThis.fetch;
  const running = new Set(); // events that were taken and have not ended
  let sending = 0; // questions that the server has not yet taken

  async function sent(given) {
    sending += 1;
    try {
      const response = await plain(...given);
      const { event_id: id } = response.ok ? await response.clone().json() : {};
      if (id) running.add(id);
      return response;
    } finally {
      sending -= 1;
    }
  }

  /** Whether a message of the stream goes on to Gradio. */
  function passes(message) {
    if (!/"msg":"(process_completed|close_stream)"/.test(message)) return true;
    const { msg, event_id: id } = JSON.parse(message.replace(/^data:/, ""));
    if (msg === "process_completed") running.delete(id);
    return msg !== "close_stream" || (!sending && !running.size);
  }

  function listened(first, given) {
    const signal = given[0].signal ?? given[1]?.signal;
    const read = (response) => response.body.pipeThrough(new TextDecoderStream()).getReader();
    let reader = read(first);
    let rest = "";
    return new ReadableStream({
      async pull(controller) {
        try {
          for (;;) {
            const { value, done } = await reader.read();
            if (done) return controller.close();
            const messages = (rest + value).split("\n\n");
            rest = messages.pop();
            const told = messages.filter(passes);
            if (told.length) controller.enqueue(new TextEncoder().encode(told.map((one) => `${one}\n\n`).join("")));
            if (told.length < messages.length) reader = read(await plain(...given));
            if (told.length) return undefined;
          }
        } catch (error) {
          return signal?.aborted ? controller.close() : controller.error(error); // what Gradio itself ends is no failure
        }
      },
      cancel: (reason) => reader.cancel(reason),
    });
  }

  globalThis.fetch = async (...given) => {
    const path = new URL(given[0].url ?? given[0], document.baseURI).pathname;
    if (path.endsWith("/queue/join")) return sent(given);
    const response = await plain(...given);
    return path.endsWith("/queue/data") && response.ok ? new Response(listened(response, given), response) : response;
  };
})();
