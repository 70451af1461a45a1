"""What stands on the tables of the café for trying out; its people are invented."""

from workshop.models import LocalText

TITLE: LocalText = {"de": "Probier es aus", "en": "Try it", "sv": "Prova på"}
DESCRIPTION: LocalText = {
    "de": "Ein Lerncafé zum Ausprobieren. Schreib, stimme ab, nimm etwas mit: hier kann nichts kaputtgehen.",
    "en": "A Learning Café to try things out. Write, vote, take something forward: nothing can break here.",
    "sv": "Ett lärcafé att prova på. Skriv, rösta, ta något vidare: här kan ingenting gå sönder.",
}
MINUTES = 600
"""The first round stays open for as long as somebody may look around."""
TO_COME = ((2, 20), (3, 20))
"""Number and minutes of the rounds after it."""

QUESTIONS: tuple[LocalText, ...] = (
    {
        "de": "Was würde deinen Weg zur Arbeit leichter machen?",
        "en": "What would make your way to work easier?",
        "sv": "Vad skulle göra din väg till jobbet lättare?",
    },
    {
        "de": "Wo in der Stadt lernt man etwas, ohne dass es Schule heißt?",
        "en": "Where in the city do people learn without calling it school?",
        "sv": "Var i staden lär man sig något utan att det kallas skola?",
    },
    {
        "de": "Was brauchen Betriebe, damit sie Menschen ohne Abschluss einstellen?",
        "en": "What do employers need to hire people without a certificate?",
        "sv": "Vad behöver företag för att anställa människor utan betyg?",
    },
    {
        "de": "Wie werden Pflege und Beruf vereinbar?",
        "en": "How can caring for someone and working fit together?",
        "sv": "Hur kan omsorg om anhöriga och arbete gå ihop?",
    },
    {
        "de": "Was hat dir beim Ankommen in dieser Stadt geholfen?",
        "en": "What helped you when you were new in this city?",
        "sv": "Vad hjälpte dig när du var ny i staden?",
    },
    {
        "de": "Was sollte das Amt weglassen?",
        "en": "What should the city administration stop doing?",
        "sv": "Vad borde förvaltningen sluta med?",
    },
)

PEOPLE = (
    ("Hanna", "de", 1), ("Yusuf", "de", 2), ("Grit", "de", 3), ("Elif", "de", 4), ("Maja", "sv", 5), ("Tom", "en", 6),
    ("Radlerin", "de", 1), ("Night owl", "en", 1), ("Werkbank", "de", 3), ("Frau K.", "de", 4), ("Anna", "en", 5),
    ("Formularfreund", "de", 6),
)  # fmt: skip
"""Pseudonym, language and number of the table; the first at each table is its host."""

NOTES = (
    (1, 1, "challenge", "Mein Bus fährt um 5:52, die Schicht beginnt um 5:45. Also Auto.", 2),
    (1, 2, "idea", "One ticket for the last mile: bike from the station, paid by the employer.", 1),
    (1, 0, "good_example", "Am Klinikum gibt es seit einem Jahr eine Dusche. Seitdem radeln dreißig Leute mehr.", 1),
    (2, 0, "idea", "Werkstattabend in der Bücherei: jeder bringt mit, was kaputt ist, und einen, der es kann.", 0),
    (3, 0, "question", "Wer sagt einem kleinen Betrieb, was ein Zeugnis aus Aleppo wert ist?", 1),
    (3, 1, "idea", "Zwei Wochen mitarbeiten statt drei Zeugnisse. Danach weiß man es.", 1),
    (4, 1, "challenge", "Ich arbeite vormittags, pflege nachmittags und schreibe nachts Anträge.", 1),
    (4, 0, "idea", "Pflegezeit so einfach melden wie einen Schnupfen: ein Anruf.", 1),
    (5, 0, "good_example", "Grannen som visade mig tvättstugan och sedan fritidsbanken.", 1),
    (5, 1, "idea", "A phone number for newcomers that a neighbour answers, not a machine.", 1),
    (6, 0, "idea", "Stop asking for the birth certificate again. You have it. Twice.", 1),
    (6, 1, "challenge", "Jedes Formular fragt nach der Faxnummer.", 1),
)  # fmt: skip
"""Number of the table, which of its people, kind, words, and how many others at the table support it."""
