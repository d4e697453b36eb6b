// What the library's routes are asked: JSON in, JSON or lines of JSON out, and every failure in words.
const AWAY = "Onrecord can’t be reached. See whether it still runs, and try again.";

async function asked(path, options = {}) {
  let response;
  try {
    response = await fetch(`/api/library${path}`, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error(AWAY);
  }
  if (response.ok) return response;
  const said = await response.json().catch(() => ({}));
  throw new Error(typeof said.error === "string" ? said.error : `Onrecord refused this (${response.status}).`);
}

/** A page of the list. */
export async function list(wanted, signal) {
  return (await asked(`?${wanted}`, { signal })).json();
}

/** Have something done. */
export async function act(what, body) {
  const options = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  return (await asked(`/${what}`, options)).json();
}

/** Send a file, with the name it has where it comes from; tells each step. */
export async function sendFile(file, name, step, signal) {
  const form = new FormData();
  form.append("name", name);
  form.append("file", file, "document");
  await steps(await asked("/files", { method: "POST", body: form, signal }), step);
}

/** Have a web address fetched and added; tells each step. */
export async function sendAddress(url, step, signal) {
  const options = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ url }), signal };
  await steps(await asked("/address", options), step);
}

async function steps(response, step) {
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    rest += done ? "" : decoder.decode(value, { stream: true });
    const lines = rest.split("\n");
    rest = lines.pop();
    for (const line of lines) if (line) step(JSON.parse(line));
    if (done) return;
  }
}
