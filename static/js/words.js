// The few words the browser says itself. They come with the page, in its language: components/words.html.

export const language = document.documentElement.lang || "en";

const words = JSON.parse(document.getElementById("words")?.textContent || "{}");
const plural = new Intl.PluralRules(language);

/** The words by their name, with {places} filled in; `count` chooses between one and several. */
export function say(name, places = {}) {
  const entry = words[name] ?? "";
  const text = typeof entry === "string" ? entry : (entry[plural.select(places.count)] ?? entry.other);
  return text.replace(/\{(\w+)\}/g, (_, place) => String(places[place]));
}
